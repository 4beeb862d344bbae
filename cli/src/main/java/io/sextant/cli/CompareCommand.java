package io.sextant.cli;

import io.sextant.results.AuditResult;
import io.sextant.results.EarlierResult;
import io.sextant.results.SamplesCsv;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.gate.Contrast;
import io.sextant.results.gate.ExplanationContrast;
import io.sextant.results.gate.GateSubject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant compare}. */
@Command(
    name = "compare",
    description = {
      "Puts two finished audits side by side.",
      "On the same examples they are paired: which ones were lost and gained, and whether that can"
          + " be chance (McNemar's exact test, two-sided).",
      "Where both kept attributions (the key 'attributions' of the spec), it says how far those of"
          + " the same examples are apart, beside what random noise does; where both judged"
          + " explanations, the scores."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "Output folder of an audit.")
  @SuppressWarnings("NullAway.Init")
  Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "Output folder of another.")
  @SuppressWarnings("NullAway.Init")
  Path after;

  /** A finished audit of one model. */
  private record Finished(AuditResult result, GateSubject subject) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    Set<String> first = models(before);
    Set<String> second = models(after);
    if (first.isEmpty() && second.isEmpty()) {
      tell(read(before), read(after), out);
    } else {
      requireSeveral(before, first);
      requireSeveral(after, second);
      Set<String> all = new TreeSet<>(first);
      all.addAll(second);
      for (String id : all) {
        out.printf("Model %s:%n", id);
        if (first.contains(id) && second.contains(id)) {
          tell(read(before.resolve(id)), read(after.resolve(id)), out);
        } else {
          out.printf("Only in %s.%n", first.contains(id) ? before : after);
        }
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void tell(Finished first, Finished second, PrintWriter out) {
    unreliable("before", first.result(), out);
    unreliable("after", second.result(), out);
    Fingerprint was = first.subject().fingerprint();
    Fingerprint is = second.subject().fingerprint();
    if (!was.samples().equals(is.samples())) {
      out.println("The two were measured on different examples, so they cannot be paired.");
    } else if (!first.result().data().domain().equals(second.result().data().domain())) {
      out.println(
          "The two were measured within other bounds (schema), so a difference need not come from"
              + " the model.");
    } else if (!was.protocol().equals(is.protocol())) {
      out.println(
          "The two were measured under different attacks or settings, so a difference need not come"
              + " from the model.");
    }
    for (Contrast contrast : Contrast.of(first.subject(), second.subject())) {
      out.printf("%s: %s%n", contrast.subject(), contrast.describe());
    }
    ExplanationContrast.describe(first.result(), second.result()).forEach(out::println);
  }

  private static void unreliable(String which, AuditResult result, PrintWriter out) {
    result.validity().tripped().ifPresent(why -> out.printf("UNRELIABLE %s: %s.%n", which, why));
  }

  /** The folders of an audit of several models, by their ids; none where it was of one. */
  private static Set<String> models(Path folder) throws IOException {
    Set<String> models = new TreeSet<>();
    if (Files.isDirectory(folder) && !Files.exists(folder.resolve("result.json"))) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, Files::isDirectory)) {
        for (Path child : children) {
          if (Files.isRegularFile(child.resolve("result.json"))) {
            models.add(String.valueOf(child.getFileName()));
          }
        }
      }
    }
    return models;
  }

  private static void requireSeveral(Path folder, Set<String> models) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds no finished audit of several models, and the other folder does; name the folder of one of its models"
              .formatted(folder));
    }
  }

  private static Finished read(Path folder) throws IOException {
    Path result = folder.resolve("result.json");
    Path samples = folder.resolve("samples.csv");
    for (Path file : List.of(result, samples)) {
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "%s holds no finished audit: there is no %s".formatted(folder, file.getFileName()));
      }
    }
    AuditResult read = EarlierResult.read(result);
    return new Finished(read, GateSubject.of(read, SamplesCsv.read(samples), List.of()));
  }
}
