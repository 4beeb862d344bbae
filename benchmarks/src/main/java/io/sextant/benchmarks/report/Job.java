package io.sextant.benchmarks.report;

import io.sextant.benchmarks.networks.Network;
import java.util.List;

/** A whole task on a network, from the examples to what a user wanted to know. */
public enum Job {
  /** The attack of papers. */
  PGD("attack", "PGD-40 on 500 images, L∞ 0.1", false, Jobs.DEMO),
  /** The attack of AutoAttack. */
  APGD_CE("apgdCe", "APGD-CE, 100 steps, 500 images, L∞ 0.1", false, Jobs.DEMO),
  /** The plan for builds. */
  QUICK("quick", "quick on 500 images, L∞ 8/255", true, Jobs.DEMO),
  /** The plan to measure robustness with. */
  STANDARD("standard", "standard on 500 images, L∞ 8/255", true, Jobs.DEMO),
  /** A path integral. */
  INTEGRATED_GRADIENTS(
      "integratedGradients",
      "integrated gradients, 50 nodes, 32 images",
      false,
      List.of(Network.DEMO_CNN, Network.DEMO_CNN_ADVERSARIAL, Network.REFERENCE_CNN)),
  /** A mean over noise. */
  SMOOTH_GRAD("smoothGrad", "SmoothGrad, 32 draws, 32 images", false, Jobs.DEMO),
  /** A map from one pullback to a layer. */
  GRAD_CAM("gradCam", "Grad-CAM, 32 images", false, Jobs.REFERENCE),
  /** Two forwards and a backward by rules. */
  DEEP_LIFT("deepLift", "DeepLIFT, 32 images", false, Jobs.REFERENCE),
  /** Forwards alone. */
  OCCLUSION("occlusion", "occlusion, 169 windows, 32 images", false, Jobs.REFERENCE);

  private final String key;
  private final String title;
  private final boolean own;
  private final List<Network> networks;

  Job(String key, String title, boolean own, List<Network> networks) {
    this.key = key;
    this.title = title;
    this.own = own;
    this.networks = networks;
  }

  /** The name of the benchmark method. */
  public String key() {
    return key;
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** Whether no library beside the toolkit has it. */
  public boolean own() {
    return own;
  }

  /** The networks on which it is timed. */
  public List<Network> networks() {
    return networks;
  }

  /** How long it takes on a network. */
  public Question on(Network network) {
    return Question.job(key, network);
  }

  private static final class Jobs {
    static final List<Network> DEMO = List.of(Network.DEMO_CNN, Network.DEMO_CNN_ADVERSARIAL);
    static final List<Network> REFERENCE = List.of(Network.REFERENCE_CNN);
  }
}
