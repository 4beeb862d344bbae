package io.sextant.cli;

import io.sextant.corruptions.Corruption;
import io.sextant.corruptions.Corruptions;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Strength;
import io.sextant.evaluation.DataCorrupter;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.Schema;
import io.sextant.spec.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sextant corrupt}. */
@Command(
    name = "corrupt",
    description = {
      "Corrupts images or the rows of a table and writes them in the form in which they were: IDX or"
          + " NPY, compressed or not, bytes as bytes; tables as CSV. Rows are those of the data, and"
          + " the same example is corrupted in the same way always.",
      "--list names all corruptions, --list NAME the parameters of one."
    })
final class CorruptCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Option(
      names = {"--images", "--inputs"},
      paramLabel = "FILE",
      description = "Images [N, H, W] or [N, C, H, W]: IDX or NPY, plain or gzip.")
  @Nullable Path images;

  @Option(names = "--csv", paramLabel = "FILE", description = "A table with a header row.")
  @Nullable Path csv;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "The column that holds the class, which is left as it is.")
  @Nullable String labelColumn;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Types and bounds of the columns (YAML), which are kept.")
  @Nullable Path schema;

  @Option(
      names = "--missing",
      paramLabel = "refuse|skip",
      defaultValue = "refuse",
      converter = DataOptions.MissingConverter.class,
      description = "Rows of a table with a missing value: an error (default), or left out.")
  @SuppressWarnings("NullAway.Init")
  Missing missing;

  @Option(
      names = "--box",
      paramLabel = "MIN,MAX",
      split = ",",
      arity = "1",
      description = "Bounds of the values of --images (default: 0,1).")
  List<Double> box = List.of(0.0, 1.0);

  @Option(
      names = "--kind",
      paramLabel = "NAME",
      required = true,
      description = "One of --list, for example contrast.")
  @SuppressWarnings("NullAway.Init")
  String kind;

  @Option(
      names = "--severity",
      paramLabel = "1..5",
      description = "How strong, from 1 to 5 (default: 3); not with --set.")
  @Nullable Integer severity;

  @Option(
      names = "--parameters",
      paramLabel = "SET",
      description = "What severities mean: cifar-c (mild, the default) or mnist-c (strong).")
  @Nullable String parameters;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  MethodOptions method;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random choice (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Override
  public Integer call() throws IOException {
    if (method.isListing()) {
      return method.list(Corruptions.catalogue(), command.commandLine().getOut());
    }
    boolean own = !method.settings().isEmpty();
    if (own && (severity != null || parameters != null)) {
      throw new IllegalArgumentException(
          "--set gives the parameters that --severity and --parameters would; give one or the other");
    }
    if ((images == null) == (csv == null)) {
      throw new IllegalArgumentException("exactly one of --images and --csv must be given");
    }
    ParameterSet set = parameters == null ? ParameterSet.CIFAR_C : ParameterSet.of(parameters);
    Strength strength = new Strength(set, severity == null ? 3 : severity);
    Corruption configured = Corruptions.catalogue().create(kind, method.settings());
    Corruption corruption = own ? configured : configured.at(strength);
    int keyed = own ? 0 : strength.severity();
    requireOther();
    int rows =
        images != null
            ? images(images, corruption, keyed, set)
            : table(csv == null ? out : csv, corruption, keyed, set);
    command
        .commandLine()
        .getOut()
        .printf("%s: %d rows with %s %s%n", out, rows, kind, corruption.configuration());
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  /** What is read row by row must not be written over. */
  private void requireOther() throws IOException {
    Path in = images == null ? csv : images;
    if (in != null && Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
      throw new IllegalArgumentException(
          "--out must be another file than the input but is %s as well".formatted(out));
    }
  }

  private int images(Path file, Corruption corruption, int keyed, ParameterSet set)
      throws IOException {
    if (box.size() != 2 || !(box.get(0) < box.get(1))) {
      throw new IllegalArgumentException("--box must be MIN,MAX with MIN below MAX but was " + box);
    }
    Box bounds = new Box(box.get(0), box.get(1));
    ImageFiles.Form form = ImageFiles.form(file);
    DataCorrupter corrupter = DataCorrupter.of(form, bounds, set, seed);
    requireUse(corrupter);
    ImageFiles.change(
        file, out, bounds, (id, row) -> corrupter.corrupt(corruption, keyed, id, row));
    return form.rows();
  }

  private int table(Path file, Corruption corruption, int keyed, ParameterSet set)
      throws IOException {
    if (labelColumn == null) {
      throw new IllegalArgumentException("--csv needs --label-column");
    }
    CsvTable table = CsvTable.open(file, labelColumn, missing);
    DataSet data = table.dataSet(Optional.ofNullable(schema).map(Schema::read));
    DataCorrupter corrupter = DataCorrupter.of(data, set, seed);
    requireUse(corrupter);
    table.write(out, data, (id, row) -> corrupter.corrupt(corruption, keyed, id, row));
    return data.size();
  }

  private void requireUse(DataCorrupter corrupter) {
    corrupter
        .needless(kind)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why + "; choose another of --list");
            });
  }
}
