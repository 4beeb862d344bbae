package io.sextant.adaptation.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CollapseAlarmTest {
  private static final int CLASSES = 5;

  /** Sure predictions of random classes. */
  private static double[][] spread(int rows, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    double[][] logits = new double[rows][CLASSES];
    for (double[] row : logits) {
      row[random.nextInt(CLASSES)] = 3 + random.nextDouble();
    }
    return logits;
  }

  private static double[][] same(int rows, double sure) {
    double[][] logits = new double[rows][CLASSES];
    for (double[] row : logits) {
      row[2] = sure;
    }
    return logits;
  }

  /** Predictions of random classes that the model is not sure of. */
  private static double[][] faint(int rows, long seed) {
    double[][] logits = spread(rows, seed);
    for (double[] row : logits) {
      for (int c = 0; c < CLASSES; c++) {
        row[c] /= 100;
      }
    }
    return logits;
  }

  private static CollapseAlarm calm() {
    double[][] source = spread(400, 1);
    Bounds bounds = Bounds.of(0.05, Reading.start(CLASSES).of(source, source));
    return CollapseAlarm.of(bounds, 0.05, CLASSES);
  }

  @Test
  void streams_like_the_source_are_quiet() {
    for (int seed = 0; seed < 50; seed++) {
      CollapseAlarm alarm = calm();
      for (int batch = 0; batch < 10; batch++) {
        double[][] logits = spread(50, 100L * seed + batch);
        alarm = alarm.after(logits, logits);
        assertThat(alarm.sounds()).isFalse();
      }
    }
  }

  @Test
  void few_source_rows_leave_no_room_for_an_alarm() {
    for (int rows : new int[] {10, 40}) {
      double[][] source = spread(rows, 1);
      Bounds bounds = Bounds.of(0.05, Reading.start(CLASSES).of(source, source));
      CollapseAlarm alarm = CollapseAlarm.of(bounds, 0.05, CLASSES);
      assertThat(alarm.canSound(50)).isEqualTo(rows == 40);
      boolean sounded = false;
      for (int batch = 0; batch < 20 && !sounded; batch++) {
        double[][] lost = new double[50][CLASSES];
        for (double[] row : lost) {
          row[0] = Double.NaN;
        }
        alarm = alarm.after(lost, spread(50, 1));
        sounded = alarm.sounds();
      }
      assertThat(sounded).isEqualTo(rows == 40);
    }
  }

  @Test
  void one_class_for_all_is_a_collapse() {
    CollapseAlarm alarm = calm();
    int batches = 0;
    while (!alarm.sounds() && batches < 20) {
      alarm = alarm.after(same(50, 30), faint(50, batches));
      batches++;
    }
    assertThat(batches).isLessThan(10);
    assertThat(alarm.sounding().orElseThrow()).contains("few classes");
    assertThat(alarm.alarms()).isEqualTo(1);
    assertThat(alarm.after(spread(50, 3), spread(50, 3)).sounds()).isFalse();
  }

  /** The trained model decides for the same class, too: labels come in runs. */
  @Test
  void runs_of_one_label_are_none() {
    CollapseAlarm alarm = calm();
    for (int batch = 0; batch < 20; batch++) {
      alarm = alarm.after(same(50, 4), same(50, 4));
      assertThat(alarm.sounds()).isFalse();
    }
  }

  @Test
  void doubt_and_dissent_are_heard() {
    CollapseAlarm doubting = calm();
    for (int batch = 0; batch < 5 && !doubting.sounds(); batch++) {
      doubting = doubting.after(faint(50, batch), spread(50, batch));
    }
    assertThat(doubting.sounding().orElseThrow()).contains("less sure");
    CollapseAlarm dissenting = calm();
    for (int batch = 0; batch < 10 && !dissenting.sounds(); batch++) {
      dissenting = dissenting.after(surerBut(50, batch), spread(50, batch));
    }
    assertThat(dissenting.sounding().orElseThrow()).contains("contradicts");
  }

  /**
   * Surer than the spread ones of the same seed, but for every third row: another class, faintly.
   */
  private static double[][] surerBut(int rows, long seed) {
    double[][] logits = spread(rows, seed);
    for (int i = 0; i < rows; i++) {
      int decided = Logits.decision(logits[i]);
      logits[i] = new double[CLASSES];
      logits[i][i % 3 == 0 ? (decided + 1) % CLASSES : decided] = i % 3 == 0 ? 0.5 : 30;
    }
    return logits;
  }

  /** Noise, fog: the trained model is no surer, and says nothing against the adapted one. */
  @Test
  void data_that_are_hard_for_both_are_no_cause() {
    CollapseAlarm alarm = calm();
    for (int batch = 0; batch < 20; batch++) {
      alarm = alarm.after(faint(50, batch), faint(50, batch));
      assertThat(alarm.sounds()).isFalse();
    }
    // Nor where they differ and the adapted model is as sure of it as the trained one.
    for (int batch = 0; batch < 20; batch++) {
      alarm = alarm.after(spread(50, batch), spread(50, 77 + batch));
      assertThat(alarm.sounds()).isFalse();
    }
  }

  @Test
  void proxies_are_those_of_the_formulas() {
    double[][] own = {{Math.log(0.5), Math.log(0.3), Math.log(0.2)}};
    double[][] other = {{Math.log(0.1), Math.log(0.8), Math.log(0.1)}};
    Proxies seen = Reading.start(3).of(own, other).get(0);
    assertThat(seen.doubt()).isCloseTo((1 + 0.8 - 0.5) / 2, within(1e-12));
    assertThat(seen.crowding()).isCloseTo(0.5, within(1e-12));
    assertThat(seen.dissent()).isCloseTo((1 + 0.7 - 0.2) / 2, within(1e-12));
    assertThat(Reading.start(3).of(own, own).get(0)).isEqualTo(new Proxies(0.5, 0.5, 0.5));
    double[][] broken = {{Double.NaN, 0, 0}};
    assertThat(Reading.start(3).of(broken, other).get(0)).isEqualTo(new Proxies(1, 1, 1));
    assertThat(Reading.start(3).of(own, broken).get(0)).isEqualTo(Proxies.NEUTRAL);
  }

  @Test
  void after_an_alarm_the_watch_is_stricter_with_itself() {
    CollapseAlarm alarm = calm();
    double first = alarm.sequence(Proxy.DOUBT).level();
    while (!alarm.sounds()) {
      alarm = alarm.after(faint(50, 1), spread(50, 1));
    }
    assertThat(alarm.sequence(Proxy.DOUBT).level()).isEqualTo(first / 4);
    assertThat(alarm.sequence(Proxy.DOUBT).count()).isZero();
    assertThat(first).isLessThan(0.05 / 6);
  }

  /** After a thousand good rows a collapse must not be drowned by them. */
  @Test
  void a_late_collapse_is_heard() {
    CollapseAlarm alarm = calm();
    for (int batch = 0; batch < 60; batch++) {
      alarm = alarm.after(spread(50, batch), spread(50, batch));
      assertThat(alarm.sounds()).isFalse();
    }
    assertThat(alarm.watches()).isEqualTo(4);
    int batches = 0;
    while (!alarm.sounds() && batches < 40) {
      alarm = alarm.after(same(50, 30), faint(50, batches));
      batches++;
    }
    assertThat(batches).isLessThan(20);
  }

  /** A watch ends with a batch: with 3000 rows it has three times as many as with 1000. */
  @Test
  void a_watch_of_long_batches_hears_what_shorter_ones_cannot() {
    Map<Proxy, Double> upper = new EnumMap<>(Proxy.class);
    for (Proxy proxy : Proxy.values()) {
      upper.put(proxy, 0.993);
    }
    CollapseAlarm alarm = CollapseAlarm.of(new Bounds(0.05, upper, upper, 300), 0, CLASSES);
    double[][] lost = new double[3000][CLASSES];
    for (double[] row : lost) {
      row[0] = Double.NaN;
    }
    for (int size : new int[] {1000, 1500, 3000}) {
      boolean sounded = false;
      CollapseAlarm one = alarm;
      for (int from = 0; from < 3000 && one.watches() == 1 && !sounded; from += size) {
        one = one.after(Arrays.copyOf(lost, size), spread(size, 1));
        sounded = one.sounds();
      }
      assertThat(alarm.canSound(size)).as("batches of " + size).isEqualTo(sounded);
      assertThat(sounded).isEqualTo(size > 1500);
    }
  }
}
