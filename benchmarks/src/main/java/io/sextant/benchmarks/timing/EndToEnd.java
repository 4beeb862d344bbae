package io.sextant.benchmarks.timing;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Libtorch;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Whole jobs on the demo network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class EndToEnd {
  /** Key of the library. */
  @Param("nd4j")
  public String contender;

  /** Key of the network. */
  @Param("demo-cnn")
  public String network;

  /** The root folder of the repository. */
  @Param(".")
  public String root;

  private Workload workload;

  /** Loads the network. */
  @Setup(Level.Trial)
  public void open() {
    workload = load(new Checkout(Path.of(root)), Network.of(network), Contender.of(contender));
  }

  static Workload load(Checkout checkout, Network network, Contender contender) {
    return load(checkout, network, contender, Jobs.of(Network.demoData(checkout).examples()));
  }

  static Workload load(Checkout checkout, Network network, Contender contender, Jobs jobs) {
    if (contender == Contender.LIBTORCH) {
      Network.Signature signature = network.signature(checkout);
      Libtorch module = Libtorch.load(network.torchScript(checkout), signature.input(), 0);
      return new LibtorchWorkload(module, jobs, signature.classes());
    }
    return SextantWorkload.open(network.load(checkout).graph(), contender.key(), jobs);
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void close() {
    workload.close();
  }

  /** What a job found, reported beside its time. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Found {
    /** Examples that are adversarial in the end, or were wrong from the start. */
    public int broken;
  }

  /** PGD with 40 steps on 500 images. */
  @Benchmark
  public Object attack(Found found) {
    found.broken = workload.attack();
    return found.broken;
  }

  /** APGD on cross-entropy with 100 steps on 500 images. */
  @Benchmark
  public Object apgdCe(Found found) {
    found.broken = workload.apgdCe();
    return found.broken;
  }

  /** Integrated gradients with 50 nodes on 32 images. */
  @Benchmark
  public Object integratedGradients() {
    return workload.integratedGradients();
  }

  /** SmoothGrad with 32 draws on 32 images. */
  @Benchmark
  public Object smoothGrad() {
    return workload.smoothGrad();
  }

  /** Grad-CAM of the last feature maps on 32 images. */
  @Benchmark
  public Object gradCam() {
    return workload.gradCam();
  }

  /** DeepLIFT with the rescale rule on 32 images. */
  @Benchmark
  public Object deepLift() {
    return workload.deepLift();
  }

  /** Occlusion with windows of 4x4 and a stride of 2 on 32 images. */
  @Benchmark
  public Object occlusion() {
    return workload.occlusion();
  }
}
