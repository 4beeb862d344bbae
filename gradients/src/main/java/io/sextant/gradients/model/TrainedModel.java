package io.sextant.gradients.model;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Judge;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A trained network together with its inference graph. The graph is what is differentiated; the
 * network itself stays the judge of what the model predicts.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TrainedModel {
  private final FrameworkNetwork network;
  private final Shape shape;
  private final Setting setting;
  private final FrameworkNetwork.Compiled compiled;

  /** What a network is compiled for, beside its input's shape. */
  private record Setting(
      InputDomain domain,
      Optional<Operation.Rescale> preprocessing,
      Optional<NormalizerUnits> normalizerUnits,
      Optional<String> output,
      LogitsSaid logits) {}

  private TrainedModel(FrameworkNetwork network, Shape shape, Setting setting) {
    this.network = network;
    this.shape = shape;
    this.setting = setting;
    this.compiled =
        network.compile(shape, setting.preprocessing(), setting.output(), setting.logits());
  }

  /**
   * Reads a model file and compiles it, its own normaliser included: the door to a model in a file.
   *
   * @param file of any format that is read
   * @param input what it is given; a data set knows it: {@code data.input()}
   * @return the model, in the units of the input
   * @throws io.sextant.gradients.model.ModelFileException when the file is not a usable model
   * @throws UnsupportedLayerException when a layer is not supported
   * @throws IllegalArgumentException when the input does not fit the network or its normaliser
   */
  public static TrainedModel read(Path file, ModelInput input) {
    return of(ModelFile.read(file), input, ModelSettings.DEFAULT);
  }

  /**
   * Compiles a model from a file behind its own normaliser or, when it has none, behind the
   * preprocessing in the settings.
   *
   * @param file as it was read
   * @param input what it is given; an image is flattened when the network takes vectors
   * @param settings what the file does not say
   * @return the model, in the units of the input
   * @throws UnsupportedLayerException when a layer is not supported
   * @throws IllegalArgumentException when the input does not fit the network or its normaliser, or
   *     the settings contradict the file
   */
  public static TrainedModel of(LoadedNetwork file, ModelInput input, ModelSettings settings) {
    LogitsSaid logits =
        settings.logits()
            ? LogitsSaid.BY_USER
            : file.stated().logits() ? LogitsSaid.BY_FILE : LogitsSaid.NOT;
    Optional<NormalizerUnits> units = units(file, input, settings);
    try {
      return compile(file, input, settings, units, logits);
    } catch (UnsupportedLayerException e) {
      throw e.in(file.name());
    }
  }

  private static TrainedModel compile(
      LoadedNetwork file,
      ModelInput input,
      ModelSettings settings,
      Optional<NormalizerUnits> units,
      LogitsSaid logits) {
    return compile(
        file.networkBehindNormalizer(),
        input.shape(),
        new Setting(
            input.domain(),
            file.normalizer()
                .map(normalizer -> rescale(units.orElseThrow().before(normalizer, input)))
                .or(settings::preprocessing),
            units,
            settings.output(),
            logits));
  }

  private static Optional<NormalizerUnits> units(
      LoadedNetwork file, ModelInput input, ModelSettings settings) {
    if (file.normalizer().isEmpty()) {
      if (settings.normalizerUnits().isPresent()) {
        throw new IllegalArgumentException(
            "%s has no normaliser, so normalizer-units must be left out".formatted(file.name()));
      }
      return Optional.empty();
    }
    if (settings.preprocessing().isPresent()) {
      throw new IllegalArgumentException(
          "%s brings its own normaliser, so preprocessing and scale must not be given too"
              .formatted(file.name()));
    }
    return settings
        .normalizerUnits()
        .or(() -> Optional.of(NormalizerUnits.of(file.name(), file.normalizer().get(), input)));
  }

  private static Operation.Rescale rescale(Normalizer.Affine affine) {
    return new Operation.Rescale(boxed(affine.factors()), boxed(affine.offsets()));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /**
   * Compiles a network in memory. A model in a file is read by {@link #read}, which includes the
   * file's normaliser.
   *
   * @param network such as {@code Dl4jNetwork.of(network)}; not modified
   * @param shape one example's shape, channels first; an image is flattened when the network takes
   *     vectors
   * @return the model, for inputs in [0, 1]
   * @throws UnsupportedLayerException when a layer is not supported
   * @throws IllegalArgumentException when the shape does not fit the network
   */
  public static TrainedModel of(FrameworkNetwork network, Shape shape) {
    return of(network, shape, Optional.empty(), Optional.empty());
  }

  /**
   * Compiles a network in memory behind preprocessing.
   *
   * @param network such as {@code Dl4jNetwork.of(network)}; not modified
   * @param shape one example's shape, channels first; an image is flattened when the network takes
   *     vectors
   * @param preprocessing what stands between the input's units and the network's
   * @param output which output, for graphs with several
   * @return the model, for inputs in [0, 1]
   */
  public static TrainedModel of(
      FrameworkNetwork network,
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output) {
    InputDomain unit = InputDomain.box(shape.elements(), 0, 1);
    return compile(
        network, shape, new Setting(unit, preprocessing, Optional.empty(), output, LogitsSaid.NOT));
  }

  /**
   * Compiles a network in memory for inputs of one kind.
   *
   * @param network such as {@code Dl4jNetwork.of(network)}; not modified
   * @param input what it is given; an image is flattened when the network takes vectors
   * @param settings what the network does not say; without units of a normaliser, which only files
   *     have
   * @return the model, in the units of the input
   */
  public static TrainedModel of(
      FrameworkNetwork network, ModelInput input, ModelSettings settings) {
    if (settings.normalizerUnits().isPresent()) {
      throw new IllegalArgumentException(
          "a network in memory has no normaliser, so the units of one must be left out");
    }
    return compile(
        network,
        input.shape(),
        new Setting(
            input.domain(),
            settings.preprocessing(),
            Optional.empty(),
            settings.output(),
            settings.logits() ? LogitsSaid.BY_USER : LogitsSaid.NOT));
  }

  private static TrainedModel compile(FrameworkNetwork network, Shape shape, Setting setting) {
    TrainedModel model = fitted(network, shape, setting);
    Head head = model.head();
    if (setting.logits() == LogitsSaid.BY_USER && head != Head.IDENTITY && head != Head.LOGIT) {
      throw new IllegalArgumentException(
          "output-kind: logits is for networks that end in a vector of units without activation, but the output of this one is %s; leave it out"
              .formatted(head));
    }
    return model;
  }

  private static TrainedModel fitted(FrameworkNetwork network, Shape shape, Setting setting) {
    try {
      TrainedModel model = new TrainedModel(network, shape, setting);
      return shape.rank() == 3 && shape.channels() == 1 && Sequences.reads(model.graph())
          ? ofSequences(network, shape, setting).orElse(model)
          : model;
    } catch (IllegalArgumentException e) {
      for (Shape other : network.likewise(shape)) {
        try {
          return new TrainedModel(network, other, setting);
        } catch (IllegalArgumentException notSoEither) {
          e.addSuppressed(notSoEither);
        }
      }
      throw e;
    }
  }

  /** The same network for sequences, unless what stands before it is for images alone. */
  private static Optional<TrainedModel> ofSequences(
      FrameworkNetwork network, Shape image, Setting setting) {
    try {
      return Optional.of(
          new TrainedModel(network, Shape.of(image.size(1), image.size(2)), setting));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens gradients over this model: on the fastest engine that is on the class path and runs here,
   * within the model's domain. Close it after use.
   */
  public GradientService service() {
    return serviceBuilder().build();
  }

  /** Gradients over this model within its domain, with settings to choose. */
  public GradientServiceBuilder serviceBuilder() {
    return GradientService.builder(graph()).domain(setting.domain());
  }

  /** The network as it was given, in its framework's form. */
  public FrameworkNetwork network() {
    return network;
  }

  /** From the input to the logits. */
  public InferenceGraph graph() {
    return compiled.graph();
  }

  /** The steps from the input to the logits, as they are run. */
  public List<LayerSummary> layers() {
    return graph().nodes().stream()
        .map(
            node ->
                new LayerSummary(
                    node.index(),
                    node.name(),
                    kind(node.operation()),
                    node.shape(),
                    node.operation().parameters().stream()
                        .mapToLong(parameter -> parameter.shape().elements())
                        .sum()))
        .toList();
  }

  private static String kind(Operation operation) {
    return operation instanceof Operation.Elementwise elementwise
        ? elementwise.function().getClass().getSimpleName()
        : operation.getClass().getSimpleName();
  }

  /** How the output is to be read. */
  public Head head() {
    return compiled.head();
  }

  /** One example's shape, channels first. */
  public Shape inputShape() {
    return shape;
  }

  /** The inputs that exist. */
  public InputDomain domain() {
    return setting.domain();
  }

  /** Number of classes: the number of logits. */
  public int classes() {
    return compiled.graph().output().shape().elements();
  }

  /** The map between the input's units and the network's, when there is one. */
  public Optional<Operation.Rescale> preprocessing() {
    return setting.preprocessing();
  }

  /** Which of the network's outputs it answers with, where that was said. */
  public Optional<String> output() {
    return setting.output();
  }

  /** What numbers the file's own normaliser takes; empty when the file has none. */
  public Optional<NormalizerUnits> normalizerUnits() {
    return setting.normalizerUnits();
  }

  /**
   * This model, if it is a classifier.
   *
   * @throws IllegalArgumentException when it is not, naming what it is
   */
  public TrainedModel requireClassifier() {
    if (!head().classification()) {
      throw new IllegalArgumentException(
          "the model must be a classifier (softmax, one sigmoid unit, or a classification loss) but its output is %s%s"
              .formatted(
                  head(),
                  head() == Head.REGRESSION
                      ? "; if its outputs are logits of classes, say so: output-kind: logits"
                      : ""));
    }
    return this;
  }

  /** Who decides what the model predicts: the network itself, behind the same preprocessing. */
  public Judge judge() {
    return compiled.judge();
  }

  /**
   * What the network itself answers at test time, activation included: the truth about the model.
   *
   * @param rows {@code [rows][features]} in the input's units, channels first
   * @return {@code [rows][outputs]}
   */
  public double[][] outputs(double[][] rows) {
    return judge().outputs(rows);
  }

  /**
   * The classes that the network itself decides for; -1 where an output is not finite.
   *
   * @param rows {@code [rows][features]} in the input's units, channels first
   */
  public int[] predictions(double[][] rows) {
    return judge().decisions(rows);
  }
}
