package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.FileFailure;
import io.sextant.evaluation.Remarks;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.evaluation.data.Schema;
import io.sextant.evaluation.data.SchemaDraft;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.AtomicFile;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.spec.DataSpec;
import io.sextant.spec.Sampling;
import io.sextant.spec.SpecReader;
import io.sextant.spec.SpecText;
import io.sextant.spec.SpecWriter;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sextant init}. */
@Command(
    name = "init",
    description = {
      "Writes a commented audit spec for a model and data, after making sure that they fit; for a"
          + " table without a schema, a draft of one beside it.",
      "Edit its rules, then run: sextant audit audit.yaml --out audit-out"
    })
final class InitCommand implements Callable<Integer> {
  /** What the spec asks for. */
  private static final int SAMPLES = 256;

  private static final long SEED = 42;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  ModelOptions model;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  DataOptions data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "audit.yaml",
      description = "The spec to write (default: ${DEFAULT-VALUE}); an existing file is kept.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  /**
   * A schema for a table that came without one.
   *
   * @param file to write
   * @param text of the schema
   * @param found what was found in the table
   */
  private record Draft(Path file, String text, SchemaDraft found) {}

  @Override
  public Integer call() throws IOException {
    Console console = new Console(command.commandLine().getErr());
    Path folder = Optional.ofNullable(out.toAbsolutePath().getParent()).orElse(Path.of(""));
    DataSpec.Source source = data.source();
    List<String> classes;
    Optional<Draft> draft = Optional.empty();
    if (source instanceof DataSpec.Table table && table.schema().isEmpty()) {
      CsvTable cells = CsvTable.open(table.csv(), table.labelColumn(), table.missing());
      SchemaDraft found = cells.draft();
      try (Subject subject =
          model.open(
              ModelInput.of(Shape.of(found.domain().size()), found.domain()),
              EngineOptions.DEFAULT)) {
        Path file = folder.resolve(schemaName(table.csv()));
        String text = found.text(subject.model().classes(), data.classes);
        // What is written must be readable by the command that it is written for.
        Schema schema = Schema.parse(file.getFileName().toString(), text);
        classes = look(subject, cells.dataSet(Optional.of(schema)), console);
        draft = Optional.of(new Draft(file, text, found));
      }
    } else {
      DataSet rows = Inputs.read(data.spec(Optional.empty()), 0);
      try (Subject subject = model.open(rows, EngineOptions.DEFAULT)) {
        classes = look(subject, rows, console);
      }
    }
    String text = spec(folder, classes, draft);
    SpecReader.parse(text, folder);
    requireNew(out, "choose another name with --out");
    draft.ifPresent(d -> requireNew(d.file(), "give it with --schema, or move it out of the way"));
    if (draft.isPresent()) {
      write(draft.get().file(), draft.get().text());
      console.remark(
          "no schema was given, so %s was drafted from the values of the table: %s; its bounds are those of the data, and an order of labels is a guess: correct it before you trust a figure"
              .formatted(draft.get().file().getFileName(), draft.get().found().summary()));
    }
    write(out, text);
    return ExitCode.OK;
  }

  /** Looks at what an audit as it is written will see, and names the classes. */
  private List<String> look(Subject subject, DataSet all, Console console) {
    DataSet rows = Draw.of(Sampling.STRATIFIED, data.named(all, subject), SAMPLES, SEED);
    Remarks.accuracy(
            rows.labels(), subject.judge().decisions(rows.rows()), rows.classes(), !data.table())
        .ifPresent(console::remark);
    for (String epsilon : epsilons()) {
      Remarks.radius(Norm.LINF.within(Epsilon.parse(epsilon)), rows.domain())
          .ifPresent(console::remark);
    }
    return rows.classes();
  }

  private static String schemaName(Path csv) {
    String name = String.valueOf(csv.getFileName());
    return name.replaceFirst("(?i)\\.(csv|tsv|txt)$", "") + ".schema.yaml";
  }

