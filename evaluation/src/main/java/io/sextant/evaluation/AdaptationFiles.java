package io.sextant.evaluation;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.Safety;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apiguardian.api.API;

/**
 * A stream of examples through an adapted model, written to {@code adaptation.csv} (a row per
 * batch) and {@code predictions.csv} (a row per example, in the order of the data).
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AdaptationFiles {
  private AdaptationFiles() {}

  /**
   * What came of a stream.
   *
   * @param examples in it
   * @param sourceCorrect right decisions of the trained model
   * @param adaptedCorrect right decisions of the adapted model
   * @param batches in it
   * @param alarms batches at which the alarm sounded
   * @param resets batches at which the stream went back to the trained model
   * @param forwards of the method, in rows
   * @param backwards of the method, in rows
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Summary(
      int examples,
      int sourceCorrect,
      int adaptedCorrect,
      int batches,
      int alarms,
      int resets,
      long forwards,
      long backwards) {
    /** One line. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d examples in %d batches: right before %.1f%%, adapted %.1f%%; %d alarms, %d resets; %d"
              + " forwards, %d backwards",
          examples,
          batches,
          100.0 * sourceCorrect / examples,
          100.0 * adaptedCorrect / examples,
          alarms,
          resets,
          forwards,
          backwards);
    }
  }

  /**
   * Runs a stream and writes what happened.
   *
   * @param service of the trained model
   * @param data what comes, with labels that the method does not see
   * @param method how the model adapts
   * @param order in which the examples come
   * @param batchSize rows of a batch, at least 1
   * @param source unlabelled rows of source data, for the alarm
   * @param seed of every random choice
   * @param progress is notified of progress, and of what to know
   * @param out output folder, created when it does not exist
   * @throws IllegalArgumentException when the method cannot adapt the model
   * @throws IOException when a file cannot be written
   */
  public static Summary run(
      GradientService service,
      DataSet data,
      Adaptation method,
      StreamOrder order,
      int batchSize,
      Optional<double[][]> source,
      long seed,
      Progress progress,
      Path out)
      throws IOException {
    OutputFolder.create(out);
    int[] places = order.of(data.labels(), RandomKey.of(seed).with("order"));
    IntFunction<double[]> row = i -> data.row(places[i]);
    int[] labels = IntStream.of(places).map(data::label).toArray();
    double[][] trained = Rows.logits(service.as("source"), labels.length, row);
    StreamRun run;
    try (AdaptedModel model =
        AdaptedModel.of(service.as(method.name()), method, source, Safety.DEFAULT, seed)) {
      model.remarks(batchSize).forEach(progress::remark);
      run = StreamRun.of(model.stream(batchSize), row, labels, trained, batchSize);
    }
    AtomicOutput.write(out.resolve("adaptation.csv"), batches(run));
    AtomicOutput.write(
        out.resolve("predictions.csv"), predictions(data, places, trained, run.logits()));
    return new Summary(
        labels.length,
        run.sourceCorrect(),
        run.adaptedCorrect(),
        run.batches().size(),
        run.alarms(),
        run.resets(),
        run.forwards(),
        run.backwards());
  }

  private static String batches(StreamRun run) throws IOException {
    StringWriter text = new StringWriter();
    try (CSVPrinter printer =
        printer(
            text,
            "batch",
            "rows",
            "source_correct",
            "adapted_correct",
            "source_entropy",
            "adapted_entropy",
            "alarm",
            "reset",
            "forwards",
            "backwards")) {
      for (int i = 0; i < run.batches().size(); i++) {
        StreamRun.Batch batch = run.batches().get(i);
        printer.printRecord(
            i,
            batch.rows(),
            batch.sourceCorrect(),
            batch.adaptedCorrect(),
            batch.sourceEntropy(),
            batch.adaptedEntropy(),
            batch.alarm().isPresent(),
            batch.reset(),
            batch.forwards(),
            batch.backwards());
      }
    }
    return text.toString();
  }

  private static String predictions(
      DataSet data, int[] places, double[][] trained, double[][] adapted) throws IOException {
    int[] at = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      at[places[i]] = i;
    }
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = printer(text, "sample", "label", "source", "adapted")) {
      for (int place = 0; place < at.length; place++) {
        printer.printRecord(
            data.id(place),
            data.label(place),
            Logits.decision(trained[at[place]]),
            Logits.decision(adapted[at[place]]));
      }
    }
    return text.toString();
  }

  private static CSVPrinter printer(StringWriter text, String... header) throws IOException {
    return new CSVPrinter(
        text, CSVFormat.DEFAULT.builder().setHeader(header).setRecordSeparator("\n").get());
  }
}
