package io.sextant.examples.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import io.sextant.results.ValidityCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that hide nothing: no check may trip on them. Tables are in TableAuditTest. */
class HonestTest {
  private static final Path PLAIN = Path.of("models/fashion-cnn.zip");
  private static final Path ADVERSARIAL = Path.of("models/fashion-cnn-adversarial.zip");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private void nothingTrips(Path model, long seed) throws IOException {
    AuditResult result = new SmallAudit(folder).of(model, "engine: auto", seed);
    assertThat(result.validity().checks())
        .filteredOn(check -> check.status() == ValidityCheck.Status.FAIL)
        .as("%s with seed %d", model, seed)
        .isEmpty();
    assertThat(result.validity().complete()).isTrue();
  }

  @Test
  void nothing_trips_on_the_example_networks() throws IOException {
    nothingTrips(PLAIN, 7);
    nothingTrips(ADVERSARIAL, 7);
  }

  @Test
  @Tag("slow")
  void nor_with_other_seeds() throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      nothingTrips(PLAIN, seed);
      nothingTrips(ADVERSARIAL, seed);
    }
  }
}
