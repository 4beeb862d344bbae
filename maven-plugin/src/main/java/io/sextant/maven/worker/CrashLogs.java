package io.sextant.maven.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What Java writes when native code crashes. It repeats all options, and so what they keep secret.
 */
final class CrashLogs {
  /** How the values of options begin that are not Java's own switches. */
  private static final Pattern VALUE =
      Pattern.compile("(?s)(-D[^=]*=|-(?:javaagent|agentlib|agentpath):[^=]*=)(.+)");

  private CrashLogs() {}

  /** Takes the values of the user's own options out of every log in a folder. */
  static void clean(Path folder, List<String> options) throws IOException {
    List<String> values =
        options.stream()
            .map(VALUE::matcher)
            .filter(java.util.regex.Matcher::matches)
            .map(found -> found.group(2))
            .toList();
    if (values.isEmpty()) {
      return;
    }
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "hs_err_pid*.log")) {
      for (Path log : logs) {
        // Bytes as they are: the log may hold any.
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        String cleaned = text;
        for (String value : values) {
          String bytes =
              new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
          cleaned = cleaned.replace(bytes, "***");
        }
        if (!cleaned.equals(text)) {
          Files.writeString(log, cleaned, StandardCharsets.ISO_8859_1);
        }
      }
    }
  }
}
