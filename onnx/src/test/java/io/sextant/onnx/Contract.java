package io.sextant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Tape;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.LogitsSaid;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What every file must fulfil that is read: its answers are those of ONNX Runtime, its gradients
 * those of finite differences, and a row's are the same alone and among others.
 */
final class Contract {
  private static final double OUTPUTS = 1e-5;
  private static final double GRADIENTS = 1e-6;
  private static final double ROWS = 1e-9;
  private static final double FASTEST = 1e-4;
  private static final int EXAMPLES = 3;

  private Contract() {}

  /** Checks a model on examples of its own declared shape. */
  static FrameworkNetwork.Compiled check(ModelBuilder model) {
    OnnxNetwork network = OnnxNetwork.of("test.onnx", model.bytes());
    return check(model, network.inputShape().orElseThrow(), 1);
  }

  static FrameworkNetwork.Compiled check(ModelBuilder model, Shape shape) {
    return check(model, shape, 1);
  }

  /**
   * Checks a model.
   *
   * @param shape of the examples
   * @param scale of the inputs' deviation
   */
  static FrameworkNetwork.Compiled check(ModelBuilder model, Shape shape, double scale) {
    OnnxNetwork network = OnnxNetwork.of("test.onnx", model.bytes());
    FrameworkNetwork.Compiled compiled =
        network.compile(shape, Optional.empty(), Optional.empty(), LogitsSaid.BY_FILE);
    double[][] rows = rows(shape.elements(), scale);
    double[][] expected = runtime(model, rows);
    double[][] outputs = compiled.judge().outputs(rows);
    double size = 1e-3;
    for (double[] row : expected) {
      for (double value : row) {
        size = Math.max(size, Math.abs(value));
      }
    }
    for (int r = 0; r < rows.length; r++) {
      assertThat(outputs[r]).as("outputs of row " + r).hasSameSizeAs(expected[r]);
      for (int k = 0; k < expected[r].length; k++) {
        assertThat(outputs[r][k])
            .as("output %d of row %d", k, r)
            .isCloseTo(expected[r][k], org.assertj.core.data.Offset.offset(OUTPUTS * size));
      }
    }
    try (GradientService service =
        GradientService.builder(compiled.graph())
            .engine("nd4j")
            .precision(Precision.DOUBLE)
            .threads(1)
            .build()) {
      checkGradients(service, rows);
    }
    checkFastest(compiled, rows);
    return compiled;
  }

  /** The engine that users get when they name none, in single precision. */
  private static void checkFastest(FrameworkNetwork.Compiled compiled, double[][] rows) {
    double[][] expected = compiled.judge().logits(rows);
    double size =
        Arrays.stream(expected).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    try (GradientService service = GradientService.builder(compiled.graph()).threads(1).build()) {
      double[][] logits = service.logits(rows);
      for (int r = 0; r < rows.length; r++) {
        for (int k = 0; k < logits[r].length; k++) {
          assertThat(logits[r][k])
              .as("logit %d of row %d on %s", k, r, service.engine().name())
              .isCloseTo(
                  expected[r][k], org.assertj.core.data.Offset.offset(FASTEST * Math.max(1, size)));
        }
      }
    }
  }

  private static double[][] rows(int features, double scale) {
    Random random = new Random(7);
    double[][] rows = new double[EXAMPLES][features];
    for (double[] row : rows) {
      for (int i = 0; i < features; i++) {
        row[i] = (float) (scale * random.nextGaussian());
      }
    }
    return rows;
  }

  private static void checkGradients(GradientService service, double[][] rows) {
    Random random = new Random(3);
    double[][] cotangents = new double[rows.length][service.classes()];
    for (double[] row : cotangents) {
      for (int k = 0; k < row.length; k++) {
        row[k] = random.nextGaussian();
      }
    }
    double[][] gradients;
    double[][] logits;
    try (Tape tape = service.record(rows)) {
      logits = tape.logits();
      gradients = tape.pullback(cotangents);
    }
    double best = Double.POSITIVE_INFINITY;
    for (double step : new double[] {1e-4, 1e-5, 1e-6}) {
      double worst = 0;
      for (int r = 0; r < rows.length; r++) {
        double[] direction = random.doubles(rows[r].length, -1, 1).toArray();
        double[][] moved = {rows[r].clone(), rows[r].clone()};
        for (int i = 0; i < direction.length; i++) {
          moved[0][i] += step * direction[i];
          moved[1][i] -= step * direction[i];
        }
        double[][] at = service.logits(moved);
        double difference = 0;
        for (int k = 0; k < at[0].length; k++) {
          difference += (at[0][k] - at[1][k]) * cotangents[r][k] / (2 * step);
        }
        double along = 0;
        double norm = 0;
        for (int i = 0; i < direction.length; i++) {
          along += gradients[r][i] * direction[i];
          norm += gradients[r][i] * gradients[r][i];
        }
        worst = Math.max(worst, Math.abs(difference - along) / Math.max(1e-3, Math.sqrt(norm)));
      }
      best = Math.min(best, worst);
    }
    assertThat(best).as("gradients against finite differences").isLessThan(GRADIENTS);
    for (int r = 0; r < rows.length; r++) {
      try (Tape alone = service.record(new double[][] {rows[r]})) {
        assertClose("logits of row %d alone".formatted(r), alone.logits()[0], logits[r]);
        assertClose(
            "gradient of row %d alone".formatted(r),
            alone.pullback(new double[][] {cotangents[r]})[0],
            gradients[r]);
      }
    }
  }

  private static void assertClose(String what, double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as(what)
          .isCloseTo(
              expected[i],
              org.assertj.core.data.Offset.offset(ROWS * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** What ONNX Runtime answers, in batches as large as the file wants. */
  static double[][] runtime(ModelBuilder model, double[][] rows) {
    long[] sizes = model.inputSizes();
    boolean free = sizes[0] == ModelBuilder.FREE;
    int batch = free ? rows.length : sizes.length == 1 ? 1 : (int) sizes[0];
    double[][] answers = new double[rows.length][];
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(1);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(model.bytes(), options)) {
        for (int from = 0; from < rows.length; from += batch) {
          int features = rows[0].length;
          float[] flat = new float[batch * features];
          for (int r = 0; r < batch; r++) {
            double[] row = rows[Math.min(from + r, rows.length - 1)];
            for (int i = 0; i < features; i++) {
              flat[r * features + i] = (float) row[i];
            }
          }
          long[] shape = sizes.clone();
          if (free) {
            shape[0] = batch;
          }
          try (OnnxTensor tensor =
                  OnnxTensor.createTensor(environment, FloatBuffer.wrap(flat), shape);
              OrtSession.Result result = session.run(Map.of("x", tensor))) {
            OnnxValue first = result.get(0);
            FloatBuffer values = ((OnnxTensor) first).getFloatBuffer();
            int each = values.remaining() / batch;
            for (int r = 0; r < batch && from + r < rows.length; r++) {
              double[] answer = new double[each];
              for (int k = 0; k < each; k++) {
                answer[k] = values.get(r * each + k);
              }
              answers[from + r] = answer;
            }
          }
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
    return answers;
  }
}
