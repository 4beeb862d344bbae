package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Which number of a share is held against a limit. Both comparisons are exact: nothing is rounded.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Statistic {
  /** The share itself. */
  POINT("point") {
    @Override
    public boolean reaches(int count, int n, BigDecimal minimum) {
      return compare(count, n, minimum) >= 0;
    }

    @Override
    public boolean staysWithin(int count, int n, BigDecimal maximum) {
      return compare(count, n, maximum) <= 0;
    }
  },
  /**
   * The end of the 95% Wilson interval that is harder on the model: the lower one against a
   * minimum, the upper one against a maximum.
   */
  CONFIDENCE_BOUND("confidence-bound") {
    @Override
    public boolean reaches(int count, int n, BigDecimal minimum) {
      return minimum.signum() == 0
          || (compare(count, n, minimum) > 0 && isOutsideInterval(count, n, minimum));
    }

    @Override
    public boolean staysWithin(int count, int n, BigDecimal maximum) {
      return maximum.compareTo(BigDecimal.ONE) == 0
          || (compare(count, n, maximum) < 0 && isOutsideInterval(count, n, maximum));
    }
  };

  private static final BigDecimal Z_SQUARED =
      BigDecimal.valueOf(Wilson.Z).multiply(BigDecimal.valueOf(Wilson.Z));

  private final String key;

  Statistic(String key) {
    this.key = key;
  }

  /** The name in specs, for example {@code point}. */
  @JsonValue
  public String key() {
    return key;
  }

  /** Whether the statistic of a share is at least a minimum. {@code n} must be above 0. */
  public abstract boolean reaches(int count, int n, BigDecimal minimum);

  /** Whether the statistic of a share is at most a maximum. {@code n} must be above 0. */
  public abstract boolean staysWithin(int count, int n, BigDecimal maximum);

  /**
   * The statistic with a key.
   *
   * @throws IllegalArgumentException if no statistic has this key
   */
  @JsonCreator
  public static Statistic parse(String key) {
    for (Statistic statistic : values()) {
      if (statistic.key.equals(key.trim().toLowerCase(Locale.ROOT))) {
        return statistic;
      }
    }
    throw new IllegalArgumentException(
        "statistic must be one of point, confidence-bound but was '%s'"
            .formatted(Epsilon.abbreviate(key)));
  }

  private static int compare(int count, int n, BigDecimal limit) {
    return new Proportion(count, n).compareTo(limit);
  }

  /**
   * The Wilson interval holds the shares m that a score test does not reject: (count - nm)² < z² n
   * m (1 - m). Its ends are irrational, this test is not.
   */
  private static boolean isOutsideInterval(int count, int n, BigDecimal share) {
    BigDecimal size = BigDecimal.valueOf(n);
    BigDecimal distance = BigDecimal.valueOf(count).subtract(size.multiply(share));
    BigDecimal spread =
        Z_SQUARED.multiply(size).multiply(share).multiply(BigDecimal.ONE.subtract(share));
    return distance.multiply(distance).compareTo(spread) >= 0;
  }
}
