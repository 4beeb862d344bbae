package io.sextant.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TicksTest {
  @Test
  void others_are_what_is_neither_idle_nor_own() {
    Ticks before = new Ticks(1000, 400, 100, 30);
    // 200 ticks, of which 60 idle and 110 own.
    assertThat(new Ticks(1200, 460, 210, 80).othersSince(before)).isEqualTo(0.15);
    assertThat(new Ticks(1200, 500, 210, 80).othersSince(before)).isZero();
    assertThat(before.othersSince(before)).isZero();
    assertThat(new Ticks(1200, 460, 210, 80).childSecondsSince(before)).isEqualTo(0.5);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void own_work_is_counted_as_own() throws IOException {
    Ticks before = Ticks.now();
    long end = System.nanoTime() + 300_000_000;
    double sum = 0;
    while (System.nanoTime() < end) {
      sum += Math.sin(sum);
    }
    Ticks after = Ticks.now();
    assertThat(sum).isFinite();
    assertThat(after.own() - before.own()).isGreaterThanOrEqualTo(10);
    assertThat(after.all()).isGreaterThan(before.all());
  }
}
