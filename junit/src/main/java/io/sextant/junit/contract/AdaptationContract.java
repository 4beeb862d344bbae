package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.AdaptedStream;
import io.sextant.adaptation.Predictions;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What every adaptation method must keep, on a network with normalisation and a dense end. */
final class AdaptationContract {
  private static final int ROWS = 12;

  private final Adaptation method;

  AdaptationContract(Adaptation method) {
    this.method = method;
  }

  Stream<DynamicTest> tests() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "the trained model and the rows stay as they are", this::changesNothing),
        DynamicTest.dynamicTest(
            "nothing passes from one stream to the next", this::streamsAreApart),
        DynamicTest.dynamicTest("a reset and a restored snapshot are exact", this::goesBackExactly),
        DynamicTest.dynamicTest("a batch of one, equal rows", this::bearsOddBatches),
        DynamicTest.dynamicTest("passes are no more than declared", this::countsItsPasses));
  }

  @FunctionalInterface
  private interface Check {
    void on(GradientService service, AdaptedModel model);
  }

  private void check(Check check) {
    try (GradientService service = Ground.on(Ground.normalised(), Ground.box()).build();
        AdaptedModel model = AdaptedModel.of(service, method, rows(40, 0))) {
      check.on(service, model);
    }
  }

  private static double[][] rows(int count, int batch) {
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = RandomKey.of(batch).with(i).random().doubles(Ground.FEATURES).toArray();
    }
    return rows;
  }

  private static List<double[][]> batches() {
    return List.of(rows(ROWS, 1), rows(ROWS, 2), rows(5, 3));
  }

  private static List<double[][]> said(AdaptedStream stream) {
    return batches().stream().map(batch -> stream.predict(batch).logits()).toList();
  }

  private void changesNothing() {
    check(
        (service, model) -> {
          double[][] rows = rows(ROWS, 1);
          double[][] before = service.logits(rows);
          AdaptedStream stream = model.stream(ROWS);
          stream.predict(rows);
          said(stream);
          assertThat(rows).as("the rows that were given").isDeepEqualTo(rows(ROWS, 1));
          assertThat(service.logits(rows)).as("the trained model").isDeepEqualTo(before);
        });
  }

  private void streamsAreApart() {
    check(
        (service, model) -> {
          List<double[][]> first = said(model.stream(ROWS));
          List<double[][]> second = said(model.stream(ROWS));
          for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i)).hasDimensions(batches().get(i).length, Ground.CLASSES);
            assertThat(second.get(i)).as("batch %d again", i).isDeepEqualTo(first.get(i));
          }
        });
  }

  private void goesBackExactly() {
    check(
        (service, model) -> {
          AdaptedStream stream = model.stream(ROWS);
          double[][] first = stream.predict(batches().get(0)).logits();
          AdaptedStream.Snapshot snapshot = stream.snapshot();
          double[][] second = stream.predict(batches().get(1)).logits();
          stream.predict(batches().get(2));
          stream.restore(snapshot);
          assertThat(stream.predict(batches().get(1)).logits())
              .as("after a restored snapshot")
              .isDeepEqualTo(second);
          stream.reset();
          assertThat(stream.predict(batches().get(0)).logits())
              .as("after a reset")
              .isDeepEqualTo(first);
        });
  }

  private void bearsOddBatches() {
    check(
        (service, model) -> {
          AdaptedStream stream = model.stream(4);
          double[][] same = new double[4][Ground.FEATURES];
          double[][] zero = new double[1][Ground.FEATURES];
          for (double[][] batch : List.of(rows(1, 4), same, zero, same)) {
            Predictions predictions = stream.predict(batch);
            assertThat(predictions.decisions()).as("decisions").doesNotContain(-1);
            assertThat(predictions.drift()).as("drift").isFinite();
            assertThat(Arrays.stream(predictions.probabilities()[0]).sum())
                .as("probabilities")
                .isBetween(1 - 1e-9, 1 + 1e-9);
          }
        });
  }

  private void countsItsPasses() {
    check(
        (service, model) -> {
          AdaptedStream stream = model.stream(ROWS);
          Passes most = method.passes(Ground.CLASSES, Ground.FEATURES).times(ROWS);
          for (double[][] batch : batches().subList(0, 2)) {
            Passes passes = stream.predict(batch).passes();
            assertThat(passes.forwards()).isBetween((long) ROWS, most.forwards());
            assertThat(passes.backwards()).isBetween(0L, most.backwards());
            if (method.declaration().access().isBlackBox()) {
              assertThat(passes.backwards()).as("gradients of a method without").isZero();
            }
          }
        });
  }
}
