package io.sextant.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;

class PlainLogTest {
  @Test
  void names_do_not_move_the_cursor_on_any_level() {
    List<String> lines = new ArrayList<>();
    PlainLog log =
        new PlainLog(
            new SystemStreamLog() {
              @Override
              public void debug(CharSequence content) {
                lines.add("debug " + content);
              }

              @Override
              public void info(CharSequence content) {
                lines.add("info " + content);
              }

              @Override
              public void warn(CharSequence content, Throwable error) {
                lines.add("warn " + content);
              }

              @Override
              public void error(CharSequence content) {
                lines.add("error " + content);
              }
            });
    String name = "a\u001b[2J\u202eb\rc";
    log.debug(name);
    log.info(name);
    log.warn(name, new IllegalStateException());
    log.error(name);
    assertThat(lines)
        .containsExactly(
            "debug a\uFFFD[2J\uFFFDb\uFFFDc",
            "info a\uFFFD[2J\uFFFDb\uFFFDc",
            "warn a\uFFFD[2J\uFFFDb\uFFFDc",
            "error a\uFFFD[2J\uFFFDb\uFFFDc");
    assertThat(log.isInfoEnabled()).isTrue();
  }
}
