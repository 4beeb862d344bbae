package io.sextant.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdCommandsTest {
  @Test
  void what_the_command_found_is_read_from_its_last_line(@TempDir Path folder) throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("log"),
            """
            attack: 500 of 500
            85 of 500 examples broken by pgd at L∞ 0.1; 84 were wrong before
            """);
    assertThat(ColdCommands.counts(log)).contains(169);
    assertThat(ColdCommands.counts(Files.writeString(log, "attack: 500 of 500"))).isEmpty();
  }
}
