package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What became of the accuracy when the examples were corrupted. Means over severities and kinds,
 * and what of the clean accuracy they are, are written to JSON for readers and recomputed when
 * read.
 *
 * @param parameters the set that says how strong severities are, for example {@code cifar-c}
 * @param bytes whether corrupted values were rounded to bytes, as the data's own are
 * @param clean accuracy on the same examples as they are
 * @param cells one for each kind and severity, in the order of the spec; those that were not run
 *     are missing
 * @param columns what corruptions of tables took from the data; empty for images
 * @param shifts accuracies on both sides of splits of the data
 * @param pictures of one example, corrupted, where inputs may be shown; the first is the clean one
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CorruptionResult(
    String parameters,
    boolean bytes,
    Proportion clean,
    List<Corrupted> cells,
    List<Column> columns,
    List<Shifted> shifts,
    List<Picture> pictures) {
  /** The method of the rows that corruptions make. */
  public static final String METHOD = "corruption";

  public CorruptionResult {
    Check.notBlank("parameters", parameters);
    cells = List.copyOf(cells);
    columns = List.copyOf(columns);
    shifts = List.copyOf(shifts);
    pictures = List.copyOf(pictures);
  }

  /**
   * A kind at a severity.
   *
   * @param condition the kind and the severity
   * @param accuracy share of examples that are right
   * @param predicted classes of the corrupted examples, in the order of the audit's predictions;
   *     {@link SampleRow#NO_CLASS} where the output is not finite, which is wrong
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Corrupted(Condition condition, Proportion accuracy, List<Integer> predicted) {
    public Corrupted {
      corruption(condition);
      predicted = List.copyOf(predicted);
    }

    /** The same, counted. */
    public static Corrupted of(Condition condition, List<Integer> labels, List<Integer> predicted) {
      int right =
          (int)
              IntStream.range(0, labels.size())
                  .filter(i -> labels.get(i).equals(predicted.get(i)))
                  .count();
      return new Corrupted(condition, new Proportion(right, labels.size()), predicted);
    }

    /** The kind. */
    @JsonIgnore
    public String kind() {
      return corruption(condition).kind();
    }

    /** The severity. */
    @JsonIgnore
    public int severity() {
      return corruption(condition).severity();
    }

    private static Condition.Corrupted corruption(Condition condition) {
      if (condition instanceof Condition.Corrupted corrupted) {
        return corrupted;
      }
      throw new IllegalArgumentException(
          "condition must be a corruption, such as corrupted fog 3, but was " + condition.text());
    }
  }

  /**
   * What a corruption knows of a column of a table.
   *
   * @param name of the column
   * @param deviation standard deviation over the data
   * @param usual what stands for a missing value
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Column(String name, double deviation, double usual) {
    public Column {
      Check.finite("deviation", OptionalDouble.of(deviation));
      Check.finite("usual", OptionalDouble.of(usual));
    }
  }

  /**
   * Accuracy on both sides of a split of the user's own data. The two are of different examples.
   *
   * @param name the split, for example {@code age from 40}
   * @param rest the examples on this side of it
   * @param shifted the examples beyond it
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Shifted(String name, Side rest, Side shifted) {
    public Shifted {
      Check.notBlank("name", name);
    }

    /** Change of the accuracy beyond the split, in shares. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public OptionalDouble change() {
      OptionalDouble here = rest.accuracy().value();
      OptionalDouble there = shifted.accuracy().value();
      return here.isPresent() && there.isPresent()
          ? OptionalDouble.of(there.getAsDouble() - here.getAsDouble())
          : OptionalDouble.empty();
    }
  }

  /**
   * One side of a split.
   *
   * @param accuracy share of the examples that are right
   * @param samples rows of the data
   * @param labels right classes
   * @param predicted classes, {@link SampleRow#NO_CLASS} where the output is not finite
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Side(
      Proportion accuracy, List<Integer> samples, List<Integer> labels, List<Integer> predicted) {
    public Side {
      samples = List.copyOf(samples);
      labels = List.copyOf(labels);
      predicted = List.copyOf(predicted);
    }
  }

  /**
   * An example as a person sees it.
   *
   * @param condition clean, or a corruption
   * @param sample row of the data
   * @param label right class
   * @param predicted class of what is seen
   * @param pixels what is seen
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Picture(Condition condition, int sample, int label, int predicted, Pixels pixels) {}

  /**
   * A kind over its severities.
   *
   * @param kind of corruption
   * @param mean of its accuracies
   * @param retained the mean as a share of the clean accuracy, absent where that is 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Kind(String kind, double mean, OptionalDouble retained) {}

  /** The kinds, in the order of the cells. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public List<Kind> kinds() {
    Map<String, List<Double>> byKind = new LinkedHashMap<>();
    for (Corrupted cell : cells) {
      cell.accuracy()
          .value()
          .ifPresent(
              share -> byKind.computeIfAbsent(cell.kind(), k -> new ArrayList<>()).add(share));
    }
    return byKind.entrySet().stream()
        .map(
            own -> {
              double mean = mean(own.getValue()).orElseThrow();
              return new Kind(own.getKey(), mean, retained(mean));
            })
        .toList();
  }

  /** The mean over the kinds, each of which counts once. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble mean() {
    return mean(kinds().stream().map(Kind::mean).toList());
  }

  /** The mean as a share of the clean accuracy. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble retained() {
    OptionalDouble mean = mean();
    return mean.isPresent() ? retained(mean.getAsDouble()) : mean;
  }

  /** The kind with the lowest mean, the first of equals. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Optional<String> worst() {
    return kinds().stream().min(Comparator.comparingDouble(Kind::mean)).map(Kind::kind);
  }

  private OptionalDouble retained(double mean) {
    OptionalDouble whole = clean.value();
    return whole.isPresent() && whole.getAsDouble() > 0
        ? OptionalDouble.of(mean / whole.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average();
  }

  /** The cell of a kind at a severity, where it was run. */
  public Optional<Corrupted> at(Condition condition) {
    return cells.stream().filter(cell -> cell.condition().equals(condition)).findFirst();
  }

  /**
   * How each example stands under each corruption, as rows of a {@link SampleTable}: held is right.
   *
   * @param clean predictions in the order of the cells' own
   */
  public List<SampleRow> rows(List<Aggregates.CleanPrediction> clean) {
    List<SampleRow> rows = new ArrayList<>();
    for (Corrupted cell : cells) {
      if (cell.predicted().size() != clean.size()) {
        throw new IllegalArgumentException(
            "predictions under %s must be on the %d examples of the audit but were on %d"
                .formatted(cell.condition().text(), clean.size(), cell.predicted().size()));
      }
      for (int i = 0; i < clean.size(); i++) {
        Aggregates.CleanPrediction own = clean.get(i);
        rows.add(
            new SampleRow(
                own.sample(),
                own.label(),
                own.predicted(),
                new Cell(cell.condition(), METHOD),
                cell.predicted().get(i) == own.label() ? Outcome.HELD : Outcome.BROKEN,
                OptionalDouble.empty(),
                1,
                0));
      }
    }
    return rows;
  }
}
