package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How the size of a perturbation is measured.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Norm {
  /** Largest absolute change of a feature. */
  LINF("linf", "L∞"),
  /** Euclidean length of the change. */
  L2("l2", "L2"),
  /** Sum of the absolute changes. */
  L1("l1", "L1"),
  /** Number of changed features. */
  L0("l0", "L0");

  private final String key;
  private final String symbol;

  Norm(String key, String symbol) {
    this.key = key;
    this.symbol = symbol;
  }

  /** The name in specs, files and commands, for example {@code linf}. */
  @JsonValue
  public String key() {
    return key;
  }

  /** The name in prose, for example {@code L∞}. */
  public String symbol() {
    return symbol;
  }

  /** The worst inputs within a radius of this norm. */
  public Condition.Within within(Epsilon radius) {
    return new Condition.Within(this, radius);
  }

  /**
   * The norm with a key.
   *
   * @param key {@code linf}, {@code l2}, {@code l1} or {@code l0}, in any case
   * @throws IllegalArgumentException if no norm has this key
   */
  @JsonCreator
  public static Norm parse(String key) {
    return find(key)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "norm must be one of linf, l2, l1, l0 but was '%s'"
                        .formatted(Epsilon.abbreviate(key))));
  }

  static Optional<Norm> find(String key) {
    String wanted = key.trim().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(norm -> norm.key.equals(wanted)).findFirst();
  }
}
