package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.results.AuditResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private Path evidence;

  @BeforeEach
  void audited() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    bench.planeData();
    audit("full");
    evidence = bench.path("out/evidence");
  }

  private void audit(String extent) throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.05, 8/255]}]
            attacks: [fgsm]
            explainers: [vanilla-gradient]
            rules:
              - {id: clean, metric: clean-accuracy, minimum: 85%%}
              - {id: small, metric: robust-accuracy, norm: linf, epsilon: 8/255, minimum: 10%%}
            evidence: %s
            """
                .formatted(extent));
    sextant("audit", spec, "--out", bench.path("out"), "--overwrite").succeeds();
  }

  /** One run for all radii: its inputs show the worst cases at each of them. */
  @Test
  void verifies_nearest_inputs_at_every_radius() throws IOException {
    Path spec =
        bench.text(
            "nearest.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.01, 0.05, 0.3]}]
            attacks: [fmn, {id: short, fmn: {steps: 5}}]
            explainers: [vanilla-gradient]
            rules:
              - {id: small, metric: robust-accuracy, norm: linf, epsilon: 0.05, attack: short, minimum: 0%}
            """);
    sextant("audit", spec, "--out", bench.path("out"), "--overwrite").succeeds();
    AuditResult result = AuditResult.read(bench.path("out/result.json"));
    List<Integer> broken =
        result.accuracy().robust().stream().map(at -> at.worstCase().broken()).toList();
    assertThat(broken).isSorted();
    assertThat(broken.get(0)).isLessThan(broken.get(2));
    assertThat(replay().succeeds().out()).startsWith("Verified: nothing differs.");
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains("adversarial-nearest-linf.npy", "adversarial-linf-0.05.npy");
  }

  private Command replay(Object... more) {
    Object[] all = new Object[more.length + 2];
    all[0] = "replay";
    all[1] = bench.path("out");
    System.arraycopy(more, 0, all, 2, more.length);
    return sextant(all);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(evidence)) {
      return list.sorted().toList();
    }
  }

  @Test
  void verifies_what_was_not_touched() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "adversarial-linf-0.05.npy",
            "adversarial-linf-8d255.npy",
            "clean.npy",
            "examples.csv",
            "index.csv",
            "manifest.json",
            "model.zip",
            "others-linf-0.05.npy");
    // Three rows break at 8/255 and four at 0.05, of which one was not broken before.
    assertThat(replay().succeeds().out().lines())
        .containsExactly(
            "Verified: nothing differs.",
            "Checked:",
            "  the digests of 7 files of the evidence",
            "  7 adversarial inputs: domain, distance, and that they fool the network as the goal"
                + " asks",
            "  17 other inputs that attacks ended at: that they do not fool the network",
            "  12 clean inputs, 0 of them wrong without an attack, and the network's decisions",
            "  48 rows of samples.csv",
            "  result.json: 7 accuracies, 2 verdicts, predictions, counts of passes, plan,"
                + " class names",
            "  report.html says that it was made from this result.json (its text was not read)",
            "Not checked:",
            "  numbers of forward and backward passes: as recorded, and added up again",
            "  that the attacks found nothing more in 17 rows that held: only a new audit can tell",
            "  explanations, pictures and validity checks were not computed again; verdicts take"
                + " them as recorded",
            "  wall times, the machine and the command of the audit");
    assertThat(sextant("replay", evidence).succeeds().out())
        .contains("samples.csv, which is not beside", "result.json, which is not beside");
    bench.text("out/gate.json", "{}");
    assertThat(replay().succeeds().out()).contains("other files of the folder: gate.json");
    Files.delete(bench.path("out/gate.json"));
    // Nothing but the folder is needed.
    Files.delete(bench.path("model.zip"));
    Files.delete(bench.path("x.npy"));
    replay().succeeds();
  }

  @Test
  void finds_one_altered_byte_in_each_file() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      // The first byte, the middle, the last one but a line's end, and a bit that keeps text text.
      for (int place : new int[] {0, 9, whole.length / 3, whole.length / 2, whole.length - 2}) {
        for (int flip : new int[] {1, 0x80}) {
          byte[] altered = whole.clone();
          altered[place] ^= (byte) flip;
          Files.write(file, altered);
          Command found = replay();
          assertThat(found.code())
              .as("%s, byte %d xor %d: %s %s", file, place, flip, found.out(), found.err())
              .isEqualTo(ExitCode.FAILED);
          assertThat(found.out()).contains(file.getFileName().toString());
          assertThat(found.err()).isEmpty();
        }
      }
      Files.write(file, whole);
    }
    replay().succeeds();
  }

  @Test
  void finds_a_missing_file() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      if (file.endsWith("manifest.json")) {
        replay().refuses("manifest.json");
      } else {
        assertThat(replay().ends(1).out()).contains(file.getFileName() + ": missing");
      }
      Files.write(file, whole);
    }
  }

  @Test
  void finds_changed_inputs_even_where_the_digests_were_changed_too() throws IOException {
    // result.json pins the manifest, so a forger would have to change it as well.
    Path manifest = evidence.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceFirst("\"toolkit\" : \"[^\"]*\"", "\"toolkit\" : \"9\""));
    assertThat(replay().ends(1).out()).contains("manifest.json: digest", "result.json records");
  }

  @Test
  void judges_inputs_and_not_only_digests() throws IOException {
    Files.delete(bench.path("out/result.json"));
    // Swap one radius for the other in the index and forge the digest: the inputs tell.
    Path index = evidence.resolve("index.csv");
    String old = Files.readString(index);
    String forged = old.replace(",linf 0.05,", ",linf 0.001,");
    assertThat(forged).isNotEqualTo(old);
    Path manifest = evidence.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(old), sha256(forged)));
    Files.writeString(index, forged);
    assertThat(replay().ends(1).out()).contains("exceeds epsilon 0.001").doesNotContain("altered");
    // The same with a prediction.
    String other = old.replaceFirst("(?m)^0,0,1,1,(.*),0,([^,]+,\\d+)$", "0,0,1,1,$1,1,$2");
    assertThat(other).isNotEqualTo(old);
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(forged), sha256(other)));
    Files.writeString(index, other);
    assertThat(replay().ends(1).out()).contains("recorded was 1");
  }

  private static String sha256(String text) {
    try {
      return java.util.HexFormat.of()
          .formatHex(
              java.security.MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_forged_manifest_reaches_no_other_folder() throws IOException {
    Path secret = bench.text("secret.npy", "secret");
    Path manifest = evidence.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"clean.npy\"", "\"../../secret.npy\""));
    replay().refuses("outside its folder", "../../secret.npy");
    Files.writeString(manifest, text.replace("\"model.zip\"", "\"..\\\\..\\\\model.zip\""));
    replay().refuses("outside its folder");
    Files.delete(bench.path("out/result.json"));
    replay().refuses("outside its folder");
    assertThat(secret).hasContent("secret");
  }

  @Test
  void another_model_is_found_by_its_digest() throws IOException {
    replay("--model", bench.path("model.zip")).succeeds();
    Path same =
        bench.model(
            "same.zip", Bench.linear(new float[][] {{0, 2}, {0, 2}, {0, 2}, {0, 2}}, 0, -4));
    assertThat(replay("--model", same).ends(1).out())
        .contains("same.zip is not the audited one: its digest is ");
    Path other = bench.model("wide.zip", Bench.linear(new float[][] {{0, 2}, {0, 2}}, 0, -4));
    assertThat(replay("--model", other).ends(1).out()).contains("wide.zip is not the audited one");
    replay("--model", bench.path("none.zip")).refuses("none.zip", "does not exist");
  }

  /** Edits the result at a JSON pointer and hands over the output of a replay that objects. */
  private String forged(String pointer, Object value) throws IOException {
    Path file = bench.path("out/result.json");
    String whole = Files.readString(file);
    ObjectMapper json = new ObjectMapper();
    JsonNode tree = json.readTree(whole);
    int last = pointer.lastIndexOf('/');
    JsonNode parent = tree.at(pointer.substring(0, last));
    String name = pointer.substring(last + 1);
    if (parent instanceof ObjectNode object) {
      assertThat(object.has(name)).as(pointer).isTrue();
      object.putPOJO(name, value);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(name), json.valueToTree(value));
    }
    Files.writeString(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(tree));
    try {
      return replay().ends(1).out();
    } finally {
      Files.writeString(file, whole);
    }
  }

  @Test
  void finds_and_names_a_forged_figure_of_the_result() throws IOException {
    assertThat(forged("/accuracy/clean/count", 11))
        .contains("result.json, accuracy.clean.count: is 11, recomputed 12");
    // A figure that readers of the file see, and that the toolkit itself derives.
    assertThat(forged("/accuracy/robust/0/worstCase/accuracy/value", 0.99))
        .contains("accuracy.robust[linf 8/255].worstCase.accuracy.value: is 0.99, recomputed 0.75");
    assertThat(forged("/accuracy/robust/1/attacks/0/forwards", 1))
        .contains("accuracy.robust[linf 0.05].attacks[fgsm].forwards: is 1, recomputed ");
    assertThat(forged("/accuracy/robust/1/worstCase/held", 12))
        .contains("result.json cannot be read", "the outcomes must add up to n = 12 but gave 16");
    assertThat(forged("/accuracy/classes/0/robust/0/held", 6))
        .contains("accuracy.classes[0].robust[linf 8/255].held: is 6, recomputed 5");
    assertThat(forged("/predictions/predicted/3", 1))
        .contains("predictions.predicted[3]: is 1, recomputed 0");
    assertThat(forged("/predictions/attacked/0/predicted/0", 1))
        .contains("predictions.attacked[linf 8/255].predicted[0]: is 1, recomputed 0");
    assertThat(forged("/predictions/attacked", List.of()))
        .contains("predictions.attacked: has 0 entries, recomputed 2");
    assertThat(forged("/queries/0/backwards", 0)).contains("queries[fgsm].backwards: is 0");
    assertThat(forged("/reverification/smallMargins", 9)).contains("reverification: altered");
    assertThat(forged("/data/n", 13)).contains("result.json");
    assertThat(forged("/model/classes/0", "cat")).contains("model.classes[0]: is \"cat\"");
  }

  @Test
  void finds_and_names_a_forged_verdict_or_limit() throws IOException {
    assertThat(forged("/gate/rules/0/verdict", "FAIL"))
        .contains("result.json, gate.rules[clean].verdict: is \"FAIL\", recomputed \"PASS\"");
    assertThat(forged("/gate/exitCode", 3)).contains("gate.exitCode: is 3, recomputed 0");
    assertThat(forged("/gate/rules/1/rule/minimum", "80%"))
        .contains("gate.rules[small].rule.minimum: is \"80%\", recomputed \"10%\"");
    assertThat(forged("/gate/rules", List.of()))
        .contains("gate.rules: has 0 entries, recomputed 2");
    assertThat(forged("/plan/seed", 8)).contains("plan.seed: is 8, recomputed 42");
    // What is not computed again is at least what it was when the evidence was written.
    assertThat(forged("/validity/checks/0/explanation", "fine"))
        .contains("result.json, validity: altered");
    assertThat(forged("/explanations/0/name", "smoothgrad")).contains("explanations: altered");
    assertThat(forged("/notTested", List.of())).contains("notTested: altered");
    assertThat(forged("/evidenceSha256", "0".repeat(64))).contains("manifest.json: digest");
    // Times and the machine are nobody's figures.
    Path file = bench.path("out/result.json");
    Files.delete(bench.path("out/report.html")); // which names the whole file's digest
    Files.writeString(file, Files.readString(file).replaceFirst("\"os\" : \"", "$0x"));
    replay().succeeds();
  }

  private String forgedSamples(UnaryOperator<List<String>> change) throws IOException {
    Path file = bench.path("out/samples.csv");
    List<String> whole = Files.readAllLines(file);
    List<String> altered = change.apply(new ArrayList<>(whole));
    assertThat(altered).isNotEqualTo(whole);
    Files.write(file, altered);
    try {
      return replay().ends(1).out();
    } finally {
      Files.write(file, whole);
    }
  }

  private static List<String> swapped(List<String> lines, int one, int other) {
    Collections.swap(lines, one, other);
    return lines;
  }

  @Test
  void finds_and_names_a_forged_row() throws IOException {
    assertThat(
            forgedSamples(
                lines -> {
                  lines.replaceAll(
                      line -> line.replaceFirst("^0,1,1,(.*),broken,[^,]*,", "0,1,1,$1,held,,"));
                  return lines;
                }))
        .contains(
            "4 differences",
            "samples.csv, sample 0, fgsm at linf 0.05: is label 1, predicted 1, held, ",
            "recomputed label 1, predicted 1, broken at distance 0.0");
    assertThat(
            forgedSamples(
                lines -> {
                  lines.replaceAll(line -> line.replaceFirst("(?<=,held,),2,1$", ",2,7"));
                  return lines;
                }))
        .contains("7 backwards, recomputed label");
    assertThat(forgedSamples(lines -> swapped(lines, 3, 4)))
        .contains(
            "1 difference:",
            "record 3: sample 0, worst-case at linf 0.05 stands where sample 0, fgsm");
    assertThat(forgedSamples(lines -> lines.subList(0, lines.size() - 1)))
        .contains(
            "1 difference:", "samples.csv, sample 11, worst-case at linf 0.05: the row is missing");
    assertThat(
            forgedSamples(
                lines -> {
                  lines.add(lines.get(5));
                  return lines;
                }))
        .contains("1 difference:", "occurs twice");
    assertThat(forgedSamples(lines -> lines.subList(1, 9)))
        .contains("samples.csv must begin with the columns");
    Path file = bench.path("out/samples.csv");
    Files.delete(file);
    assertThat(replay().ends(1).out()).contains("samples.csv: missing");
  }

  @Test
  void an_input_that_breaks_cannot_be_called_held() throws IOException {
    // A forger who changes the index, the rows and all digests still has the inputs against him.
    for (String name : List.of("result.json", "samples.csv")) {
      Files.delete(bench.path("out/" + name));
    }
    Path index = evidence.resolve("index.csv");
    String old = Files.readString(index);
    String forged = old.replaceAll(",broken,[^,]*,", ",held,,");
    Path manifest = evidence.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(old), sha256(forged)));
    Files.writeString(index, forged);
    assertThat(replay().ends(1).out())
        .contains("sample 0, fgsm at linf 8/255: recorded as held, but the input")
        .doesNotContain("altered");
    // Nor can an input that is left out be called broken.
    String bare = old.replaceAll("(?m),broken,(.*),[01],[^,]+,\\d+$", ",broken,$1,,,");
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(forged), sha256(bare)));
    Files.writeString(index, bare);
    assertThat(replay().ends(1).out())
        .contains("sample 0, fgsm at linf 8/255: no input of the evidence shows");
  }

  @Test
  void rows_that_are_wrong_or_held_are_not_counted_as_adversarial() throws IOException {
    double[][] rows = new double[10][];
    int[] labels = new int[10];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {0.4, 0.4, 0.4, 0.4};
    }
    rows[3] = new double[] {0.51, 0.51, 0.51, 0.51}; // wrong as it is
    rows[4] = new double[] {0.49, 0.49, 0.49, 0.49}; // breaks at both radii
    bench.arrays(rows, labels);
    audit("full");
    assertThat(replay().succeeds().out())
        .contains("2 adversarial inputs", "16 other inputs", "10 clean inputs, 1 of them wrong");
  }

  @Test
  void what_was_not_run_is_told() throws IOException {
    Path spec =
        bench.text(
            "curtailed.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.2, 0.3]}]
            attacks: [fgsm, pgd]
            rules: [{id: r, metric: robust-accuracy, norm: linf, epsilon: 0.2, minimum: 90%}]
            """);
    sextant("audit", spec, "--out", bench.path("out"), "--overwrite", "--curtail", "fail").ends(1);
    assertThat(replay().succeeds().out()).contains("not run on", "of 12 examples");
    assertThat(forged("/gate/rules/0/verdict", "PASS")).contains("gate.rules[r].verdict");
  }

  @Test
  void a_report_of_another_result_is_found() throws IOException {
    Path report = bench.path("out/report.html");
    String digest = sha256(Files.readString(bench.path("out/result.json")));
    sextant("report", bench.path("out")).succeeds();
    assertThat(replay().succeeds().out()).contains("report.html says that it was made from this");
    String text = Files.readString(report);
    assertThat(text).contains(digest);
    Files.writeString(report, text.replace(digest, "0".repeat(64)));
    assertThat(replay().ends(1).out()).contains("report.html was made from another result");
  }

  @Test
  void adversarial_evidence_needs_the_model() throws IOException {
    audit("adversarial");
    assertThat(evidence.resolve("model.zip")).doesNotExist();
    Command replayed = replay();
    replayed.refuses("not verified", "no model", "--model FILE");
    assertThat(replayed.out())
        .contains("Nothing differs so far.", "48 rows", "the decisions of the network");
    // What does not need the network is checked without it.
    assertThat(forged("/accuracy/clean/count", 11)).contains("accuracy.clean.count");
    replay("--model", bench.path("model.zip")).succeeds();
  }

  @Test
  void without_evidence_only_sums_are_checked() throws IOException {
    audit("none");
    assertThat(evidence).doesNotExist();
    Command replayed = replay();
    replayed.refuses("not verified", "manifest.json", "evidence: full");
    assertThat(replayed.out()).contains("48 rows", "because there is no evidence");
    assertThat(forged("/accuracy/clean/count", 11)).contains("accuracy.clean.count");
    // A broken example that is said to have kept its class does not fit its row.
    assertThat(forged("/predictions/attacked/1/predicted/0", 1))
        .contains("predictions.attacked[linf 0.05].predicted[0]: is 1, recomputed -1");
    assertThat(forgedSamples(lines -> lines.subList(0, lines.size() - 2)))
        .contains("accuracy.robust[linf 0.05]");
    Files.delete(bench.path("out/result.json"));
    replay().refuses("manifest.json");
  }
}