  private static void requireNew(Path file, String otherwise) {
    if (Files.exists(file)) {
      throw new IllegalArgumentException("%s exists already; %s".formatted(file, otherwise));
    }
  }

  private void write(Path file, String text) {
    try {
      AtomicFile.write(file, text);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be written (%s); choose another name with --out"
              .formatted(file, FileFailure.describe(e)),
          e);
    }
    command.commandLine().getOut().printf("Wrote %s%n", file);
    command.commandLine().getOut().flush();
  }

  /** Radii as shares of the box that are customary, in its units. */
  private List<String> epsilons() {
    if (data.table()) {
      return List.of("0.02", "0.05", "0.1");
    }
    double width = data.box.get(1) - data.box.get(0);
    return width == 1
        ? List.of("2/255", "8/255", "0.1")
        : DoubleStream.of(2.0 / 255, 8.0 / 255, 0.1)
            .mapToObj(share -> new BigDecimal(share * width).round(new MathContext(3)))
            .map(radius -> radius.stripTrailingZeros().toPlainString())
            .toList();
  }

  private String spec(Path folder, List<String> classes, Optional<Draft> draft) {
    SpecWriter writer = new SpecWriter(folder);
    Map<String, Object> parts = writer.models(List.of(model.spec()));
    parts.put("classes", classes);
    parts.put(
        "data",
        writer.data(
            new DataSpec(
                described(data.source(), draft.map(Draft::file)),
                SAMPLES,
                Sampling.STRATIFIED,
                List.of(),
                data.box.get(0),
                data.box.get(1))));
    // Where nothing else can change, one category may.
    int changes = draft.filter(d -> d.found().isFrozen()).isPresent() ? 1 : 0;
    parts.put(
        "threats",
        List.of(
            SpecWriter.threat(
                new ThreatSpec(
                    Norm.LINF,
                    epsilons().stream().map(Epsilon::parse).toList(),
                    OptionalInt.empty(),
                    changes))));
    parts.put("attacks", "standard");
    parts.put("explainers", List.of("vanilla-gradient", "integrated-gradients", "smoothgrad"));
    parts.put("report", Map.of("examples", "true"));
    parts.put("evidence", "full");
    parts.put("seed", String.valueOf(SEED));
    parts.put("engine", "auto");
    return SpecText.write(parts, comments());
  }

  private static DataSpec.Source described(DataSpec.Source source, Optional<Path> schema) {
    return source instanceof DataSpec.Table table
        ? new DataSpec.Table(
            table.csv(), table.labelColumn(), table.schema().or(() -> schema), table.missing())
        : source;
  }

  private Map<String, String> comments() {
    return Map.of(
        "",
        """
        An audit of one model. Run it with: sextant audit FILE --out DIR
        Paths are relative to this file. Everything but model and data has a default.""",
        "classes",
        "Names in the order of the labels.",
        "data.missing",
        "Rows with a missing value are left out.",
        "data.samples",
        "How many examples.",
        "data.sampling",
        "Classes in proportion; or: first",
        "threats",
        data.table()
            ? """
              Distance is in units of each feature's scale in the schema. Binary columns and one-hot
              groups are frozen; category-changes: 1 lets one of them change."""
            : """
              Distance is in units of the values (bytes: byte/255). Radii are kept exactly as
              written.""",
        "attacks",
        """
        Names, names with settings (- pgd: {steps: 100, restarts: 5}), or a profile:
        quick | standard | thorough""",
        "report",
        """
        Accuracy under noise, blur, weather and other corruptions; for tables, of lost values and
        wrong units.
        corruptions: %s
        A failing rule ends the audit with exit code 1. Without rules nothing is judged.
        rules:
          - {id: clean, metric: clean-accuracy, minimum: 85%%}
          - {id: small, metric: robust-accuracy, norm: linf, epsilon: %s, minimum: 50%%}
        False keeps inputs out of the report:"""
            .formatted(data.table() ? "table" : "standard", epsilons().get(1)),
        "evidence",
        "Or adversarial (without the model), or none:");
  }
}
