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

  /**
   * Each of the classes with the largest logits at the example itself, one explanation for each,
   * the likeliest first.
   *
   * @param count of classes, at least 1
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Top(int count) implements Choice {
    private static final String PREFIX = "top-";

    public Top {
      if (count < 1) {
        throw new IllegalArgumentException(
            "the number of classes to explain must be at least 1 but was " + count);
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

  /** The logit of each of the likeliest classes. */
  public static Target top(int count) {
    return new Target(new Top(count), Output.LOGIT);
  }

  /** How many explanations each example gets. */
  int perExample() {
    return choice instanceof Top top ? top.count() : 1;
  }

  /** The same class with another output. */
  public Target withOutput(Output newOutput) {
    return new Target(choice, newOutput);
  }

  /**
   * Reads a target.
   *
   * @param choice {@code predicted}, {@code label}, {@code top-K} or a class index from 0
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
        if (choice.matches(Top.PREFIX + "[0-9]{1,9}")) {
          return new Target(
              new Top(Integer.parseInt(choice.substring(Top.PREFIX.length()))), parsed);
        }
        if (!choice.matches("[0-9]{1,9}")) {
          throw new IllegalArgumentException(
              "target must be predicted, label, top-K or a class from 0 but was " + choice);
        }
        return new Target(new Fixed(Integer.parseInt(choice)), parsed);
    }
  }

  /** The choice as it is written: {@code predicted}, {@code label}, {@code top-K} or the class. */
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
    if (choice instanceof Top top) {
      return Top.PREFIX + top.count();
    }
    throw new IllegalStateException("unknown choice " + choice);
  }
}
