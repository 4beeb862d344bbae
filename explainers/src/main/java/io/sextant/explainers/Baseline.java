package io.sextant.explainers;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.methods.Form;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The input that stands for "nothing": an attribution says what the difference from it does.
 *
 * <p>There is no neutral baseline in general: black is a colour, and a mean row is nobody. Values
 * equal to the baseline's always get attribution 0. A baseline need not lie in the input domain and
 * is never moved into it, but an explanation says when it does not; choose one that means absence
 * in the data at hand. It is part of every report.
 *
 * <p>{@link Automatic}, {@link Mean} and {@link Median} are read off the data: {@link
 * Explainer#fitted} makes {@link Given} rows of them. {@link BlurredBaseline} and {@link
 * UniformBaseline} differ from example to example; {@link DrawnBaselines} and {@link
 * SeveralBaselines} are more than one, over which a method averages.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Baseline
    permits Baseline.Same, BlurredBaseline, UniformBaseline, DrawnBaselines, SeveralBaselines {
  /** How settings name it. */
  Form<Baseline> FORM =
      new Form<>(
          "auto, zero, mean, median, center, minimum, maximum, constant:V, blur[:SIGMA],"
              + " uniform[:SEED], draws:N[:SEED], one value per feature V,V,..., or several of"
              + " these joined by +",
          Baseline::parse,
          Baseline::text);

  /** The choice as text; {@link #parse} reads it back. */
  String text();

  /** The choice in a few words. */
  default String label() {
    return text();
  }

  /**
   * Reads a choice.
   *
   * @param text one of the names, with what belongs to it after a colon; one value per feature,
   *     {@code V,V,...}, after a name and a colon or without; or several of these with {@code +}
   *     between them
   * @throws IllegalArgumentException when it is none of these
   */
  static Baseline parse(String text) {
    List<String> parts = SeveralBaselines.parts(text);
    return parts.size() == 1
        ? one(text)
        : new SeveralBaselines(parts.stream().map(Baseline::one).toList());
  }

  private static Baseline one(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    boolean alone = colon < 0;
    return switch (name) {
      case BlurredBaseline.NAME ->
          alone
              ? new BlurredBaseline(OptionalDouble.empty())
              : new BlurredBaseline(OptionalDouble.of(Double.parseDouble(rest)));
      case UniformBaseline.NAME ->
          alone ? new UniformBaseline() : new UniformBaseline(Long.parseLong(rest));
      case DrawnBaselines.NAME -> DrawnBaselines.parse(rest);
      case Constant.NAME -> new Constant(Double.parseDouble(rest));
      default -> alone ? named(text) : Given.parse(name, rest);
    };
  }

  private static Baseline named(String text) {
    return switch (text) {
      case "auto" -> new Automatic();
      case "zero" -> new Zero();
      case "mean" -> new Mean();
      case "median" -> new Median();
      case "center" -> new Center();
      case "minimum" -> new Minimum();
      case "maximum" -> new Maximum();
      default -> Given.parse(Given.ROW, text);
    };
  }

  /**
   * The baselines of an example; a method with more than one averages over them.
   *
   * @param x the example
   * @return at least one, with one value per feature each; to be read only
   * @throws IllegalArgumentException when the baseline does not fit the inputs
   */
  List<double[]> rows(Explained x);

  /** The most that {@link #rows} has. */
  default int count() {
    return 1;
  }

  /**
   * This baseline with what it takes from the data.
   *
   * @param reference the inputs that exist, and rows of the data
   * @throws IllegalArgumentException if it needs rows and there are none, or does not fit the
   *     inputs
   */
  default Baseline fitted(Reference reference) {
    return this;
  }

  /**
   * What to know of an explanation from these baselines: that one lies outside the domain.
   *
   * @param domain the inputs that exist
   * @param rows the baselines
   */
  default List<String> remarks(InputDomain domain, List<double[]> rows) {
    return rows.stream()
        .map(row -> Reference.outside(domain, row))
        .filter(outside -> !outside.isEmpty())
        .map(
            outside ->
                ("the baseline (%s) lies outside the domain, where the model was never meant to be"
                        + " asked: %s; choose another, such as median")
                    .formatted(label(), outside))
        .limit(1)
        .toList();
  }

  /**
   * One baseline, the same for all examples.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  sealed interface Same extends Baseline {
    /**
     * The baseline of every input.
     *
     * @param domain the inputs that exist, one feature per value
     * @return one value per feature, to be read only
     * @throws IllegalArgumentException when the baseline does not fit the domain's features
     */
    double[] row(InputDomain domain);

    @Override
    default List<double[]> rows(Explained x) {
      return List.of(row(x.domain()));
    }

    @Override
    default Same fitted(Reference reference) {
      return this;
    }
  }

  /**
   * What suits the inputs: zero for values of one kind, such as pixels; for a table the {@link
   * Median} of its rows, or the {@link Center} of its domain where there are none.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Automatic() implements Same {
    @Override
    public String text() {
      return "auto";
    }

    @Override
    public Same fitted(Reference reference) {
      if (!reference.isTable()) {
        return new Zero();
      }
      return reference.size() == 0 ? new Center() : new Median().fitted(reference);
    }

    @Override
    public double[] row(InputDomain domain) {
      return fitted(Reference.of(domain)).row(domain);
    }
  }

  /**
   * The mean of the data, feature by feature. Means of whole numbers and of categories are
   * fractions.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Mean() implements Same {
    @Override
    public String text() {
      return "mean";
    }

    @Override
    public Same fitted(Reference reference) {
      return new Given(text(), Reference.boxed(reference.mean()));
    }

    @Override
    public double[] row(InputDomain domain) {
      return fitted(Reference.of(domain)).row(domain);
    }
  }

  /**
   * The median of the data, feature by feature: always a value that occurs (the lower one of two in
   * the middle), and of a one-hot group its most frequent member. Unlike a mean it stays in the
   * domain, and one huge value does not move it.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Median() implements Same {
    @Override
    public String text() {
      return "median";
    }

    @Override
    public Same fitted(Reference reference) {
      return new Given(text(), Reference.boxed(reference.median()));
    }

    @Override
    public double[] row(InputDomain domain) {
      return fitted(Reference.of(domain)).row(domain);
    }
  }

  /**
   * The middle of each feature's bounds; in a one-hot group each member has the same share.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Center() implements Same {
    @Override
    public String text() {
      return "center";
    }

    @Override
    public double[] row(InputDomain domain) {
      return Reference.of(domain).center();
    }
  }

  /**
   * All values 0.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Zero() implements Same {
    @Override
    public String text() {
      return "zero";
    }

    @Override
    public double[] row(InputDomain domain) {
      return new double[domain.size()];
    }
  }

  /**
   * All values the same.
   *
   * @param value in units of the input
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Constant(double value) implements Same {
    private static final String NAME = "constant";

    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a baseline must be finite but was " + value);
      }
    }

    @Override
    public String text() {
      return "constant:" + value;
    }

    @Override
    public double[] row(InputDomain domain) {
      double[] row = new double[domain.size()];
      Arrays.fill(row, value);
      return row;
    }
  }

  /**
   * Each feature at its smallest value: black for images.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Minimum() implements Same {
    @Override
    public String text() {
      return "minimum";
    }

    @Override
    public double[] row(InputDomain domain) {
      return domain.features().stream().mapToDouble(Feature::minimum).toArray();
    }
  }

  /**
   * Each feature at its largest value: white for images.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Maximum() implements Same {
    @Override
    public String text() {
      return "maximum";
    }

    @Override
    public double[] row(InputDomain domain) {
      return domain.features().stream().mapToDouble(Feature::maximum).toArray();
    }
  }

  /**
   * A row of one's own.
   *
   * @param name for reports
   * @param values one finite value per feature
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Given(String name, List<Double> values) implements Same {
    private static final String ROW = "row";
    // What follows these and a colon is not a row.
    private static final List<String> TAKEN =
        List.of(Constant.NAME, BlurredBaseline.NAME, UniformBaseline.NAME, DrawnBaselines.NAME);

    public Given {
      Objects.requireNonNull(name, "name");
      if (name.isEmpty() || name.contains(":") || name.contains("+") || TAKEN.contains(name)) {
        throw new IllegalArgumentException(
            "the name of a baseline must be a word other than %s, without : and +, but was '%s'"
                .formatted(String.join(", ", TAKEN), name));
      }
      values = List.copyOf(values);
      for (double value : values) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException(
              "baseline %s must be finite but had the value %s".formatted(name, value));
        }
      }
    }

    private static Given parse(String name, String values) {
      return new Given(name, Arrays.stream(values.split(",", -1)).map(Double::valueOf).toList());
    }

    /** {@inheritDoc} It must have a value for each feature. */
    @Override
    public Given fitted(Reference reference) {
      row(reference.domain());
      return this;
    }

    @Override
    public String text() {
      return name + ":" + values.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public String label() {
      return name;
    }

    @Override
    public double[] row(InputDomain domain) {
      if (values.size() != domain.size()) {
        throw new IllegalArgumentException(
            "baseline %s must have one value per feature (%d) but had %d"
                .formatted(name, domain.size(), values.size()));
      }
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  /**
   * The mean of reference rows, feature by feature. The rows are averaged now, so that an
   * explanation does not depend on which examples are explained together.
   *
   * @param rows at least one row, all equally long
   */
  static Given mean(double[][] rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("a mean baseline must have at least one row but had none");
    }
    double[] mean = new double[rows[0].length];
    int count = 0;
    for (double[] row : rows) {
      if (row.length != mean.length) {
        throw new IllegalArgumentException(
            "rows must be equally long but had %d and %d values"
                .formatted(mean.length, row.length));
      }
      count++;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (row[i] - mean[i]) / count;
      }
    }
    return new Given("mean", Arrays.stream(mean).boxed().toList());
  }
}
