package io.sextant.lrp;

import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.NodePass;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A rule of layer-wise relevance propagation for a linear layer: relevance is shared out among
 * inputs by what they contribute to the layer's value. Rules differ in the weights and in the parts
 * of the inputs of which contributions are made.
 *
 * <pre>
 * R_j = sum over k of a_j w_jk / (sum over j of a_j w_jk + epsilon sign) R_k
 * </pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RelevanceRule implements BackwardRule {
  private final List<Share> shares;
  private final double epsilon;

  private RelevanceRule(double epsilon, Share... shares) {
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epsilon must be above 0 and finite but was " + epsilon);
    }
    this.shares = List.of(shares);
    this.epsilon = epsilon;
  }

  /**
   * By the values and weights as they are: LRP-epsilon.
   *
   * @param epsilon what sums are kept away from 0 by, above 0
   * @param bias whether biases take their share of the relevance, which is lost then
   */
  public static RelevanceRule epsilon(double epsilon, boolean bias) {
    return new RelevanceRule(
        epsilon,
        Share.all(bias ? Term.WHOLE : new Term(new Signed(1, 0, 0, false), Term.Part.VALUE)));
  }

  /**
   * By weights whose positive contributions count 1 + gamma times: LRP-gamma, in the form for
   * values of any sign, where a unit below 0 prefers what is negative.
   *
   * @param gamma at least 0
   */
  public static RelevanceRule gamma(double gamma, double epsilon, boolean bias) {
    if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("gamma must be at least 0 and finite but was " + gamma);
    }
    return new RelevanceRule(
        epsilon,
        new Share(
            List.of(
                new Term(new Signed(1, gamma, 0, bias), Term.Part.POSITIVE),
                new Term(new Signed(1, 0, gamma, false), Term.Part.NEGATIVE)),
            1,
            1),
        new Share(
            List.of(
                new Term(new Signed(1, 0, gamma, bias), Term.Part.POSITIVE),
                new Term(new Signed(1, gamma, 0, false), Term.Part.NEGATIVE)),
            1,
            -1));
  }

  /**
   * alpha times by positive contributions, less alpha - 1 times by negative ones: LRP-alpha-beta
   * with beta = alpha - 1. With alpha 1 it is the z+ rule.
   *
   * @param alpha at least 1
   */
  public static RelevanceRule alphaBeta(double alpha, double epsilon, boolean bias) {
    if (!(alpha >= 1 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be at least 1 and finite but was " + alpha);
    }
    Share positive =
        new Share(
            List.of(
                new Term(new Signed(0, 1, 0, bias), Term.Part.POSITIVE),
                new Term(new Signed(0, 0, 1, false), Term.Part.NEGATIVE)),
            alpha,
            0);
    Share negative =
        new Share(
            List.of(
                new Term(new Signed(0, 0, 1, bias), Term.Part.POSITIVE),
                new Term(new Signed(0, 1, 0, false), Term.Part.NEGATIVE)),
            1 - alpha,
            0);
    return alpha == 1
        ? new RelevanceRule(epsilon, positive)
        : new RelevanceRule(epsilon, positive, negative);
  }

  /** To all values that a unit sees, evenly: LRP-flat, for a first layer. */
  public static RelevanceRule flat(double epsilon) {
    return new RelevanceRule(epsilon, Share.all(new Term(new Ones(), Term.Part.ONE)));
  }

  /** By the squares of the weights: the w^2 rule, for a first layer. */
  public static RelevanceRule squares(double epsilon) {
    return new RelevanceRule(epsilon, Share.all(new Term(new Squared(), Term.Part.ONE)));
  }

  /**
   * By the distance from the bounds of the values: the z^B rule, for a first layer. The bounds are
   * what two references say; biases cancel.
   */
  public static RelevanceRule box(double epsilon) {
    return new RelevanceRule(
        epsilon,
        Share.all(
            Term.WHOLE,
            new Term(new Signed(0, -1, 0, true), Term.Part.LOWEST),
            new Term(new Signed(0, 0, -1, true), Term.Part.HIGHEST)));
  }

  @Override
  public List<double[][]> back(NodePass node, double[][] flow) {
    List<double[][]> received = new ArrayList<>();
    for (double[][] input : node.inputs()) {
      double[][] zeros = new double[input.length][];
      for (int row = 0; row < input.length; row++) {
        zeros[row] = new double[input[row].length];
      }
      received.add(zeros);
    }
    shares.forEach(share -> share.add(node, flow, epsilon, received));
    return received;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RelevanceRule that
        && shares.equals(that.shares)
        && epsilon == that.epsilon;
  }

  @Override
  public int hashCode() {
    return 31 * shares.hashCode() + Double.hashCode(epsilon);
  }

  @Override
  public String toString() {
    return "%s, epsilon %s".formatted(shares, epsilon);
  }
}
