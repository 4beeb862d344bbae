package io.sextant.cli;

import io.sextant.evaluation.EngineOptions;
import io.sextant.evaluation.FileFailure;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.results.AtomicFile;
import io.sextant.spec.DataSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sextant init}. */
@Command(
    name = "init",
    description = {
      "Writes a commented audit spec for a model and data, after making sure that they fit.",
      "Edit its rules, then run: sextant audit audit.yaml --out audit-out"
    })
final class InitCommand implements Callable<Integer> {
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

  @Override
  public Integer call() throws IOException {
    DataSet rows = Inputs.read(data.spec(Optional.empty()), 0);
    StringBuilder classes = new StringBuilder();
    try (Subject subject = model.open(rows, EngineOptions.DEFAULT)) {
      Inputs.requireClasses(rows, subject.model().classes());
      for (int i = 0; i < subject.model().classes(); i++) {
        classes
            .append(i == 0 ? "" : ", ")
            .append(quoted(i < rows.classes().size() ? rows.classes().get(i) : "" + i));
      }
    }
    Path folder = out.toAbsolutePath().getParent();
    String text = spec(folder == null ? Path.of("") : folder, classes.toString());
    // What is written must be readable by the command that it is written for.
    SpecReader.parse(text, folder == null ? Path.of("") : folder);
    if (Files.exists(out)) {
      throw new IllegalArgumentException(
          "%s exists already; choose another name with --out".formatted(out));
    }
    try {
      AtomicFile.write(out, text);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be written (%s); choose another name with --out"
              .formatted(out, FileFailure.describe(e)),
          e);
    }
    command.commandLine().getOut().printf("Wrote %s%n", out);
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private String spec(Path folder, String classes) {
    StringBuilder spec = new StringBuilder();
    spec.append("# An audit of one model. Run it with: sextant audit FILE --out DIR\n");
    spec.append(
        "# Paths are relative to this file. Everything but model and data has a default.\n");
    spec.append("model: ").append(path(folder, model.model)).append('\n');
    if (model.output != null) {
      spec.append("output: ").append(quoted(model.output)).append('\n');
    }
    if (model.spec().logits()) {
      spec.append("output-kind: logits\n");
    }
    if (model.normalizerUnits != null) {
      spec.append("normalizer-units: ").append(model.normalizerUnits).append('\n');
    }
    spec.append("# Names in the order of the labels.\n");
    spec.append("classes: [").append(classes).append("]\n");
    spec.append("data:\n");
    DataSpec.Source source = data.source();
    if (source instanceof DataSpec.Arrays arrays) {
      spec.append("  images: ").append(path(folder, arrays.images())).append('\n');
      spec.append("  labels: ").append(path(folder, arrays.labels())).append('\n');
    } else if (source instanceof DataSpec.Folder images) {
      spec.append("  folder: ").append(path(folder, images.folder())).append('\n');
    } else if (source instanceof DataSpec.Table table) {
      spec.append("  csv: ").append(path(folder, table.csv())).append('\n');
      spec.append("  label-column: ").append(quoted(table.labelColumn())).append('\n');
      table
          .schema()
          .ifPresent(schema -> spec.append("  schema: ").append(path(folder, schema)).append('\n'));
    }
    spec.append("  samples: 256            # how many examples\n");
    spec.append("  sampling: stratified    # classes in proportion; or: first\n");
    spec.append("threats:\n");
    if (data.table()) {
      spec.append("  # Distance is in units of each feature's scale in the schema.\n");
      spec.append("  - norm: linf\n    epsilons: [0.02, 0.05, 0.1]\n");
    } else {
      spec.append("  # Distance is in units of byte/255. Radii are kept exactly as written.\n");
      spec.append("  - norm: linf\n    epsilons: [2/255, 8/255, 0.1]\n");
    }
    spec.append("# Names, names with settings (- pgd: {steps: 100, restarts: 5}), or a profile:\n");
    spec.append("# quick | standard | thorough\n");
    spec.append("attacks: standard\n");
    spec.append("explainers: [vanilla-gradient, integrated-gradients, smoothgrad]\n");
    spec.append(
        "# A failing rule ends the audit with exit code 1. Without rules nothing is judged.\n");
    spec.append("# rules:\n");
    spec.append("#   - {id: clean, metric: clean-accuracy, minimum: 85%}\n");
    spec.append(
        "#   - {id: small, metric: robust-accuracy, norm: linf, epsilon: %s, minimum: 50%%}\n"
            .formatted(data.table() ? "0.05" : "8/255"));
    spec.append("report: {examples: true}  # false keeps inputs out of the report\n");
    spec.append("evidence: full            # or adversarial (without the model), or none\n");
    spec.append("seed: 42\n");
    spec.append("engine: auto\n");
    return spec.toString();
  }

  private static String path(Path folder, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    try {
      return quoted(folder.relativize(absolute).toString().replace('\\', '/'));
    } catch (IllegalArgumentException e) {
      return quoted(absolute.toString()); // on another drive
    }
  }

  /** A YAML scalar that means exactly this text. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./][A-Za-z0-9_./ -]*[A-Za-z0-9_./]|[A-Za-z0-9]")
        ? text
        : "'" + text.replace("'", "''") + "'";
  }
}
