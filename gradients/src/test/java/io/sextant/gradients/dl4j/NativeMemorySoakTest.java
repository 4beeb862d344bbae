package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

@Tag("slow")
class NativeMemorySoakTest {
  private static final int WARM_UP = 2_000;
  private static final int CALLS = 10_000;
  private static final int BATCH = 16;
  private static final long SLACK = 8L << 20;

  @Test
  void native_memory_is_flat_over_ten_thousand_gradient_calls() {
    Network network =
        Network.sequence(
            "small convolutional network",
            InputType.convolutional(14, 14, 1),
            list ->
                list.layer(
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(8)
                            .stride(2, 2)
                            .convolutionMode(ConvolutionMode.Same)
                            .activation(Activation.RELU)
                            .build())
                    .layer(new BatchNormalization())
                    .layer(new SubsamplingLayer.Builder(2, 2).stride(2, 2).build())
                    .layer(Network.softmax()));
    TrainedModel model = TrainedModel.of(Contract.toFloat(network.model().get()), network.shape());
    double[][] rows = Contract.random(BATCH, network.shape().elements(), 1);
    int[] labels = new int[BATCH];
    try (GradientService service = GradientService.builder(model.graph()).build()) {
      call(service, rows, labels, WARM_UP);
      long warm = settled();
      call(service, rows, labels, CALLS);
      long end = settled();
      System.out.printf(
          "resident memory after %d calls: %.1f MB, after %d more: %.1f MB%n",
          WARM_UP, warm / 1e6, CALLS, end / 1e6);
      assertThat(end).isLessThan(warm + Math.max(SLACK, warm / 20));
    }
  }

  private static void call(GradientService service, double[][] rows, int[] labels, int calls) {
    for (int call = 0; call < calls; call++) {
      service.query(rows, labels, Objective.crossEntropy());
    }
  }

  /**
   * Resident memory once the Java heap has touched all of the pages that it is going to touch, so
   * that what grows is native.
   */
  private static long settled() {
    long churned = 0;
    while (churned < 4 * Runtime.getRuntime().maxMemory()) {
      churned += new byte[64 << 10].length;
    }
    System.gc();
    return Pointer.physicalBytes();
  }
}
