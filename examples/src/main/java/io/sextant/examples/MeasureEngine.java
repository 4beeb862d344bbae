package io.sextant.examples;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Tape;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how many rows a second an engine takes forward and back to the input, for a small
 * network of each kind, and tells what it hands to another engine. The shortest of many calls
 * counts.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-engine",
    mixinStandardHelpOptions = true,
    description = "Rows per second by kind of network, as a Markdown table.")
public final class MeasureEngine implements Callable<Integer> {
  @Option(names = "--engine", description = "Which engine (default: ${DEFAULT-VALUE}).")
  private String engine = "onednn";

  @Option(
      names = "--networks",
      split = ",",
      description = "Which networks: ${COMPLETION-CANDIDATES} (default: all).")
  private List<NetworkKind> networks = List.of(NetworkKind.values());

  @Option(names = "--rows", description = "Rows of a call (default: ${DEFAULT-VALUE}).")
  private int rows = 32;

  @Option(names = "--calls", description = "Calls for each (default: ${DEFAULT-VALUE}).")
  private int calls = 40;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasureEngine()).execute(arguments));
  }

  @Override
  public Integer call() {
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.println("| Network | rows/s forward | rows/s forward and back | handed over |");
    table.println("|---|---:|---:|---:|");
    for (NetworkKind network : networks) {
      try (GradientService service =
          GradientService.builder(network.graph())
              .engine(engine)
              .threads(1)
              .batchSize(rows)
              .build()) {
        table.println(row(network, service));
      }
    }
    return 0;
  }

  private String row(NetworkKind network, GradientService service) {
    double[][] inputs = ramp(network.graph().input().shape().elements());
    double[][] cotangent = ramp(network.graph().output().shape().elements());
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %d |",
        network.name().toLowerCase(Locale.ROOT),
        fastest(() -> service.logits(inputs)),
        fastest(
            () -> {
              try (Tape tape = service.record(inputs)) {
                tape.pullback(cotangent);
              }
            }),
        service.fallbacks().size());
  }

  private double[][] ramp(int width) {
    double[][] ramp = new double[rows][width];
    for (int row = 0; row < rows; row++) {
      int phase = row;
      Arrays.setAll(ramp[row], i -> Math.sin(i + phase));
    }
    return ramp;
  }

  /** Rows per second. */
  private double fastest(Runnable call) {
    double shortest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      call.run();
      shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
    }
    return rows / shortest;
  }
}
