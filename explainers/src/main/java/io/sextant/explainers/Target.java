package io.sextant.explainers;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What is explained: which class, and which output of it.
 *
 * @param choice how the class is chosen
 * @param output the number that is explained
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Target(Choice choice, Output output) {
  public Target {
    Objects.requireNonNull(choice, "choice");
    Objects.requireNonNull(output, "output");
  }

  /**
   * How the class is chosen for each example.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public sealed interface Choice {}

  /**
   * The class that the model decides for at the example itself, never at a noisy copy of it.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Predicted() implements Choice {}

  /**
   * The example's label.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Label() implements Choice {}

  /**
   * One class for all examples.
   *
   * @param index the class, from 0
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Fixed(int index) implements Choice {
    public Fixed {
      if (index < 0) {
        throw new IllegalArgumentException("target class must be at least 0 but was " + index);
      }
    }
  }

  /** The logit of the predicted class. */
  public static Target predicted() {
    return new Target(new Predicted(), Output.LOGIT);
  }

  /** The logit of the label's class. */
  public static Target label() {
    return new Target(new Label(), Output.LOGIT);
  }

  /** The logit of one class. */
  public static Target fixed(int index) {
    return new Target(new Fixed(index), Output.LOGIT);
  }

  /** The same class with another output. */
  public Target withOutput(Output newOutput) {
    return new Target(choice, newOutput);
  }

  /**
   * Reads a target.
   *
   * @param choice {@code predicted}, {@code label} or a class index from 0
   * @param output {@code logit}, {@code probability} or {@code margin}
   * @throws IllegalArgumentException on other texts
   */
  public static Target parse(String choice, String output) {
    Output parsed = Output.parse(output);
    switch (choice) {
      case "predicted":
        return new Target(new Predicted(), parsed);
      case "label":
        return new Target(new Label(), parsed);
      default:
        if (!choice.matches("[0-9]{1,9}")) {
          throw new IllegalArgumentException(
              "target must be predicted, label or a class from 0 but was " + choice);
        }
        return new Target(new Fixed(Integer.parseInt(choice)), parsed);
    }
  }

  /** The choice as it is written: {@code predicted}, {@code label} or the class. */
  public String text() {
    if (choice instanceof Predicted) {
      return "predicted";
    }
    if (choice instanceof Label) {
      return "label";
    }
    if (choice instanceof Fixed fixed) {
      return Integer.toString(fixed.index());
    }
    throw new IllegalStateException("unknown choice " + choice);
  }
}
