package io.sextant.maven.aggregate;

import io.sextant.maven.config.Selection;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.maven.judge.GateRun;
import io.sextant.maven.judge.Judgement;
import io.sextant.maven.judge.ResultFile;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GateReport;
import io.sextant.results.rules.Measurements;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The results that the modules of a build have left, found by the records beside them and judged as
 * the modules judge them.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ModuleResults {
  /** An execution's folder and a model's one below. */
  private static final int DEPTH = 2;

  private ModuleResults() {}

  /**
   * A model of a module.
   *
   * @param label unique in the build
   * @param judgement of the module
   * @param measured what rules are held against
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Entry(String label, Judgement judgement, Measurements measured) {
    /** The judgement under the label. */
    public GateReport report() {
      GateReport own = judgement.report();
      return new GateReport(
          label, own.day(), own.rules(), own.findings(), own.unrun(), own.failed());
    }
  }

  /**
   * Finds and judges.
   *
   * @param modules folders to look in, by name of the module, in the order of the build
   * @param session whose results count; older ones say nothing about this build
   * @param today by which waivers are counted
   * @throws EvaluationException if a result is missing beside its record
   * @throws IOException if a file cannot be read
   */
  public static List<Entry> of(Map<String, Set<Path>> modules, String session, LocalDate today)
      throws EvaluationException, IOException {
    List<Judged> found = new ArrayList<>();
    Set<String> used = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (Map.Entry<String, Set<Path>> module : modules.entrySet()) {
      List<Path> folders = folders(module.getValue(), session);
      for (Path folder : folders) {
        RunRecord run = RunRecord.read(folder).orElseThrow();
        AuditSpec spec = SpecReader.read(folder.resolve(run.spec()).normalize());
        GateRun gate =
            new GateRun(
                spec,
                Selection.EVERYTHING,
                Baselines.in(folder.resolve(run.baselines()).normalize()),
                run.policy());
        String where = module.getKey() + (folders.size() == 1 ? "" : "/" + folder.getFileName());
        for (Judgement judgement : gate.judge(folder, today)) {
          String model = judgement.report().model();
          if (!used.add(model)) {
            twice.add(model);
          }
          found.add(
              new Judged(
                  where,
                  judgement,
                  ResultFile.of(judgement.folder())
                      .subject(judgement.result(), spec.slices())
                      .measured()));
        }
      }
    }
    List<Entry> entries = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (Judged judged : found) {
      String model = judged.judgement().report().model();
      String label = twice.contains(model) ? judged.where() + "/" + model : model;
      for (int n = 2; !labels.add(label); n++) {
        label = "%s/%s (%s)".formatted(judged.where(), model, n);
      }
      entries.add(new Entry(label, judged.judgement(), judged.measured()));
    }
    return entries;
  }

  private record Judged(String where, Judgement judgement, Measurements measured) {}

  private static List<Path> folders(Set<Path> places, String session) throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> tree = Files.walk(place, DEPTH)) {
          for (Path folder : tree.filter(Files::isDirectory).toList()) {
            // A reproduction is a part of an audit.
            if (!folder.endsWith("reproduce")
                && RunRecord.read(folder).filter(r -> r.session().equals(session)).isPresent()) {
              folders.add(folder);
            }
          }
        }
      }
    }
    return List.copyOf(folders);
  }
}
