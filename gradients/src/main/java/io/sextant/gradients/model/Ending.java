package io.sextant.gradients.model;

import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How a graph ends, for front ends that build nothing but a graph: the value in front of the last
 * activation, and that activation. From both follow the head, the logits and the judge.
 *
 * @param bare what the last activation is applied to; the answer itself where there is none
 * @param activation the one that is cut off; the judge applies it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Ending(Node bare, Activation activation) {
  /** What makes an answer of the values in front of it. */
  public enum Activation {
    /** None, or one that is no head's and stays in the graph. */
    NONE,
    /** Probabilities of classes. */
    SOFTMAX,
    /** Their logarithms. */
    LOG_SOFTMAX,
    /** One probability for each unit. */
    SIGMOID
  }

  /**
   * The end at a node that answers: a softmax over the classes or a sigmoid is cut off, also where
   * nothing but the form of the values changes after it.
   *
   * @param graph that the node belongs to
   * @param answer what the network answers
   */
  public static Ending of(InferenceGraph.Builder graph, Node answer) {
    Node at = answer;
    while (answer.shape().rank() == 1 && formal(at)) {
      at = graph.node(at.inputs().get(0));
    }
    Activation found = Activation.NONE;
    if (overAll(at)) {
      found = Activation.SOFTMAX;
    } else if (at.operation() instanceof Operation.Elementwise step
        && step.function() instanceof Function.Sigmoid) {
      found = Activation.SIGMOID;
    } else if (at.operation() instanceof Operation.Elementwise step
        && step.function() instanceof Function.Logarithm) {
      Node under = graph.node(at.inputs().get(0));
      if (overAll(under)) {
        at = under;
        found = Activation.LOG_SOFTMAX;
      }
    }
    if (found == Activation.NONE || answer.shape().rank() != 1) {
      return new Ending(answer, Activation.NONE);
    }
    Node bare = graph.node(at.inputs().get(0));
    return new Ending(
        bare.shape().rank() == 1
            ? bare
            : graph.add("logits", new Operation.Reshape(Shape.of(bare.shape().elements())), bare),
        found);
  }

  /** Whether a node is a softmax over all of its values. */
  private static boolean overAll(Node node) {
    return node.operation() instanceof Operation.Softmax softmax
        && node.shape().elements() > 1
        && node.shape().size(softmax.axis()) == node.shape().elements();
  }

  /** Whether a node changes nothing but its value's form: sizes of one may be moved. */
  private static boolean formal(Node node) {
    boolean vector = IntStream.of(node.shape().sizes()).filter(size -> size > 1).count() <= 1;
    return node.operation() instanceof Operation.Reshape
        || node.operation() instanceof Operation.Permute && vector;
  }

  /**
   * Ends the graph in logits.
   *
   * @param graph that {@link #bare} belongs to
   * @param said who says that values without an activation are logits
   * @return the graph, how its logits are to be read, and a judge of double precision
   */
  public FrameworkNetwork.Compiled compiled(InferenceGraph.Builder graph, LogitsSaid said) {
    Head head = head(said);
    Node logits = bare;
    if (head == Head.SIGMOID || head == Head.LOGIT) {
      Parameter split = new Parameter("logits/split", Shape.of(1, 2));
      graph.weights(split, new double[] {-0.5, 0.5});
      logits = graph.add("logits", new Operation.Affine(split, Optional.empty()), bare);
    }
    InferenceGraph ended = graph.build(logits);
    return new FrameworkNetwork.Compiled(ended, head, new ReferenceJudge(ended, head, activation));
  }

  private Head head(LogitsSaid said) {
    boolean one = bare.shape().elements() == 1;
    if (bare.shape().rank() != 1) {
      return Head.PIXELWISE;
    }
    return switch (activation) {
      case SOFTMAX, LOG_SOFTMAX -> Head.SOFTMAX;
      case SIGMOID -> one ? Head.SIGMOID : Head.MULTI_LABEL;
      case NONE -> said == LogitsSaid.NOT ? Head.REGRESSION : one ? Head.LOGIT : Head.IDENTITY;
    };
  }
}
