package io.sextant.explainers;

import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.Start;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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
  private final InferenceGraph graph;
  // The layer whose activations the input and all points are; empty where they are inputs.
  private final Optional<String> behind;
  // Of the classes in the order of the logits at the input, which is explained.
  private final int rank;
  private int label;
  private OptionalDouble atInput = OptionalDouble.empty();
  private final Spent spent;

  private Explained(
      double[] input,
      long id,
      long example,
      Output output,
      InputDomain domain,
      InferenceGraph graph,
      Optional<String> behind,
      int rank,
      Spent spent,
      int label) {
    this.input = input;
    this.id = id;
    this.example = example;
    this.output = output;
    this.domain = domain;
    this.graph = graph;
    this.behind = behind;
    this.rank = rank;
    this.spent = spent;
    this.label = label;
  }

  /** Passes so far. */
  private static final class Spent {
    private long forwards;
    private long backwards;
  }

  /** An example whose class is named. */
  static Explained of(
      double[] input, long id, Output output, InputDomain domain, InferenceGraph graph, int label) {
    return new Explained(
        input, id, id, output, domain, graph, Optional.empty(), 0, new Spent(), label);
  }

  /**
   * One of some examples, of which the class of its label is explained.
   *
   * @param service the model
   * @param examples the inputs
   * @param i its place
   * @param output what is explained
   */
  public static Explained of(GradientService service, Examples examples, int i, Output output) {
    return of(
        examples.row(i),
        examples.id(i),
        output,
        service.domain(),
        service.graph(),
        examples.label(i));
  }

  /**
   * An example of which a likely class is explained.
   *
   * @param rank which of the classes in the order of the logits at the input: 0 is the one that the
   *     model decides for
   */
  static Explained ranked(
      double[] input, long id, Output output, InputDomain domain, InferenceGraph graph, int rank) {
    return new Explained(
        input, id, id, output, domain, graph, Optional.empty(), rank, new Spent(), UNKNOWN);
  }

  /**
   * Another point as an example of its own, of which the same is explained: a noisy copy. Its cost
   * counts by itself. The class must be known.
   *
   * @param copy {@code [input values]}
   * @param copyId names its random numbers
   */
  public Explained copy(double[] copy, long copyId) {
    return new Explained(
        copy, copyId, example, output, domain, graph, behind, rank, new Spent(), label);
  }

  /**
   * What the network does behind a layer with an activation of it, as an example of its own: its
   * input is the activation, and so are all points that it is asked about. What it costs counts for
   * both. The class must be known.
   *
   * @param layer one of the graph's {@link InferenceGraph#cuts()}
   * @param activation {@code [values of the layer]}
   */
  public Explained behind(String layer, double[] activation) {
    requireClass();
    return new Explained(
        activation, id, example, output, domain, graph, Optional.of(layer), rank, spent, label);
  }

  /** The same example, asked for another output of the same class. Its cost counts by itself. */
  public Explained asking(Output other) {
    return new Explained(
        input, id, example, other, domain, graph, behind, rank, new Spent(), label);
  }

  /** The input, {@code [input values]}; not to be modified. */
  public double[] input() {
    return input;
  }

  /** The id, which names random numbers. */
  public long id() {
    return id;
  }

  /** The inputs of the network that exist. */
  public InputDomain domain() {
    return domain;
  }

  /** The network. */
  public InferenceGraph graph() {
    return graph;
  }

  /** The shape of the network's input. */
  public Shape shape() {
    return graph.input().shape();
  }

  /**
   * The output and its gradient at a point. The class must be known: after {@link #knowingClass},
   * {@link #atInput} or {@link #gradientAtInput}.
   *
   * @param point {@code [input values]}
   */
  public Step<Reply.Gradient> gradient(double[] point) {
    requireClass();
    return ask(
        new Query.Gradient(point, output.objective(label)),
        Reply.Gradient::value,
        Reply.Gradient::gradient);
  }

  /**
   * The output and its gradient at the input. A class that is not named is read off the same pass.
   */
  public Step<Reply.Gradient> gradientAtInput() {
    return learning(
        ask(
            new Query.Gradient(input, atInputObjective()),
            Reply.Gradient::value,
            Reply.Gradient::gradient));
  }

  /**
   * The activation of a layer at a point, and the gradient of the output by the activation. The
   * class must be known.
   *
   * @param point {@code [input values]}
   * @param layer as the {@link #graph()} names it
   */
  public Step<Reply.Layer> layer(double[] point, String layer) {
    requireClass();
    return layer(point, layer, output.objective(label));
  }

  /** The same at the input; a class that is not named is read off the same pass. */
  public Step<Reply.Layer> layerAtInput(String layer) {
    return learning(layer(input, layer, atInputObjective()));
  }

  private Step<Reply.Layer> layer(double[] point, String layer, Objective objective) {
    return ask(new Query.Layer(point, objective, layer), Reply.Layer::value, Reply.Layer::gradient)
        .then(
            reply -> {
              requireFinite("activation of layer " + layer, reply.activation());
              return Step.done(reply);
            });
  }

  /**
   * The activation of a layer at a point, {@code [values of the layer]}: a forward pass alone.
   *
   * @param point {@code [input values]}
   * @param layer as the {@link #graph()} names it
   */
  public Step<double[]> activation(double[] point, String layer) {
    return passing(point, layer).then(reply -> Step.done(reply.activation()));
  }

  /** The same at the input; the same pass says what {@link #atInput} asks for. */
  public Step<double[]> activationAtInput(String layer) {
    return passing(input, layer)
        .then(
            reply -> {
              label = label == UNKNOWN ? explainedClass(reply) : label;
              atInput = OptionalDouble.of(output(reply));
              return Step.done(reply.activation());
            });
  }

  /**
   * The activation of a layer at a point with the logits there: a forward pass alone. What {@link
   * #output(double[])} makes of them needs the class to be known.
   *
   * @param point {@code [input values]}
   * @param layer as the {@link #graph()} names it
   */
  public Step<Reply.Activation> passing(double[] point, String layer) {
    return Step.answer(
        placed(new Query.Activation(point, layer)),
        reply -> {
          spent.forwards++;
          requireFinite("activation of layer " + layer, reply.activation());
          return reply;
        });
  }

  /** The objective at the input, whose logits may say which class it is about. */
  private Objective atInputObjective() {
    return label == UNKNOWN ? new LikelyClass(output, rank) : output.objective(label);
  }

  /** An output of the class that the logits themselves name. */
  private record LikelyClass(Output output, int rank) implements Objective {
    @Override
    public double evaluate(double[] logits, double[] cotangent) {
      // Logits that are not finite name no class; the reply is refused, where the example is known.
      return output.objective(Math.max(0, Logits.ranked(logits, rank))).evaluate(logits, cotangent);
    }
  }

  /** Takes the class from a reply at the input, where it is not known. */
  private <R extends Reply> Step<R> learning(Step<R> asked) {
    return asked.then(
        reply -> {
          label = label == UNKNOWN ? explainedClass(reply) : label;
          return Step.done(reply);
        });
  }

  private <R extends Reply> Step<R> ask(
      Query<R> query, ToDoubleFunction<R> value, Function<R, double[]> gradient) {
    return Step.answer(
        placed(query),
        reply -> {
          spent.forwards++;
          spent.backwards++;
          if (label == UNKNOWN) {
            explainedClass(reply);
          }
          requireFinite(value.applyAsDouble(reply));
          requireFinite("gradient", gradient.apply(reply));
          return reply;
        });
  }

  /** A question about a point, wherever points lie. */
  private <R extends Reply> Query<R> placed(Query<R> query) {
    return behind.<Query<R>>map(layer -> new Query.Behind<>(layer, query)).orElse(query);
  }

  /**
   * What comes back to a point by the rules of a composite in place of the gradient. The class must
   * be known.
   *
   * @param point {@code [input values]}
   * @param references inputs that the rules compare with
   * @param start what is sent back from the logits, mostly made of the {@link #objective}
   */
  public Step<Reply.Ruled> ruled(
      double[] point, List<double[]> references, Start start, Composite composite) {
    requireClass();
    return Step.answer(
        placed(new Query.Ruled(point, references, start, composite)),
        reply -> {
          spent.forwards += reply.forwards();
          spent.backwards += reply.backwards();
          output(reply.logits());
          reply.references().forEach(this::output);
          requireFinite("flow to the input", reply.flow());
          return reply;
        });
  }

  /** What is explained, as a function of the logits; the class must be known. */
  public Objective objective() {
    requireClass();
    return output.objective(label);
  }

  /**
   * The output where the logits are these; the class must be known.
   *
   * @throws NotFiniteException when it is not finite
   */
  public double output(double[] logits) {
    double value = objective().evaluate(logits, new double[logits.length]);
    requireFinite(value);
    return value;
  }

  /** The output at a point; the class must be known. */
  public <T> Step<T> value(double[] point, DoubleFunction<Step<T>> next) {
    requireClass();
    return Step.ask(
        placed(new Query.Logits(point)),
        reply -> {
          spent.forwards++;
          return next.apply(output(reply));
        });
  }

  /** The output at the input, asked for once. */
  public <T> Step<T> atInput(DoubleFunction<Step<T>> next) {
    if (atInput.isPresent()) {
      return next.apply(atInput.getAsDouble());
    }
    return logitsAtInput().then(reply -> next.apply(output(reply)));
  }

  /**
   * The logits at the input, which say what the model decides; the same pass says what {@link
   * #atInput} asks for.
   */
  public Step<Reply.Logits> logitsAtInput() {
    return Step.answer(
        placed(new Query.Logits(input)),
        reply -> {
          spent.forwards++;
          label = label == UNKNOWN ? explainedClass(reply) : label;
          atInput = OptionalDouble.of(output(reply));
          return reply;
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
    return output(reply.logits());
  }

  private int explainedClass(Reply reply) {
    int found = Logits.ranked(reply.logits(), rank);
    if (found < 0) {
      throw new NotFiniteException(example, "logits must be finite but at least one was not");
    }
    return found;
  }

  private void requireFinite(String what, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new NotFiniteException(
            example, "the %s must be finite but one value was %s".formatted(what, value));
      }
    }
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
        OptionalDouble.empty(),
        toleranceMet,
        OptionalDouble.empty(),
        spent.forwards,
        spent.backwards);
  }
}
