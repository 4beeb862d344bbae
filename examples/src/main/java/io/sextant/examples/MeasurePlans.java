package io.sextant.examples;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.StageResult;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what attacks leave standing and what they spend: the evidence for the presets. Prints a
 * row of a Markdown table for each model, radius and attack: robust accuracy in percent, forwards
 * and backwards for each example that holds, and seconds; with {@code --parts} a row for each part
 * of a plan: examples tried and broken, and the passes spent.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "measure-plans",
    mixinStandardHelpOptions = true,
    description = "Robust accuracy and cost of attacks, as a Markdown table.")
public final class MeasurePlans implements Callable<Integer> {
  @Mixin
  @SuppressWarnings("NullAway.Init")
  private MeasuredOptions on;

  @Option(
      names = "--attack",
      split = ",",
      paramLabel = "NAME[:KEY=VALUE...]",
      description = "Attacks with their settings (default: ${DEFAULT-VALUE}).")
  private List<String> attacks = List.of("pgd", "quick", "standard", "autoattack");

  @Option(names = "--parts", description = "Prints what each part of a plan added instead.")
  private boolean parts;

  /** Measures. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MeasurePlans()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter table = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    table.println(
        parts
            ? "| Network | Norm, radius | Attack | Part | Tried | Broken | Forwards | Backwards |\n"
                + "|---|---|---|---|---:|---:|---:|---:|"
            : "| Network | Norm, radius | Attack | Robust | Forwards | Backwards | Seconds |\n"
                + "|---|---|---|---:|---:|---:|---:|");
    on.each(measured -> attacks.forEach(attack -> measure(measured, attack, table)));
    return 0;
  }

  private void measure(Measured measured, String text, PrintWriter table) {
    Attack attack = attack(text);
    long start = System.nanoTime();
    AttackResult result =
        attack.run(measured.service(), measured.examples(), measured.threat(), measured.seed());
    double seconds = (System.nanoTime() - start) / 1e9;
    String row =
        "| %s | %s | %s |"
            .formatted(measured.model(), measured.threat().condition().describe(), text);
    if (parts) {
      parts(result).forEach((name, part) -> table.println(row + part.row(name)));
      return;
    }
    table.printf(
        Locale.ROOT,
        "%s %.1f | %.0f | %.0f | %.1f |%n",
        row,
        100.0 * result.count(Outcome.HELD) / measured.examples().size(),
        held(result, ExampleResult::forwards),
        held(result, ExampleResult::backwards),
        seconds);
  }

  /** On average over the examples that hold. */
  private static double held(AttackResult result, ToLongFunction<ExampleResult> passes) {
    return result.examples().stream()
        .filter(example -> example.outcome().kind() == Outcome.HELD)
        .mapToLong(passes)
        .average()
        .orElse(0);
  }

  static Attack attack(String text) {
    String[] words = text.split(":");
    return Attacks.of(
        words[0],
        Arrays.stream(words)
            .skip(1)
            .map(setting -> setting.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
  }

  private record Part(int tried, int broken, long forwards, long backwards) {
    Part(StageResult one) {
      this(1, one.broken() ? 1 : 0, one.forwards(), one.backwards());
    }

    Part plus(Part other) {
      return new Part(
          tried + other.tried,
          broken + other.broken,
          forwards + other.forwards,
          backwards + other.backwards);
    }

    String row(String name) {
      return " %s | %d | %d | %d | %d |".formatted(name, tried, broken, forwards, backwards);
    }
  }

  private static Map<String, Part> parts(AttackResult result) {
    Map<String, Part> parts = new LinkedHashMap<>();
    result.examples().stream()
        .flatMap(example -> example.stages().stream())
        .forEach(stage -> parts.merge(stage.stage(), new Part(stage), Part::plus));
    return parts;
  }
}
