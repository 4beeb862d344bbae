package io.sextant.benchmarks.report;

import io.sextant.benchmarks.networks.Network;

/** A command that is timed as a whole, from the start of its process to the end. */
public enum Command {
  /** What a first try costs. */
  ONE_IMAGE("command-1", "PGD-40 on one image", 1),
  /** The attack of the end-to-end jobs. */
  MANY_IMAGES("command-500", "PGD-40 on 500 images", 500);

  /** The network under attack. */
  public static final Network NETWORK = Network.DEMO_CNN_ADVERSARIAL;

  private final String key;
  private final String title;
  private final int examples;

  Command(String key, String title, int examples) {
    this.key = key;
    this.title = title;
    this.examples = examples;
  }

  /** The name in files. */
  public String key() {
    return key;
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** How many images are attacked: the first ones of the test set. */
  public int examples() {
    return examples;
  }

  /** How long it takes. */
  public Question wall() {
    return Question.job(key, NETWORK);
  }

  /** Processor time. */
  public Question cpu() {
    return Question.job(key + "-cpu", NETWORK);
  }

  /** How long the attack alone takes, the second time in a process. */
  public Question warm() {
    return Question.job(key + "-warm", NETWORK);
  }
}
