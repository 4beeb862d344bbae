package io.sextant.benchmarks.contenders;

import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.model.TrainedModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The libraries that are compared. */
public enum Contender {
  /** Deeplearning4j's own input gradient. */
  DL4J("dl4j", "DL4J", Map.of()),
  /** The gradient service on its portable engine. */
  ND4J("nd4j", "nd4j", Environment.WORKERS),
  /** The gradient service on its fast engine. */
  ONEDNN("onednn", "onednn", Environment.WORKERS),
  /** libtorch through DJL. */
  LIBTORCH("libtorch", "libtorch", Environment.KEPT_MEMORY);

  private final String key;
  private final String title;
  private final Map<String, String> environment;

  Contender(String key, String title, Map<String, String> environment) {
    this.key = key;
    this.title = title;
    this.environment = environment;
  }

  /** The name in files and parameters. */
  public String key() {
    return key;
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** Environment variables of its processes, besides those that are there. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The contender with this key. */
  public static Contender of(String key) {
    return Arrays.stream(values())
        .filter(contender -> contender.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "contender must be one of %s but was %s"
                        .formatted(Stream.of(values()).map(Contender::key).toList(), key)));
  }

  /** Why it cannot take part, or nothing when it can. */
  public Optional<String> absence() {
    if (this != ND4J && this != ONEDNN) {
      return Optional.empty();
    }
    List<String> engines =
        ServiceLoader.load(Engine.class).stream()
            .map(provider -> provider.get().name())
            .sorted()
            .toList();
    return engines.contains(key)
        ? Optional.empty()
        : Optional.of("engine %s is not among the installed ones, %s".formatted(key, engines));
  }

  /** Why it has no figure for a cell, or nothing when it has one. */
  public Optional<String> absence(Network network, int batch, Mode mode) {
    if (this != DL4J) {
      return absence();
    }
    if (network == Network.RESNET_20) {
      return Optional.of("DL4J's ComputationGraph has no input gradient (its issue 8173)");
    }
    if (Network.FROM_ONNX.contains(network)) {
      return Optional.of("DL4J does not read ONNX files");
    }
    if (batch != 128) {
      return Optional.of("DL4J is timed at batch 128 only");
    }
    if (mode == Mode.JACOBIAN) {
      return Optional.of("DL4J has no pullback that can be repeated");
    }
    return Optional.empty();
  }

  /**
   * Loads a network.
   *
   * @param threads to compute with, or 0 for the library's default
   */
  public Computation open(Checkout checkout, Network network, int threads) {
    if (this == LIBTORCH) {
      return LibtorchComputation.load(checkout, network, threads);
    }
    TrainedModel model = network.load(checkout);
    if (this == DL4J) {
      return new Dl4jComputation(
          (MultiLayerNetwork) ((Dl4jNetwork) model.network()).model(), model);
    }
    return SextantComputation.of(model.graph(), key, threads);
  }

  /** Variables that the processes of a library get. */
  private static final class Environment {
    // As bin/sextant sets it: parallelism comes from the service's workers.
    static final Map<String, String> WORKERS = Map.of("OMP_NUM_THREADS", "1");

    // The C library gives large blocks back to the system at once by default, and libtorch then
    // spends a third of its time on page faults.
    static final Map<String, String> KEPT_MEMORY =
        Map.of(
            "MALLOC_MMAP_THRESHOLD_", "4294967296",
            "MALLOC_TRIM_THRESHOLD_", "4294967296",
            "MALLOC_TOP_PAD_", "268435456");
  }
}
