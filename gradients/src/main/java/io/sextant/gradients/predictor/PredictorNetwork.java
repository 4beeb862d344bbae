package io.sextant.gradients.predictor;

import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.LogitsSaid;
import io.sextant.gradients.model.ModelFormat;
import io.sextant.methods.Access;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A predictor in the form of a network: a graph of one step, which answers and cannot be
 * differentiated. The predictor itself is the judge.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PredictorNetwork implements FrameworkNetwork {
  private final Predictor predictor;

  private PredictorNetwork(Predictor predictor) {
    this.predictor = predictor;
  }

  /** Wraps a predictor. */
  public static PredictorNetwork of(Predictor predictor) {
    Objects.requireNonNull(predictor, "predictor");
    if (predictor.classes() < 2) {
      throw new IllegalArgumentException(
          "the predictor %s must have at least 2 classes but has %d"
              .formatted(predictor.name(), predictor.classes()));
    }
    return new PredictorNetwork(predictor);
  }

  /**
   * A predictor in the place of a model file. Its digest is that of what it says of itself; its
   * answers are not in it, since any two may agree on all inputs that somebody thought of asking.
   */
  public static LoadedNetwork loaded(Predictor predictor) {
    return new LoadedNetwork(
        of(predictor),
        Optional.empty(),
        LoadedNetwork.Stated.NOTHING,
        ModelFormat.PREDICTOR,
        digest(predictor),
        predictor.name());
  }

  private static String digest(Predictor predictor) {
    String said =
        Stream.of(
                predictor.name(),
                predictor.answers().name(),
                String.valueOf(predictor.classes()),
                predictor.fingerprint().orElse(""))
            .map(part -> part.length() + " " + part)
            .collect(Collectors.joining());
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(said.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The predictor itself. */
  public Predictor predictor() {
    return predictor;
  }

  @Override
  public Optional<Shape> inputShape() {
    return Optional.empty();
  }

  /** None that the toolkit knows of. */
  @Override
  public long parameters() {
    return 0;
  }

  /** Where it has a fingerprint: nothing else tells what a predictor will answer. */
  @Override
  public boolean identified() {
    return predictor.fingerprint().isPresent();
  }

  @Override
  public Compiled compile(
      Shape shape,
      Optional<Operation.Rescale> preprocessing,
      Optional<String> output,
      LogitsSaid logits) {
    if (preprocessing.isPresent()) {
      throw new IllegalArgumentException(
          "a predictor does its own preprocessing, so preprocessing and scale must be left out");
    }
    if (output.isPresent()) {
      throw new IllegalArgumentException(
          "a predictor has one output, so output must be left out but was " + output.get());
    }
    if (logits == LogitsSaid.BY_USER) {
      throw new IllegalArgumentException(
          "a predictor says itself what it answers, so output-kind must be left out");
    }
    InferenceGraph.Builder graph = InferenceGraph.builder(shape);
    Access access =
        predictor.answers() == Predictor.Answers.LABELS ? Access.DECISIONS : Access.LOGITS;
    return new Compiled(
        graph.build(
            graph.add(
                predictor.name(),
                new Operation.Prediction(
                    predictor.classes(), access, rows -> Answered.to(predictor, rows).logits()),
                graph.input())),
        Head.SOFTMAX,
        new OwnJudge(predictor));
  }

  @Override
  public void write(OutputStream out) {
    throw new UnsupportedOperationException(
        "the predictor %s has no file; hand it over itself".formatted(predictor.name()));
  }

  /** A predictor decides for itself. */
  private record OwnJudge(Predictor predictor) implements Judge {
    @Override
    public int[] decisions(double[][] rows) {
      return Arrays.stream(logits(rows)).mapToInt(Logits::decision).toArray();
    }

    @Override
    public double[][] outputs(double[][] rows) {
      return Answered.to(predictor, rows).outputs();
    }

    @Override
    public double[][] logits(double[][] rows) {
      return Answered.to(predictor, rows).logits();
    }
  }
}
