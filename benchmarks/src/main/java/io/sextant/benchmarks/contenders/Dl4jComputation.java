package io.sextant.benchmarks.contenders;

import io.sextant.gradients.Examples;
import io.sextant.gradients.model.TrainedModel;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's own input gradient. It runs the network as in training, so that with batch
 * normalisation or dropout its answer is another one; its time is what is of interest here.
 *
 * @param network a sequential network
 * @param model the same with its preprocessing, which is done beforehand and not timed
 */
record Dl4jComputation(MultiLayerNetwork network, TrainedModel model) implements Computation {
  Dl4jComputation {
    network.initGradientsView();
  }

  @Override
  public Task task(double[][] rows, int[] labels) {
    double[][] targets =
        IntStream.of(labels)
            .mapToObj(
                label -> {
                  double[] target = new double[model.classes()];
                  target[label] = 1;
                  return target;
                })
            .toArray(double[][]::new);
    return new NetworkTask(
        network,
        Examples.toArray(rows, model.inputShape().sizes()),
        Examples.toArray(targets, model.classes()));
  }

  @Override
  public void close() {
    network.close();
  }

  private record NetworkTask(MultiLayerNetwork network, INDArray inputs, INDArray labels)
      implements Task {
    @Override
    public Object forward() {
      return network.output(inputs, false);
    }

    @Override
    public Object gradient() {
      return network.calculateGradients(inputs, labels, null, null);
    }

    @Override
    public Object jacobian() {
      throw new IllegalStateException(
          "Deeplearning4j has no pullback that can be repeated, so this cell must not be asked");
    }
  }
}
