package io.sextant.gradients.predictor;

import io.sextant.gradients.Feature;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.RandomKey;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A predictor in the form of a network: a graph of one step, which answers and cannot be
 * differentiated. The predictor itself is the judge.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PredictorNetwork implements FrameworkNetwork {
  /** Inputs whose answers tell one predictor from another. */
  private static final int PROBES = 1024;

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
   * A predictor in the place of a model file. Its digest is that of its answers to inputs drawn
   * from the domain: a predictor that answers otherwise is another one.
   *
   * @param input what it is given
   */
  public static LoadedNetwork loaded(Predictor predictor, ModelInput input) {
    return new LoadedNetwork(
        of(predictor),
        Optional.empty(),
        LoadedNetwork.Stated.NOTHING,
        ModelFormat.PREDICTOR,
        digest(predictor, input),
        predictor.name());
  }

  private static String digest(Predictor predictor, ModelInput input) {
    double[][] probes = new double[PROBES][input.domain().size()];
    for (int i = 0; i < PROBES; i++) {
      RandomGenerator random = RandomKey.of(0).with("predictor").with(i).random();
      for (int j = 0; j < probes[i].length; j++) {
        Feature feature = input.domain().feature(j);
        double value =
            feature.minimum() + random.nextDouble() * (feature.maximum() - feature.minimum());
        probes[i][j] = (float) (feature.kind() == Feature.Kind.REAL ? value : Math.rint(value));
      }
    }
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update(
        "%s %s %d"
            .formatted(predictor.name(), predictor.answers(), predictor.classes())
            .getBytes(StandardCharsets.UTF_8));
    for (double[] answer : Answered.to(predictor, probes).outputs()) {
      for (double value : answer) {
        digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
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
