package io.sextant.explainers;

import io.sextant.gradients.InputDomain;
import io.sextant.methods.Form;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * How wide the Gaussian noise around an input is. Libraries disagree on what a bare number means,
 * so it has no default meaning here.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface NoiseScale {
  /** How settings name it. */
  Form<NoiseScale> FORM =
      new Form<>(
          "auto:F, range:F, feature-range:F, feature-scale:F or absolute:S",
          NoiseScale::parse,
          NoiseScale::text);

  /** The scale as text, such as {@code range:0.15}; {@link #parse} reads it back. */
  String text();

  /**
   * Reads a scale.
   *
   * @param text a kind, a colon, and a number of at least 0
   * @throws IllegalArgumentException when it is no scale
   */
  static NoiseScale parse(String text) {
    int colon = text.indexOf(':');
    double width = Double.parseDouble(text.substring(colon + 1));
    return switch (text.substring(0, Math.max(0, colon))) {
      case "auto" -> automatic(width);
      case "range" -> ofRange(width);
      case "feature-range" -> ofFeatureRange(width);
      case "feature-scale" -> ofFeatureScale(width);
      case "absolute" -> absolute(width);
      default -> throw new IllegalArgumentException("there is no such scale: " + text);
    };
  }

  /**
   * The standard deviation of the noise on each value of an input.
   *
   * @param input the example; not modified
   * @param domain the inputs that exist, one feature per value
   * @return a new array, in units of the input
   */
  double[] deviations(double[] input, InputDomain domain);

  /**
   * This scale with what it takes from the inputs that exist.
   *
   * @param reference the inputs
   */
  default NoiseScale fitted(Reference reference) {
    return this;
  }

  /** One deviation for all values, in units of the input. */
  static NoiseScale absolute(double sigma) {
    return new Absolute(sigma);
  }

  /** A fraction of the example's largest minus smallest value. */
  static NoiseScale ofRange(double fraction) {
    return new OfRange(fraction);
  }

  /** A fraction of each feature's maximum minus minimum, for tables. */
  static NoiseScale ofFeatureRange(double fraction) {
    return new OfFeatureRange(fraction);
  }

  /**
   * What suits the inputs: {@link OfFeatureRange} for tables, {@link OfRange} for values of one
   * kind, such as pixels.
   */
  static NoiseScale automatic(double fraction) {
    return new Automatic(fraction);
  }

  /** A fraction of each feature's own scale, for tables. */
  static NoiseScale ofFeatureScale(double fraction) {
    return new OfFeatureScale(fraction);
  }

  /**
   * One deviation for all values.
   *
   * @param sigma in units of the input, at least 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Absolute(double sigma) implements NoiseScale {
    public Absolute {
      requireWidth("the noise's standard deviation", sigma);
    }

    @Override
    public String text() {
      return "absolute:" + sigma;
    }

    @Override
    public double[] deviations(double[] input, InputDomain domain) {
      double[] deviations = new double[input.length];
      Arrays.fill(deviations, sigma);
      return deviations;
    }
  }

  /**
   * A fraction of the example's largest minus smallest value, as in the SmoothGrad paper. An
   * example whose values are all the same gets no noise at all.
   *
   * @param fraction at least 0; the paper uses 0.1 to 0.2
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfRange(double fraction) implements NoiseScale {
    public OfRange {
      requireWidth("the noise's fraction of the range", fraction);
    }

    @Override
    public String text() {
      return "range:" + fraction;
    }

    @Override
    public double[] deviations(double[] input, InputDomain domain) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (double value : input) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      double[] deviations = new double[input.length];
      Arrays.fill(deviations, fraction * (most - least));
      return deviations;
    }
  }

  /**
   * A fraction of each feature's maximum minus minimum in the domain: the columns of a table have
   * no common range, and one wide column must not drown the others.
   *
   * @param fraction at least 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfFeatureRange(double fraction) implements NoiseScale {
    public OfFeatureRange {
      requireWidth("the noise's fraction of the feature range", fraction);
    }

    @Override
    public String text() {
      return "feature-range:" + fraction;
    }

    @Override
    public double[] deviations(double[] input, InputDomain domain) {
      return domain.features().stream()
          .mapToDouble(f -> fraction * (f.maximum() - f.minimum()))
          .toArray();
    }
  }

  /**
   * {@link OfFeatureRange} for tables, {@link OfRange} for values of one kind.
   *
   * @param fraction at least 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Automatic(double fraction) implements NoiseScale {
    public Automatic {
      requireWidth("the noise's fraction of the range", fraction);
    }

    @Override
    public String text() {
      return "auto:" + fraction;
    }

    @Override
    public NoiseScale fitted(Reference reference) {
      return reference.isTable() ? new OfFeatureRange(fraction) : new OfRange(fraction);
    }

    @Override
    public double[] deviations(double[] input, InputDomain domain) {
      return fitted(Reference.of(domain)).deviations(input, domain);
    }
  }

  /**
   * A fraction of each feature's own scale: values of a table have no common range.
   *
   * @param fraction at least 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record OfFeatureScale(double fraction) implements NoiseScale {
    public OfFeatureScale {
      requireWidth("the noise's fraction of the feature scale", fraction);
    }

    @Override
    public String text() {
      return "feature-scale:" + fraction;
    }

    @Override
    public double[] deviations(double[] input, InputDomain domain) {
      return domain.features().stream().mapToDouble(f -> fraction * f.scale()).toArray();
    }
  }

  private static void requireWidth(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          name + " must be a finite number of at least 0 but was " + value);
    }
  }
}
