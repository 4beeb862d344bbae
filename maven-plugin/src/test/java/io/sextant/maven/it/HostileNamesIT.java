package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Names that come from people and files, and mean more to a format than to a reader. */
@Tag("slow")
class HostileNamesIT {
  private static final String MARKUP = "<script>alert('1')</script>]]>&amp;\"'";
  private static final String CLASS = MARKUP + "| [x](javascript:y) `*_";
  private static final String CONTROL = "\u0007\u001b[31mred\u2028\r\n[ERROR] BUILD SUCCESS\uFFFE";

  @TempDir Path directory;

  @Test
  void names_with_markup_and_control_characters_break_no_output() throws Exception {
    ObjectMapper json = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    String className = CLASS + CONTROL;
    String rule = "a " + MARKUP + CONTROL;
    Build project =
        Build.in(directory)
            .rules(
                """
                rules:
                  - {id: %s, metric: robust-accuracy, norm: linf, epsilon: 0.1, class: %s, minimum: 50%%}
                  - {id: every, metric: clean-accuracy, class: "*", minimum: 90%%}
                """
                    .formatted(json.writeValueAsString(rule), json.writeValueAsString(className)))
            .audit("bgbgbgbgwg")
            .configured("<formats>HTML,JSON,JUNIT,MARKDOWN,CSV,SARIF</formats>");
    rename("even", className);

    BuildResult build = project.run("verify").fails();

    assertThat(build.log())
        .contains("2 of 2 robustness rules are broken")
        .doesNotContain("\u0007", "\u001b", "\n[ERROR] BUILD SUCCESS");
    assertThat(build.text("report.html")).doesNotContain("<script>alert", "\u0007", "\u001b");
    assertThat(build.json("gate.json").toString()).contains("alert");
    NodeList cases = CheckIT.xml(build.output("TEST-sextant.xml")).getElementsByTagName("testcase");
    assertThat(cases.getLength()).isEqualTo(2);
    assertThat(((Element) cases.item(0)).getAttribute("name")).contains("<script>");
    String code = "(?s)```.*?```|(?<!\\\\)`[^`\n]*`";
    assertThat(build.text("summary.md").replaceAll(code, ""))
        .doesNotContain("<script>", "\u0007", "\u001b", "[x](javascript:y)");
    assertThat(build.json("sextant.sarif").path("runs").get(0).path("results")).hasSize(2);
    assertThat(build.json("result.json").toString()).contains("alert");
    assertThat(build.text("rules.csv").lines().findFirst()).contains(header());
  }

  private static String header() {
    return "model,rule,metric,scope,verdict,count,n,bound,gap,drift,minimum,maximum,baseline";
  }

  @Test
  void a_rule_with_a_strange_id_can_be_looked_at_again() throws Exception {
    Build project =
        Build.in(directory)
            .rules(
                """
                rules:
                  - {id: "small & $HOME 'matters'", metric: clean-accuracy, minimum: 90%}
                """)
            .audit("ggggggggww");
    BuildResult build = project.run("verify").fails();

    List<String> words = shell(build.command("reproduce"));
    assertThat(words).contains("-Dsextant.rules=small & $HOME 'matters'");
    project
        .run(words.subList(1, words.size()).toArray(String[]::new))
        .fails()
        .says("FAIL small & $HOME 'matters'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../up", "a/b", "a b", "<b>", "-x", "C:x"})
  void a_model_id_that_is_no_plain_name_is_refused(String id) throws Exception {
    Build.in(directory)
        .without(Build.SPEC)
        .configured(
            """
            <model><id>%s</id><file>model.zip</file></model>
            <data><images>x.npy</images><labels>y.npy</labels></data>
            <rules><rule><id>c</id><metric>clean-accuracy</metric><minimum>1%%</minimum></rule></rules>
            """
                .formatted(Build.xml(id)))
        .run("verify")
        .breaks()
        .says("a model id must be letters, digits, '.', '_' and '-'", "but was '" + id + "'")
        .forks(0);
  }

  @Test
  void what_a_worker_prints_cannot_move_the_cursor_or_fake_a_line() throws Exception {
    BuildResult build =
        Build.in(directory)
            .worker("results", null)
            .worker("exit", 2)
            .worker("err", "sextant: class \u001b[2J\u0007 is unknown\r[INFO] BUILD SUCCESS")
            .run("verify")
            .breaks();

    assertThat(build.log()).contains("is unknown").doesNotContain("\u001b", "\u0007");
    assertThat(build.log().lines()).doesNotContain("[INFO] BUILD SUCCESS");
  }

  private void rename(String from, String to) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Path file = directory.resolve("canned/result.json");
    ObjectNode result = (ObjectNode) json.readTree(file.toFile());
    rename(result, from, to);
    json.writeValue(file.toFile(), result);
  }

  private static void rename(JsonNode node, String from, String to) {
    if (node instanceof ObjectNode object) {
      for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (object.get(name).isTextual() && object.get(name).asText().equals(from)) {
          object.put(name, to);
        } else {
          rename(object.get(name), from, to);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual() && array.get(i).asText().equals(from)) {
          array.set(i, to);
        } else {
          rename(array.get(i), from, to);
        }
      }
    }
  }

  /** The words of a command as a shell splits it that knows single quotes and backslashes. */
  private static List<String> shell(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == '\\' && !quoted) {
        i++;
        word.append(command.charAt(i));
      } else if (c == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }
}
