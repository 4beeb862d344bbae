package io.sextant.explainers;

import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * One example that is explained: its input, and the output in question at any point. It counts what
 * is asked, refuses what is not finite, and settles which class is explained. {@link
 * Explainer#attribute} is written with it and knows no other example.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Explained {
  private static final int UNKNOWN = -1;

  private final double[] input;
  private final long id;
  // The example that messages are about: of a noisy copy, the one that it was copied from.
  private final long example;
  private final Output output;
  private final InputDomain domain;
  private int label;
  private OptionalDouble atInput = OptionalDouble.empty();
  private long forwards;
  private long backwards;

  private Explained(
      double[] input, long id, long example, Output output, InputDomain domain, int label) {
    this.input = input;
    this.id = id;
    this.example = example;
    this.output = output;
    this.domain = domain;
    this.label = label;
  }

  /** An example whose class is named. */
  static Explained of(double[] input, long id, Output output, InputDomain domain, int label) {
    return new Explained(input, id, id, output, domain, label);
  }

  /** An example of which the class that the model decides for is explained. */
  static Explained asPredicted(double[] input, long id, Output output, InputDomain domain) {
    return new Explained(input, id, id, output, domain, UNKNOWN);
  }

  /**
   * Another point as an example of its own, of which the same is explained: a noisy copy. Its cost
   * counts by itself. The class must be known.
   *
   * @param copy {@code [input values]}
   * @param copyId names its random numbers
   */
  public Explained copy(double[] copy, long copyId) {
    return new Explained(copy, copyId, example, output, domain, label);
  }

  /** The input, {@code [input values]}; not to be modified. */
  public double[] input() {
    return input;
  }

  /** The id, which names random numbers. */
  public long id() {
    return id;
  }

  /** The inputs that exist. */
  public InputDomain domain() {
    return domain;
  }

  /**
   * The output and its gradient at a point. The class must be known: after {@link #knowingClass},
   * {@link #atInput} or {@link #gradientAtInput}.
   *
   * @param point {@code [input values]}
   */
  public Step<Reply.Gradient> gradient(double[] point) {
    requireClass();
    return ask(point, output.objective(label));
  }

  /**
   * The output and its gradient at the input. The class that the model decides for is read off the
   * same pass.
   */
  public Step<Reply.Gradient> gradientAtInput() {
    if (label != UNKNOWN) {
      return gradient(input);
    }
    // Logits that are not finite name no class; the reply is refused, where the example is known.
    Objective decided =
        (logits, cotangent) ->
            output.objective(Math.max(0, Logits.decision(logits))).evaluate(logits, cotangent);
    return ask(input, decided)
        .then(
            reply -> {
              label = decision(reply);
              return Step.done(reply);
            });
  }

  private Step<Reply.Gradient> ask(double[] point, Objective objective) {
    return Step.answer(
        new Query.Gradient(point, objective),
        reply -> {
          forwards++;
          backwards++;
          if (label == UNKNOWN) {
            decision(reply);
          }
          requireFinite(reply.value());
          for (double value : reply.gradient()) {
            if (!Double.isFinite(value)) {
              throw new NotFiniteException(
                  example, "the gradient must be finite but one value was " + value);
            }
          }
          return reply;
        });
  }

  /** The output at a point; the class must be known. */
  public <T> Step<T> value(double[] point, DoubleFunction<Step<T>> next) {
    requireClass();
    return Step.ask(
        new Query.Logits(point),
        reply -> {
          forwards++;
          return next.apply(output(reply));
        });
  }

  /** The output at the input, asked for once. */
  public <T> Step<T> atInput(DoubleFunction<Step<T>> next) {
    if (atInput.isPresent()) {
      return next.apply(atInput.getAsDouble());
    }
    return Step.ask(
        new Query.Logits(input),
        reply -> {
          forwards++;
          label = label == UNKNOWN ? decision(reply) : label;
          atInput = OptionalDouble.of(output(reply));
          return next.apply(atInput.getAsDouble());
        });
  }

  /** Goes on when the class is known, which may take the output at the input. */
  public <T> Step<T> knowingClass(Supplier<Step<T>> next) {
    return label == UNKNOWN ? atInput(value -> next.get()) : next.get();
  }

  private void requireClass() {
    if (label == UNKNOWN) {
      throw new IllegalStateException(
          "the class that is explained is not known yet; begin with knowingClass, atInput or"
              + " gradientAtInput");
    }
  }

  private double output(Reply reply) {
    double value =
        output.objective(label).evaluate(reply.logits(), new double[reply.logits().length]);
    requireFinite(value);
    return value;
  }

  private int decision(Reply reply) {
    int decision = reply.decision();
    if (decision < 0) {
      throw new NotFiniteException(example, "logits must be finite but at least one was not");
    }
    return decision;
  }

  private void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException(example, "the model's output must be finite but was " + value);
    }
  }

  /**
   * The certificate of an attribution: what was asked so far, and what it found.
   *
   * @param nodes points at which a gradient was taken
   * @param fInput the output at the input
   * @param fBaseline the output at the baseline, where the method has one
   * @param gap the completeness gap, where the method promises completeness
   * @param toleranceMet whether the tolerance was met, where one was asked for
   */
  public Certificate certificate(
      long nodes,
      double fInput,
      OptionalDouble fBaseline,
      OptionalDouble gap,
      Optional<Boolean> toleranceMet) {
    return new Certificate(
        example,
        label,
        output,
        nodes,
        fInput,
        fBaseline,
        gap,
        toleranceMet,
        OptionalDouble.empty(),
        forwards,
        backwards);
  }
}
