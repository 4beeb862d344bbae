package io.sextant.results;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** A result whose model, data and plan can be chosen. */
public final class ResultFixture {
  private ResultFixture() {}

  /** Data of 4 examples. */
  public static DataInfo data() {
    return data("aa", "ids", 1);
  }

  /** Data of 4 examples. */
  public static DataInfo data(String sha256, String ids, double maximum) {
    return new DataInfo(
        "numbers",
        List.of(new DataInfo.DataFile("x.npy", sha256)),
        10,
        4,
        "first",
        ids,
        List.of(2, 2),
        List.of(),
        List.of(2),
        new DataInfo.Domain(0, maximum, List.of()),
        Optional.empty());
  }

  private static Predictions predictions(Proportion clean) {
    return Predictions.of(
        IntStream.range(0, clean.n())
            .mapToObj(i -> new Aggregates.CleanPrediction(i, 0, i < clean.count() ? 0 : 1))
            .toList());
  }

  /** A result of a model with two classes. */
  public static AuditResult result(String model, DataInfo data, Plan plan) {
    return result(model, data, plan, new Accuracy(new Proportion(3, 4), List.of(), List.of()));
  }

  /** A result of a model with two classes. */
  public static AuditResult result(String model, DataInfo data, Plan plan, Accuracy accuracy) {
    return new AuditResult(
        AuditResult.SCHEMA,
        AuditResult.CLASSIFICATION,
        "0.1",
        new ModelInfo(
            model,
            model + ".zip",
            "DL4J zip",
            "sha of " + model,
            1,
            List.of(2),
            List.of(),
            "softmax",
            Trial.CLASSES,
            new ModelInfo.Health(
                0, OptionalDouble.of(0), 0, OptionalDouble.of(0), true, List.of())),
        new EngineInfo("nd4j", "", "float", List.of()),
        data,
        plan,
        accuracy,
        List.of(),
        predictions(accuracy.clean()),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Validity.of(List.of()),
        List.of(),
        new Reverification(0, 0, 0, List.of()),
        new Gate(List.of(), Optional.empty(), 0),
        List.of(),
        Optional.empty(),
        new RunInfo("", "", Map.of(), "", "", "", 1, 1, List.of(), ""));
  }
}
