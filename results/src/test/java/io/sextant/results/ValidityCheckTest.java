package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ValidityCheckTest {
  @Test
  void the_page_of_messages_has_the_remedies_as_they_are_told() throws IOException {
    String page = Files.readString(Path.of("../src/site/gate-messages.md"));
    Map<String, String> told = new LinkedHashMap<>();
    String table = page.substring(page.indexOf("| Check | What to do |"));
    Matcher row = Pattern.compile("\\| `([a-z-]+)` \\| (.+) \\|\n").matcher(table);
    while (row.find()) {
      told.put(row.group(1), row.group(2));
    }

    assertThat(told).isEqualTo(ValidityCheck.REMEDIES);
  }
}
