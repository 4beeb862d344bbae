package io.sextant.evaluation;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.Adaptations;
import io.sextant.adaptation.AdaptedModel;
import io.sextant.adaptation.Renormalizing;
import io.sextant.adaptation.Safety;
import io.sextant.corruptions.Corrupter;
import io.sextant.corruptions.ParameterSet;
import io.sextant.corruptions.Strength;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Statistics.Estimator;
import io.sextant.spec.AdaptationSpec;
import io.sextant.spec.Configured;
import io.sextant.spec.StreamSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What an audit adapts a model with, and to: checked before any work is done.
 *
 * @param spec what is asked for
 * @param methods by id, in the order in which they are listed; batch statistics and RDumb first
 * @param corrupter of the examples
 * @param corruptions of the streams; empty where none fit the data
 * @param source rows that are none of the audit's examples, for alarms
 * @param leftOut methods that every table has or would have, and corruptions, that do not fit, and
 *     why
 */
record AdaptationSetup(
    AdaptationSpec spec,
    Map<String, Adaptation> methods,
    DataCorrupter corrupter,
    List<Corrupter> corruptions,
    Optional<double[][]> source,
    List<String> leftOut) {
  /** Beside which every method stands. */
  private static final List<String> ALWAYS = List.of("bn", "rdumb");

  private static final List<String> USUAL = List.of("tent", "eata", "roid", "lame");

  private static final List<String> USUAL_WITHOUT_NORMS = List.of("affine", "foa", "lame");

  /** Three families that are found in data, with one or two kinds each. */
  private static final List<String> KINDS =
      List.of("gaussian-noise", "impulse-noise", "defocus-blur", "contrast", "pixelate", "fog");

  /**
   * Reads and checks what a spec asks for.
   *
   * @param all the data
   * @param drawn the audit's examples
   * @throws IllegalArgumentException when a method cannot adapt the model, or a corruption does not
   *     fit the data
   */
  static AdaptationSetup of(
      AdaptationSpec spec, Subject subject, DataSet all, DataSet drawn, boolean table, long seed) {
    Optional<double[][]> source = source(all, drawn, spec.sourceSamples(), seed);
    Map<String, Adaptation> methods = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    List<Configured> asked = spec.methods().orElse(List.of());
    for (String name : ALWAYS) {
      if (asked.stream().noneMatch(one -> one.id().equals(name))) {
        add(methods, Configured.of(name), subject, source).ifPresent(leftOut::add);
      }
    }
    for (Configured one : asked) {
      add(methods, one, subject, source)
          .ifPresent(
              reason -> {
                throw new IllegalArgumentException("adaptation: " + reason);
              });
    }
    if (spec.methods().isEmpty()) {
      boolean norms = !subject.service().graph().batchNorms().isEmpty();
      for (String name : norms ? USUAL : USUAL_WITHOUT_NORMS) {
        add(methods, Configured.of(name), subject, source).ifPresent(leftOut::add);
      }
    }
    ParameterSet parameters = ParameterSet.of(spec.parameters());
    DataCorrupter corrupter = DataCorrupter.of(drawn, parameters, seed);
    DataCorrupter.Kinds kinds = corrupter.sorted(kinds(spec, subject, drawn, table));
    leftOut.addAll(kinds.needless());
    Strength strength = new Strength(parameters, spec.severity());
    return new AdaptationSetup(
        spec,
        methods,
        corrupter,
        kinds.able().stream().map(kind -> Corrupter.of(kind, strength, seed)).toList(),
        source,
        leftOut);
  }

  /** Adds a method, or says why it cannot adapt the model. */
  private static Optional<String> add(
      Map<String, Adaptation> methods,
      Configured configured,
      Subject subject,
      Optional<double[][]> source) {
    Adaptation method = Adaptations.create(configured.name(), configured.settings());
    try (AdaptedModel fits =
        AdaptedModel.of(subject.service(), method, source, Safety.DEFAULT, 0)) {
      methods.put(configured.id(), fits.method());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> kinds(
      AdaptationSpec spec, Subject subject, DataSet data, boolean table) {
    boolean images = !table && data.shape().rank() == 3;
    // Sequences read as images of one channel; nobody asked to corrupt them as such.
    boolean sequences = subject.model().inputShape().rank() == 2;
    List<String> kinds = spec.corruptions().orElse(images && !sequences ? KINDS : List.of());
    if (!images && !kinds.isEmpty()) {
      throw new IllegalArgumentException(
          "adaptation: the corruptions %s need images of shape [channels, height, width], but the data has %s; leave them out"
              .formatted(String.join(", ", kinds), data.shape()));
    }
    return kinds;
  }

  /** Rows that are none of the examples: a part of them, in random order. */
  private static Optional<double[][]> source(DataSet all, DataSet drawn, int most, long seed) {
    Set<Long> taken = new HashSet<>();
    for (long id : drawn.ids()) {
      taken.add(id);
    }
    int[] rest = IntStream.range(0, all.size()).filter(i -> !taken.contains(all.id(i))).toArray();
    int[] order =
        new StreamOrder.Shuffled()
            .of(new int[rest.length], RandomKey.of(seed).with("adaptation source"));
    int count = Math.min(most, rest.length);
    return count == 0
        ? Optional.empty()
        : Optional.of(
            IntStream.range(0, count)
                .mapToObj(i -> all.row(rest[order[i]]))
                .toArray(double[][]::new));
  }

  /** The methods that take statistics of a batch, by id. */
  Map<String, Renormalizing> renormalizing() {
    Map<String, Renormalizing> some = new LinkedHashMap<>();
    methods.forEach(
        (id, method) -> {
          if (method instanceof Renormalizing renormalizing) {
            some.put(id, renormalizing);
          }
        });
    return some;
  }

  /** A method with medians in place of the means that it takes of batches; empty without these. */
  static Optional<Renormalizing> withMedians(Renormalizing method) {
    String key = Renormalizing.ESTIMATOR.key();
    if (method.estimator() != Estimator.MEAN || !method.declaration().has(key)) {
      return Optional.empty();
    }
    Map<String, String> settings = new LinkedHashMap<>(method.configuration());
    settings.put(key, "median");
    return Adaptations.create(method.name(), settings) instanceof Renormalizing medians
        ? Optional.of(medians)
        : Optional.empty();
  }

  /** The streams of one order and batch size that can be made of this data. */
  List<AdaptationUnit.Streamed> streams() {
    List<AdaptationUnit.Streamed> streams = new ArrayList<>();
    for (StreamSpec stream : spec.streams()) {
      if (stream.kind() == StreamSpec.Kind.SINGLE) {
        corruptions.forEach(
            kind ->
                streams.add(
                    new AdaptationUnit.Streamed(stream, Optional.of(kind.corruption().name()))));
      } else if (stream.kind() == StreamSpec.Kind.CLEAN
          || stream.kind() == StreamSpec.Kind.RUNS
          || !corruptions.isEmpty()) {
        streams.add(new AdaptationUnit.Streamed(stream, Optional.empty()));
      }
    }
    return streams;
  }
}
