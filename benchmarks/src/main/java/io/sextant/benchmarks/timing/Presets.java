package io.sextant.benchmarks.timing;

import io.sextant.attacks.Attack;
import io.sextant.attacks.preset.Quick;
import io.sextant.attacks.preset.Standard;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.Network;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

/** The toolkit's own plans of attacks on 500 images; no other library here has them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class Presets {
  /** Key of the engine. */
  @Param("onednn")
  public String contender;

  /** Key of the network. */
  @Param("demo-cnn")
  public String network;

  /** The root folder of the repository. */
  @Param(".")
  public String root;

  private SextantWorkload workload;

  /** Loads the network. */
  @Setup(Level.Trial)
  public void open() {
    Checkout checkout = new Checkout(Path.of(root));
    workload =
        SextantWorkload.open(
            Network.of(network).load(checkout).graph(),
            contender,
            Jobs.of(Network.demoData(checkout).examples()));
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void close() {
    workload.close();
  }

  /** The plan for builds. */
  @Benchmark
  public Object quick(EndToEnd.Found found) {
    return run(Quick.DEFAULT, found);
  }

  /** The plan to measure robustness with. */
  @Benchmark
  public Object standard(EndToEnd.Found found) {
    return run(Standard.DEFAULT, found);
  }

  private Object run(Attack attack, EndToEnd.Found found) {
    found.broken = workload.broken(attack, Jobs.PRESET_EPSILON);
    return found.broken;
  }
}
