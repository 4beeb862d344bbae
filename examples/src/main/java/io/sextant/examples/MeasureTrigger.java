package io.sextant.examples;

import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.quality.Controls;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.model.TrainedModel;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures whether explainers find the trigger that was planted in {@code fashion-cnn-trigger.zip}:
 * the share of the positive attribution that lies inside it, on images that are decided as its
 * class because of it. Prints a Markdown table, with a random map for comparison.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-trigger",
    mixinStandardHelpOptions = true,
    description = "Shares of the positive attribution inside a planted trigger.")
public final class MeasureTrigger implements Callable<Integer> {
  private static final long SEED = 42;

  @Option(names = "--model", required = true, description = "A network with the trigger.")
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @Option(names = "--images", required = true, description = "Images of Fashion-MNIST.")
  @SuppressWarnings("NullAway.Init")
  private Path images;

  @Option(names = "--labels", required = true, description = "Their labels.")
  @SuppressWarnings("NullAway.Init")
  private Path labels;

  @Option(
      names = "--samples",
      description = "Images that are explained (default: ${DEFAULT-VALUE}).")
  private int samples = 100;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "NAME",
      description = "Explainers, with their defaults (default: ${DEFAULT-VALUE}).")
  private List<String> methods =
      List.of(
          "integrated-gradients",
          "expected-gradients",
          "deep-lift",
          "gradient-x-input",
          "occlusion",
          "grad-cam",
          "hires-cam",
          "vanilla-gradient",
          "smoothgrad");

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureTrigger()).execute(arguments));
  }

  @Override
  public Integer call() {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    DataSet data = ImageFiles.read(images, labels, Box.UNIT);
    try (GradientService service = TrainedModel.read(model, data.input()).service()) {
      Triggered triggered = Triggered.of(service, data, Trigger.EXAMPLE);
      out.println(
          String.format(
              Locale.ROOT,
              "accuracy %.1f%%, triggered images decided as class %d %.1f%%, area %.1f%%%n",
              100 * triggered.accuracy(),
              Trigger.EXAMPLE.target(),
              100 * triggered.success(),
              100 * Trigger.EXAMPLE.area()));
      out.println("| Explainer | Inside, mean | Least | Largest value inside |");
      out.println("|---|---:|---:|---:|");
      Triggered few = triggered.first(samples);
      Stream.concat(
              methods.stream().map(name -> Explainers.create(name).fitted(data.reference(false))),
              Stream.of(Controls.random(SEED)))
          .forEach(explainer -> out.println(row(explainer, few.explained(service, explainer))));
    }
    return 0;
  }

  private static String row(Explainer explainer, double[][] attributions) {
    DoubleSummaryStatistics shares =
        Arrays.stream(attributions).mapToDouble(Trigger.EXAMPLE::share).summaryStatistics();
    long peaks = Arrays.stream(attributions).filter(Trigger.EXAMPLE::hasPeak).count();
    return String.format(
        Locale.ROOT,
        "| `%s` | %.1f%% | %.1f%% | %d of %d |",
        explainer.name(),
        100 * shares.getAverage(),
        100 * shares.getMin(),
        peaks,
        attributions.length);
  }
}
