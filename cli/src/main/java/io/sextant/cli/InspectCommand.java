package io.sextant.cli;

import io.sextant.evaluation.Inspection;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.results.ModelInfo;
import io.sextant.results.Percent;
import io.sextant.spec.ModelSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant inspect}. */
@Command(
    name = "inspect",
    description =
        "Shows a model's layers and parameters, and checks that its gradients belong to it.")
final class InspectCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(paramLabel = "MODEL", description = "A Deeplearning4j zip, a Keras or an ONNX file.")
  @SuppressWarnings("NullAway.Init")
  Path model;

  @Option(
      names = "--input-shape",
      paramLabel = "C,H,W",
      description = "One example's shape, for models that do not tell: C,H,W or a vector's length.")
  @Nullable String inputShape;

  @Option(
      names = "--output-name",
      paramLabel = "NAME",
      description = "Which output, for graphs with several.")
  @Nullable String output;

  @Option(
      names = "--output-kind",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "logits or auto, as for attack.")
  @SuppressWarnings("NullAway.Init")
  String outputKind;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  HealthMixin ignore;

  @Override
  public Integer call() {
    Inspection found = Inspection.of(model, shape(), settings(), engine.options());
    PrintWriter out = command.commandLine().getOut();
    ModelInfo info = found.model();
    out.printf("%s: %s, SHA-256 %s%n", info.file(), info.format(), info.sha256());
    out.printf(
        "input %s, %s, head %s, %,d parameters%n",
        info.inputShape(), outputs(found), info.head(), info.parameters());
    found.description().forEach(out::println);
    out.println();
    found
        .normalizer()
        .ifPresent(
            normalizer ->
                out.printf(
                    "normaliser of the file, in front of the layers as 'preprocessing': %s%n%n",
                    normalizer));
    out.printf("%4s  %-28s %-22s %-16s %12s%n", "", "layer", "operation", "output", "parameters");
    for (ModelInfo.Layer layer : info.layers()) {
      out.printf(
          Locale.ROOT,
          "%4d  %-28s %-22s %-16s %,12d%n",
          layer.index(),
          layer.name(),
          layer.kind(),
          layer.outputShape(),
          layer.parameters());
    }
    ModelInfo.Health health = info.health();
    out.printf("%nengine: %s%n", found.engine());
    found.fallbacks().forEach(fallback -> out.println("  " + fallback));
    out.printf(
        Locale.ROOT,
        "health: %s (logits differ from the network's own inference by %.1e, gradients from finite"
            + " differences by %.1e, rows in a batch from rows alone by %.1e; %s of gradient"
            + " entries are exactly zero)%n",
        health.ok() ? "ok" : "NOT OK",
        health.logitParityError(),
        health.finiteDifferenceError().orElseThrow(),
        health.batchIndependenceError(),
        Percent.of(health.zeroGradientShare().orElseThrow()));
    health.messages().forEach(message -> out.println("  " + message));
    out.flush();
    if (!health.ok() && !ignore.ignored) {
      throw new IllegalArgumentException(
          HealthMixin.refusal(info.file(), health.messages().get(0)));
    }
    return ExitCode.OK;
  }

  /** Only classifiers have classes; what another head answers are values. */
  private static String outputs(Inspection found) {
    boolean classes = Head.valueOf(found.model().head().toUpperCase(Locale.ROOT)).classification();
    return found.classes() + (classes ? " classes" : " outputs");
  }

  private ModelSettings settings() {
    ModelSettings settings =
        output == null ? ModelSettings.DEFAULT : ModelSettings.DEFAULT.withOutput(output);
    return ModelSpec.parseLogits(outputKind) ? settings.withLogits() : settings;
  }

  private Optional<Shape> shape() {
    if (inputShape == null) {
      return Optional.empty();
    }
    try {
      List<Integer> sizes =
          Arrays.stream(inputShape.split(",", -1)).map(s -> Integer.parseInt(s.trim())).toList();
      return Optional.of(Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--input-shape must be numbers such as 3,32,32 but was " + inputShape, e);
    }
  }
}
