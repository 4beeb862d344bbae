package io.sextant.results;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What attacks do to a model that adapts: to single rows in the company of their batch, and to the
 * other rows of a batch by a share of it. All figures are of one batch, beside those of the trained
 * model and of the same methods with medians in place of means.
 *
 * @param corruption of the rows; absent where they are as they were
 * @param adaptedTo rows that each model had adapted to before
 * @param batchSize rows of the attacked batch, and of the next one
 * @param states the trained model first, then each method as it is and with medians
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AdaptedAttacks(
    Optional<String> corruption, int adaptedTo, int batchSize, List<State> states) {
  /** The method of the trained model, which adapts by none. */
  public static final String TRAINED = "trained";

  public AdaptedAttacks {
    states = List.copyOf(states);
    if (states.isEmpty()) {
      throw new IllegalArgumentException("attacks on adapted models must have at least one state");
    }
    Check.notNegative("adaptedTo", adaptedTo);
    Check.notNegative("batchSize", batchSize);
  }

  /**
   * A model under attack.
   *
   * @param method its id, or {@link #TRAINED}
   * @param statistics of its batch normalisations: {@code stored}, or what those of a batch are
   *     made of: {@code mean}, {@code median} or {@code median-of-squares}
   * @param wrong in the batch before any attack
   * @param explained rows whose attributions were compared with those of the trained model
   * @param cosine mean cosine of the two input gradients, from -1 to 1
   * @param spearman mean rank correlation of their magnitudes, from -1 to 1
   * @param broken of the attacked rows that were right, by radius
   * @param poisoned by radius, knowledge and share; empty where rows do not depend on each other
   * @param forwards in rows
   * @param backwards in rows
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record State(
      String method,
      String statistics,
      Proportion wrong,
      int explained,
      double cosine,
      double spearman,
      List<Broken> broken,
      List<Poisoned> poisoned,
      long forwards,
      long backwards) {
    public State {
      Check.notBlank("method", method);
      Check.notBlank("statistics", statistics);
      Check.notNegative("explained", explained);
      Check.finite("cosine", cosine);
      Check.finite("spearman", spearman);
      broken = List.copyOf(broken);
      poisoned = List.copyOf(poisoned);
      Check.notNegative("forwards", forwards);
      Check.notNegative("backwards", backwards);
    }

    /** What came of poisoning; empty where it was not tried. */
    public Optional<Poisoned> poisoned(Epsilon epsilon, String knowledge, Limit share) {
      return poisoned.stream()
          .filter(
              one ->
                  one.epsilon().equals(epsilon)
                      && one.knowledge().equals(knowledge)
                      && one.share().equals(share))
          .findFirst();
    }
  }

  /**
   * Rows that an attack broke.
   *
   * @param epsilon the radius in L∞
   * @param rows those of the attacked rows that were right before
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Broken(Epsilon epsilon, Proportion rows) {}

  /**
   * A poisoned batch. Errors are of rows that are not malicious.
   *
   * @param epsilon the radius in L∞
   * @param knowledge what the attacker sees: {@code white-box} (the batch and its labels) or {@code
   *     own-rows} (the malicious rows and theirs)
   * @param share of the batch that is malicious, as it was asked for
   * @param malicious rows
   * @param before wrong ones among the other rows, before
   * @param after and after
   * @param nextBefore wrong ones in the next batch, which is clean, of the model that goes on after
   *     the batch as it was
   * @param nextAfter of the model that goes on after the poisoned batch
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Poisoned(
      Epsilon epsilon,
      String knowledge,
      Limit share,
      int malicious,
      Proportion before,
      Proportion after,
      Proportion nextBefore,
      Proportion nextAfter) {
    public Poisoned {
      Check.notBlank("knowledge", knowledge);
      Check.notNegative("malicious", malicious);
    }

    /** Growth of the others' error, in units of 1. */
    public double harm() {
      return (double) (after.count() - before.count()) / Math.max(1, after.n());
    }

    /** Growth of the next batch's error, in units of 1. */
    public double nextHarm() {
      return (double) (nextAfter.count() - nextBefore.count()) / Math.max(1, nextAfter.n());
    }
  }

  /**
   * A poisoned batch, and whose.
   *
   * @param state of the model
   * @param poisoned the batch
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Worst(State state, Poisoned poisoned) {}

  /** The radii, in the order in which they were tried. */
  public List<Epsilon> epsilons() {
    return states.stream()
        .flatMap(s -> s.broken().stream())
        .map(Broken::epsilon)
        .distinct()
        .toList();
  }

  /** What attackers saw, in the order in which it was tried. */
  public List<String> knowledges() {
    return poisoned().map(one -> one.poisoned().knowledge()).distinct().toList();
  }

  /** The malicious shares, in the order in which they were tried. */
  public List<Limit> shares() {
    return poisoned().map(one -> one.poisoned().share()).distinct().toList();
  }

  /** The poisoned batch with the largest harm to the others; empty where none was poisoned. */
  public Optional<Worst> worst() {
    return poisoned().max(Comparator.comparingDouble(one -> one.poisoned().harm()));
  }

  private Stream<Worst> poisoned() {
    return states.stream()
        .flatMap(state -> state.poisoned().stream().map(one -> new Worst(state, one)));
  }
}
