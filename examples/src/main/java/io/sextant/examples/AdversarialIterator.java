package io.sextant.examples;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.TrainedModel;
import java.util.List;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Adversarial training: batches whose inputs any attack has perturbed against the network as it
 * stands at that moment, with their labels unchanged.
 *
 * <pre>{@code
 * network.fit(new AdversarialIterator(batches, network, attack, threat, seed));
 * }</pre>
 *
 * <p>An example that the network gets wrong already is trained on as it is: an attack leaves it
 * alone.
 *
 * <p>Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018,
 * arXiv:1706.06083.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AdversarialIterator implements DataSetIterator {
  private static final long serialVersionUID = 1L;

  private final DataSetIterator clean;
  private final transient Model network;
  private final transient Attack attack;
  private final transient ThreatModel threat;
  private final long seed;
  private long batches;

  /**
   * Perturbs another iterator's batches.
   *
   * @param clean batches with one-hot labels and inputs in [0, 1]
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph} in training; it is read
   *     again for each batch and not modified
   * @param attack run on each batch; one that uses all its steps (for PGD {@code until-broken:
   *     false}) gives the strongest training signal
   * @param threat norm and radius
   * @param seed of the attack's random choices
   */
  public AdversarialIterator(
      DataSetIterator clean, Model network, Attack attack, ThreatModel threat, long seed) {
    this.clean = clean;
    this.network = network;
    this.attack = attack;
    this.threat = threat;
    this.seed = seed;
  }

  @Override
  public DataSet next() {
    return perturbed(clean.next());
  }

  @Override
  public DataSet next(int count) {
    return perturbed(clean.next(count));
  }

  private DataSet perturbed(DataSet batch) {
    INDArray features = batch.getFeatures();
    int[] labels = batch.getLabels().argMax(1).toIntVector();
    long[] shape = features.shape();
    int[] sizes = new int[shape.length - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(shape[i + 1]);
    }
    // Each batch draws its own random starts.
    long first = batches++ * Integer.MAX_VALUE;
    Examples examples =
        Examples.of(
            Examples.toRows(features),
            labels,
            LongStream.range(first, first + labels.length).toArray());
    TrainedModel model = TrainedModel.of(Dl4jNetwork.of(network), Shape.of(sizes));
    try (GradientService service =
        GradientService.builder(model.graph()).batchSize(labels.length).threads(1).build()) {
      AttackResult result = attack.run(service, examples, threat, seed);
      return new DataSet(Examples.toArray(result.inputs(), sizes), batch.getLabels());
    }
  }

  @Override
  public boolean hasNext() {
    return clean.hasNext();
  }

  @Override
  public void reset() {
    clean.reset();
  }

  @Override
  public boolean resetSupported() {
    return clean.resetSupported();
  }

  /** False: a batch prepared ahead would attack a network that is no longer there. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int batch() {
    return clean.batch();
  }

  @Override
  public int inputColumns() {
    return clean.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return clean.totalOutcomes();
  }

  @Override
  public @Nullable List<String> getLabels() {
    return clean.getLabels();
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new IllegalStateException(
        "give the preprocessor to the clean iterator; attacks need the network's own input");
  }
}
