package io.sextant.examples;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.methods.Kind;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Records which examples each candidate for a part of a plan breaks, alone, and what it costs: what
 * the order of {@code standard} is chosen by, see {@link Greedy}. Writes a line for each model,
 * radius and candidate: the outcomes, a character for each example ({@code b} broken, {@code h}
 * held, {@code .} wrong without an attack), and passes spent.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "record-parts",
    mixinStandardHelpOptions = true,
    description = "What candidates for a plan break, each alone, and what they cost.")
public final class RecordParts implements Callable<Integer> {
  private static final String SHORT = ":loss=margin:step-size=cosine epsilon to epsilon/10";

  /** What may become a part. */
  static final List<Candidate> CANDIDATES =
      List.of(
          new Candidate("margin", "pgd:steps=8:start=corner" + SHORT),
          new Candidate("diverse", "pgd:steps=8:odi=7" + SHORT),
          new Candidate("directed", "pgd:steps=8:odi=adaptive 7" + SHORT),
          new Candidate("cross-entropy", "pgd:steps=20"),
          new Candidate("long", "pgd:steps=100"),
          new Candidate("probability", "pgd:steps=100:loss=probability-margin"),
          new Candidate("apgd-ce", "apgd-ce"),
          new Candidate("restarted", "apgd-ce:restarts=2"),
          new Candidate("apgd-dlr", "apgd-dlr"),
          new Candidate("two-targets", "apgd-t:steps=40:targets=2:target-order=malt"),
          new Candidate("targeted", "apgd-t:steps=40:targets=3:target-order=malt"),
          new Candidate("five-targets", "apgd-t:steps=40:targets=5"),
          new Candidate("nearest", "fmn:steps=100"),
          new Candidate("fab-t", "fab-t:steps=30:targets=3"));

  /**
   * A candidate.
   *
   * @param name of the part in the plan
   * @param attack its name and settings, as in {@link MeasurePlans}
   */
  record Candidate(String name, String attack) {}

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private MeasuredOptions on;

  @Option(
      names = "--candidate",
      paramLabel = "NAME=ATTACK",
      description = "Candidates in place of those of the plan; repeatable.")
  private List<String> own = List.of();

  @Option(names = "--out", required = true, description = "Where to add the lines (CSV).")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  /** Records. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RecordParts()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    StringBuilder lines = new StringBuilder();
    PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    on.each(
        measured ->
            candidates()
                .forEach(
                    candidate -> {
                      String line = line(measured, candidate);
                      progress.println(line);
                      lines.append(line).append('\n');
                    }));
    String before = Files.exists(out) ? Files.readString(out) : Greedy.HEADER + "\n";
    Path whole = out.resolveSibling(out.getFileName() + ".part");
    Files.writeString(whole, before + lines);
    Files.move(whole, out, StandardCopyOption.REPLACE_EXISTING);
    return 0;
  }

  private List<Candidate> candidates() {
    return own.isEmpty()
        ? CANDIDATES
        : own.stream()
            .map(text -> text.split("=", 2))
            .map(pair -> new Candidate(pair[0], pair[1]))
            .toList();
  }

  private static String line(Measured measured, Candidate candidate) {
    Attack attack = MeasurePlans.attack(candidate.attack());
    double epsilon = measured.threat().radius();
    Norm norm = measured.threat().norm();
    ThreatModel threat =
        attack.declaration().kind() == Kind.MINIMUM_NORM
            ? ThreatModel.nearest(norm)
            : measured.threat();
    AttackResult result =
        attack.run(measured.service(), measured.examples(), threat, measured.seed());
    StringBuilder outcomes = new StringBuilder();
    long forwards = 0;
    long backwards = 0;
    int attacked = 0;
    for (ExampleResult example : result.examples()) {
      boolean wrong = example.outcome().kind() == Outcome.ALREADY_WRONG;
      boolean broken =
          example.outcome() instanceof io.sextant.attacks.Outcome.Broken found
              && found.distance() <= epsilon;
      outcomes.append(wrong ? '.' : broken ? 'b' : 'h');
      forwards += wrong ? 0 : example.forwards();
      backwards += wrong ? 0 : example.backwards();
      attacked += wrong ? 0 : 1;
    }
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%s,%.1f,%.1f",
        measured.model(),
        measured.threat().condition().text(),
        candidate.name(),
        outcomes,
        forwards / (double) Math.max(1, attacked),
        backwards / (double) Math.max(1, attacked));
  }
}
