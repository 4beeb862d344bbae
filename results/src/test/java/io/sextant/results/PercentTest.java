package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PercentTest {
  @Test
  void shares_are_rounded_half_up_to_one_decimal_and_never_to_all_or_nothing() {
    for (int n = 1; n <= 400; n++) {
      for (int k = 0; k <= n; k++) {
        // Tenths of a percent, half up, in whole numbers.
        int tenths = (2000 * k + n) / (2 * n);
        boolean all = k < n && tenths == 1000;
        boolean nothing = k > 0 && tenths == 0;
        if (!all && !nothing) {
          assertThat(Percent.of(new Proportion(k, n)))
              .isEqualTo("%d.%d%%".formatted(tenths / 10, tenths % 10));
        }
      }
    }
    assertThat(Percent.of(new Proportion(167, 171))).isEqualTo("97.7%");
    assertThat(Percent.of(new Proportion(1, 8))).isEqualTo("12.5%");
    assertThat(Percent.of(new Proportion(1, 16))).isEqualTo("6.3%");
    assertThat(Percent.of(new Proportion(1999, 2000))).isEqualTo("99.95%");
    assertThat(Percent.of(new Proportion(1_999_999, 2_000_000))).isEqualTo("99.99995%");
    assertThat(Percent.of(new Proportion(1, 5000))).isEqualTo("0.02%");
    assertThat(Percent.of(new Proportion(0, 0))).isEqualTo("–");
  }

  @Test
  void a_limit_between_a_share_and_its_rounding_gets_decimals_until_it_is_not() {
    for (int hundredths = 9000; hundredths <= 10_000; hundredths++) {
      String limit = BigDecimal.valueOf(hundredths, 2).toPlainString();
      Rule rule = Rule.cleanAccuracy("c", limit + "%");
      for (int k = 150; k <= 171; k++) {
        Proportion share = new Proportion(k, 171);
        String text = Percent.of(share, rule);
        BigDecimal printed = new BigDecimal(text.substring(0, text.length() - 1));
        assertThat(Integer.signum(printed.compareTo(new BigDecimal(limit))))
            .as("%s beside %s", text, limit)
            .isEqualTo(Integer.signum(share.compareTo(new BigDecimal(limit).movePointLeft(2))));
      }
    }
  }

  @Test
  void points_keep_their_sign_and_are_never_nothing() {
    assertThat(Percent.points(-2, 1500)).isEqualTo("-0.1 points");
    assertThat(Percent.points(1, 5000)).isEqualTo("+0.02 points");
    assertThat(Percent.points(0, 5)).isEqualTo("0.0 points");
    assertThat(Percent.points(new Proportion(1, 3), new Proportion(1, 2)))
        .isEqualTo("+16.7 points");
  }

  @Test
  void ends_of_intervals_are_rounded_outwards() {
    Interval interval = new Proportion(5, 10).interval();
    assertThat(Percent.low(interval)).isEqualTo("23.6");
    assertThat(Percent.high(interval)).isEqualTo("76.4");
  }
}
