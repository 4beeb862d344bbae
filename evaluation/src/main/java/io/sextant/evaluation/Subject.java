package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Judge;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.HealthReport;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.NormalizerUnits;
import io.sextant.gradients.model.TrainedModel;
import io.sextant.spec.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What is examined: a trained classifier, the inputs that exist for it, and the gradient service
 * over it.
 *
 * @param file the model as it was read
 * @param model the compiled model
 * @param service gradients over it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Subject(LoadedNetwork file, TrainedModel model, GradientService service)
    implements AutoCloseable {

  /** More names of columns are too many for one message. */
  private static final int LISTED = 50;

  /**
   * Reads a model, fits it to the data and opens a service over it.
   *
   * @param path the model's file
   * @param spec the model
   * @param input what it is given
   * @param options engine and sizes
   * @throws IllegalArgumentException when the model is unusable, no classifier, or does not fit
   */
  public static Subject open(Path path, ModelSpec spec, ModelInput input, EngineOptions options) {
    return open(new GivenModel.InFile(path), spec, input, options);
  }

  /**
   * Fits a model to the data and opens a service over it.
   *
   * @param given the model
   * @param spec what is said of it
   * @param input what it is given
   * @param options engine and sizes
   * @throws IllegalArgumentException when the model is unusable, no classifier, or does not fit
   */
  public static Subject open(
      GivenModel given, ModelSpec spec, ModelInput input, EngineOptions options) {
    return open(given.load(), spec, input, options);
  }

  /** Fits a model that was read to the data and opens a service over it. */
  static Subject open(LoadedNetwork file, ModelSpec spec, ModelInput input, EngineOptions options) {
    requireColumns(file, input.domain());
    TrainedModel model = TrainedModel.of(file, input, settings(spec)).requireClassifier();
    return new Subject(file, model, options.service(model.graph(), input.domain()));
  }

  /** Columns too many or too few have names, which say more than shapes. */
  private static void requireColumns(LoadedNetwork file, InputDomain domain) {
    List<String> columns = names(domain);
    int taken =
        file.networkBehindNormalizer().inputShape().map(Shape::elements).orElse(columns.size());
    if (taken != columns.size() && !columns.equals(names(InputDomain.box(columns.size(), 0, 1)))) {
      throw new IllegalArgumentException(
          "the network takes %d columns but the table has %d beside the label: %s%s; %s"
              .formatted(
                  taken,
                  columns.size(),
                  String.join(", ", columns.subList(0, Math.min(LISTED, columns.size()))),
                  columns.size() > LISTED ? ", ..." : "",
                  taken < columns.size()
                      ? "remove those that it was not trained on, such as row numbers and other"
                          + " labels"
                      : "add those that are missing, in the order that it was trained on"));
    }
  }

  private static List<String> names(InputDomain domain) {
    return domain.features().stream().map(Feature::name).toList();
  }

  /** This, with a service that remembers what is answered about some inputs. */
  Subject remembering(Examples inputs) {
    return new Subject(file, model, service.remembering(inputs));
  }

  /** What a spec says of a model, in the library's words. */
  static ModelSettings settings(ModelSpec spec) {
    return new ModelSettings(
        spec.preprocessing().map(p -> new Operation.Rescale(p.factors(), p.offsets())),
        spec.output(),
        spec.logits(),
        spec.normalizerUnits().map(Subject::units));
  }

  private static NormalizerUnits units(ModelSpec.NormalizerUnits units) {
    return switch (units) {
      case BYTES -> NormalizerUnits.BYTES;
      case AS_IS -> NormalizerUnits.AS_IS;
    };
  }

  /** Who decides whether an example broke. */
  public Judge judge() {
    return model.judge();
  }

  /**
   * Attacks examples at several radii and verifies what was found; nothing is written.
   *
   * @param attack configured
   * @param threat what the attacker may do and wants; its own radius does not count
   * @param radii decimals or fractions such as {@code 8/255}, at least one and each once
   * @param examples to attack
   * @param seed of every random choice
   * @see VerifiedAttack#run
   */
  public VerifiedAttack attack(
      Attack attack, ThreatModel threat, List<String> radii, Examples examples, long seed) {
    return VerifiedAttack.run(judge(), service, attack, threat, radii, examples, seed);
  }

  /** What numbers the file's own normaliser takes, when it has one. */
  Optional<ModelSpec.NormalizerUnits> normalizerUnits() {
    return model
        .normalizerUnits()
        .map(
            units ->
                switch (units) {
                  case BYTES -> ModelSpec.NormalizerUnits.BYTES;
                  case AS_IS -> ModelSpec.NormalizerUnits.AS_IS;
                });
  }

  /**
   * Whether the gradients belong to the network: on random inputs and near these.
   *
   * @param data inputs of the run, of which some are tried
   * @param seed of the random inputs
   * @return the findings; {@link HealthReport#requireOk} refuses a model that is not healthy
   */
  public HealthReport health(Examples data, long seed) {
    return HealthCheck.run(model, service, service.domain(), data, seed);
  }

  @Override
  public void close() {
    service.close();
  }
}
