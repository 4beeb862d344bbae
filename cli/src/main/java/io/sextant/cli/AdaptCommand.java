package io.sextant.cli;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.Adaptations;
import io.sextant.evaluation.AdaptationFiles;
import io.sextant.evaluation.StreamOrder;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.spec.DataSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sextant adapt}. */
@Command(
    name = "adapt",
    description = {
      "Lets a model follow a stream of batches and writes adaptation.csv (what happened at each"
          + " batch) and predictions.csv (what was decided for each example). Labels are read to"
          + " count right decisions; the method does not see them.",
      "--list names all methods, --list NAME the settings of one."
    })
final class AdaptCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  ModelOptions model;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  DataOptions data;

  @Option(names = "--method", paramLabel = "NAME", required = true, description = "One of --list.")
  @SuppressWarnings("NullAway.Init")
  String name;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  MethodOptions method;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "200",
      description = "Rows of a batch; the last one may have fewer (default: ${DEFAULT-VALUE}).")
  int batchSize;

  @Option(
      names = "--order",
      paramLabel = "first|shuffled|label-sorted",
      defaultValue = "first",
      converter = OrderConverter.class,
      description =
          "In which order the examples come: that of the data (default), a random one, or class by"
              + " class.")
  @SuppressWarnings("NullAway.Init")
  StreamOrder order;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  SourceOptions source;

  @Option(names = "--samples", paramLabel = "N", description = "The first N rows (default: all).")
  @Nullable Integer samples;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random choice (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineKind engine;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  HealthMixin health;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Output folder.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Override
  public Integer call() throws IOException {
    if (method.isListing()) {
      return method.list(Adaptations.catalogue(), command.commandLine().getOut());
    }
    Adaptation adaptation = Adaptations.create(name, method.settings());
    if (batchSize < 1) {
      throw new IllegalArgumentException("--batch-size must be at least 1 but was " + batchSize);
    }
    Console console = new Console(command.commandLine().getErr());
    DataSpec spec = data.spec(Optional.ofNullable(samples));
    DataSet drawn = Inputs.read(spec, seed);
    try (Subject subject = model.open(drawn, engine.options())) {
      DataSet rows = data.named(drawn, subject);
      data.remark().ifPresent(console::remark);
      health.check(subject, rows.examples(), seed, console);
      AdaptationFiles.Summary summary =
          AdaptationFiles.run(
              subject.service(),
              rows,
              adaptation,
              order,
              batchSize,
              source.rows(data, rows.shape()),
              seed,
              console,
              out);
      command.commandLine().getOut().println(summary);
      command.commandLine().getOut().flush();
    }
    return ExitCode.OK;
  }

  /** Reads the value of {@code --order}. */
  static final class OrderConverter implements ITypeConverter<StreamOrder> {
    @Override
    public StreamOrder convert(String text) {
      return switch (text) {
        case "first" -> new StreamOrder.First();
        case "shuffled" -> new StreamOrder.Shuffled();
        case "label-sorted" -> new StreamOrder.LabelSorted();
        default ->
            throw new TypeConversionException(
                "must be first, shuffled or label-sorted but was '%s'".formatted(text));
      };
    }
  }
}
