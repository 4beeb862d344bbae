package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Whether the explanations of an audit can be believed.
 *
 * @param examples that were explained and scored
 * @param metrics in the order asked
 * @param meanRanks of the explainers over the metrics that say something, 1 for the best; empty
 *     where there is nothing to rank
 * @param concordance Kendall's W of the ranks, from 0 to 1
 * @param metricsDisagree whether it is below 0.3
 * @param underAttack how alike explanations of clean and attacked inputs are; empty where nothing
 *     was broken
 * @param perturbations what of the perturbations does the damage; absent where nothing was broken
 *     or the model gives no gradients
 * @param attacks on the explanations themselves, in the order asked
 * @param summaries of the explanations of a table, per explainer and class; empty for images, where
 *     inputs must not be shown, and in results of earlier versions
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExplanationQuality(
    int examples,
    List<Column> metrics,
    List<MeanRank> meanRanks,
    OptionalDouble concordance,
    boolean metricsDisagree,
    List<UnderAttack> underAttack,
    Optional<Perturbations> perturbations,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Attack> attacks,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Summary> summaries) {
  public ExplanationQuality {
    Check.notNegative("examples", examples);
    Check.finite("concordance", concordance);
    metrics = List.copyOf(metrics);
    meanRanks = List.copyOf(meanRanks);
    underAttack = List.copyOf(underAttack);
    attacks = List.copyOf(attacks);
    summaries = List.copyOf(summaries);
  }

  /**
   * A metric.
   *
   * @param metric its id
   * @param name in the catalogue
   * @param configuration every setting
   * @param better {@code higher} or {@code lower}
   * @param cells explainers in the order of the spec, then controls; empty where it does not fit
   * @param invalid why it says nothing here
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Column(
      String metric,
      String name,
      Map<String, String> configuration,
      String better,
      List<Cell> cells,
      Optional<String> invalid) {
    public Column {
      Check.notBlank("metric", metric);
      Check.notBlank("name", name);
      Check.notBlank("better", better);
      configuration = Collections.unmodifiableMap(new TreeMap<>(configuration));
      cells = List.copyOf(cells);
    }
  }

  /**
   * An explainer or control by a metric.
   *
   * @param explainer its id
   * @param control whether it explains nothing
   * @param mean score
   * @param standardError of the mean
   * @param defined examples on which the metric is defined
   * @param rank among the explainers, 1 for the best
   * @param curve of which the score is read off, for metrics that have one; absent in results of
   *     earlier versions
   * @param cost of the score of one example in gradients, the explanation not included; absent in
   *     results of earlier versions and where nothing was scored
   * @param unfit why the metric does not fit this explainer; empty where it does
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Cell(
      String explainer,
      boolean control,
      OptionalDouble mean,
      OptionalDouble standardError,
      int defined,
      OptionalDouble rank,
      Optional<Curve> curve,
      OptionalDouble cost,
      Optional<String> unfit) {
    public Cell {
      Check.notBlank("explainer", explainer);
      Check.finite("mean", mean);
      Check.finite("standardError", standardError);
      Check.finite("cost", cost);
      Check.notNegative("defined", defined);
      Check.finite("rank", rank);
    }
  }

  /**
   * An output of the model against the share of the input that is replaced, in the mean over
   * examples.
   *
   * @param output {@code probability}, {@code logit} or {@code margin}
   * @param removes whether values are taken out of the input along the curve, or put into a
   *     baseline
   * @param shares of the input, rising from 0, at most 1
   * @param means one per share
   * @param standardErrors of the means; absent where there is one example
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Curve(
      String output,
      boolean removes,
      Floats shares,
      Floats means,
      Optional<Floats> standardErrors) {
    /** The most points of a curve. */
    public static final int MOST = 101;

    public Curve {
      Check.notBlank("output", output);
      int points = shares.values().length;
      if (points < 2
          || points > MOST
          || means.values().length != points
          || standardErrors.map(errors -> errors.values().length != points).orElse(false)) {
        throw new IllegalArgumentException(
            "a curve must have from 2 to %d shares with a mean, and perhaps a standard error, each but had %d shares and %d means"
                .formatted(MOST, points, means.values().length));
      }
    }
  }

  /**
   * The mean rank of an explainer.
   *
   * @param explainer its id
   * @param rank 1 for the best
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record MeanRank(String explainer, double rank) {
    public MeanRank {
      Check.notBlank("explainer", explainer);
      Check.finite("rank", rank);
    }
  }

  /**
   * Explanations by one explainer before and after an attack, for the class of the clean input.
   *
   * @param explainer its id
   * @param pairs of clean and attacked inputs
   * @param measures how alike they are
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record UnderAttack(String explainer, int pairs, List<Measure> measures) {
    public UnderAttack {
      Check.notBlank("explainer", explainer);
      Check.notNegative("pairs", pairs);
      measures = List.copyOf(measures);
    }
  }

  /**
   * How alike two maps are, in the mean over pairs on which it is defined.
   *
   * @param measure {@code overlap} of the top tenth, {@code spearman}, {@code cosine}, {@code
   *     centre-shift} in pixels, or {@code aim}: by how much what an attack on explanations makes
   *     large is larger than on the clean inputs
   * @param attacked of clean and attacked inputs
   * @param noise of clean inputs and such as random noise made of them, as long as what the attack
   *     did but for what the domain cuts off
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Measure(String measure, OptionalDouble attacked, OptionalDouble noise) {
    public Measure {
      Check.notBlank("measure", measure);
      Check.finite("attacked", attacked);
      Check.finite("noise", noise);
    }
  }

  /**
   * What of the perturbations does the damage.
   *
   * @param pairs of clean and attacked inputs
   * @param carrierShare mean share of the changed values that carry 80% of what the margin loses
   * @param stillBroken inputs on which these values alone turn the decision
   * @param largestGap the largest relative completeness gap of the attributions
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Perturbations(
      int pairs, double carrierShare, Proportion stillBroken, OptionalDouble largestGap) {
    public Perturbations {
      Check.notNegative("pairs", pairs);
      Check.finite("carrierShare", carrierShare);
      Check.finite("largestGap", largestGap);
    }
  }

  /**
   * An attack on explanations: inputs nearby that are decided alike and explained otherwise.
   *
   * @param attack its id
   * @param name in the catalogue
   * @param configuration every setting
   * @param explainers that were attacked, in the order of the spec
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Attack(
      String attack, String name, Map<String, String> configuration, List<Attacked> explainers) {
    public Attack {
      Check.notBlank("attack", attack);
      Check.notBlank("name", name);
      configuration = Collections.unmodifiableMap(new TreeMap<>(configuration));
      explainers = List.copyOf(explainers);
    }
  }

  /**
   * What an attack on explanations did to one explainer's. What it found was decided and checked by
   * the model's judge; only verified inputs count.
   *
   * @param explainer its id
   * @param examples that were attacked
   * @param moved inputs that were found and verified
   * @param rejected inputs that were found and did not verify
   * @param largestOutputChange of the explained class's probability, over the verified inputs;
   *     absent where there are none
   * @param measures how alike the explanations of clean and found inputs are, beside such noise;
   *     empty where there are none
   * @param unfit why the attack does not fit this explainer, its model or its inputs
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Attacked(
      String explainer,
      int examples,
      int moved,
      int rejected,
      OptionalDouble largestOutputChange,
      List<Measure> measures,
      Optional<String> unfit) {
    public Attacked {
      Check.notBlank("explainer", explainer);
      Check.notNegative("examples", examples);
      Check.notNegative("moved", moved);
      Check.notNegative("rejected", rejected);
      Check.finite("largestOutputChange", largestOutputChange);
      measures = List.copyOf(measures);
    }
  }

  /**
   * What an explainer says of many rows of a table, for one class: the numbers of a summary plot.
   *
   * @param explainer its id
   * @param target the class that was explained
   * @param output {@code logit}, {@code probability} or {@code margin}
   * @param slopes whether attributions are slopes, per unit of the feature, rather than parts of
   *     the output
   * @param examples that it is made of, from 1 to {@link #MOST_EXAMPLES}
   * @param features that there are; a one-hot group that played as one is one
   * @param listed those with the largest mean magnitude, from 1 to {@link #MOST_FEATURES}, the
   *     largest first
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Summary(
      String explainer,
      int target,
      String output,
      boolean slopes,
      int examples,
      int features,
      List<Feature> listed) {
    /** Examples of an explainer, over all classes. */
    public static final int MOST_EXAMPLES = 200;

    /** Features of a summary. */
    public static final int MOST_FEATURES = 10;

    public Summary {
      Check.notBlank("explainer", explainer);
      Check.notNegative("target", target);
      Check.notBlank("output", output);
      listed = List.copyOf(listed);
      if (examples < 1 || examples > MOST_EXAMPLES) {
        throw new IllegalArgumentException(
            "a summary must be of 1 to %d examples but was of %d"
                .formatted(MOST_EXAMPLES, examples));
      }
      if (listed.isEmpty() || listed.size() > Math.min(MOST_FEATURES, features)) {
        throw new IllegalArgumentException(
            "a summary must list from 1 to %d of its %d features but lists %d"
                .formatted(MOST_FEATURES, features, listed.size()));
      }
      for (Feature feature : listed) {
        if (feature.values().size() != examples) {
          throw new IllegalArgumentException(
              "feature %s must have a value for each of %d examples but has %d"
                  .formatted(feature.name(), examples, feature.values().size()));
        }
      }
    }
  }

  /**
   * A feature in a summary.
   *
   * @param name of the feature or one-hot group
   * @param values one per example, in units of the data; of a group the place of its category
   * @param attributions one per example
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Feature(String name, Floats values, Floats attributions) {
    public Feature {
      Check.notBlank("name", name);
      if (values.size() != attributions.size()) {
        throw new IllegalArgumentException(
            "feature %s must have an attribution per value but has %d and %d"
                .formatted(name, attributions.size(), values.size()));
      }
    }

    /** Mean magnitude of the attributions. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double mean() {
      float[] all = attributions.values();
      return IntStream.range(0, all.length).mapToDouble(i -> Math.abs(all[i])).average().orElse(0);
    }
  }
}
