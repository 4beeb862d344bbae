package io.sextant.explainers;

import io.sextant.gradients.ExampleProgress;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Scheduler;
import io.sextant.gradients.graph.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** One explainer on many examples. */
final class Attributions {
  private Attributions() {}

  static Explanations of(
      Explainer explainer,
      GradientService service,
      Examples examples,
      Target target,
      ExampleProgress progress) {
    explainer.declaration().requireGranted(service.access(), Explainers::catalogue);
    requireClasses(service, examples, target);
    int perExample = target.perExample();
    int size = Math.multiplyExact(examples.size(), perExample);
    Shape shape = explainer.shape(service.graph());
    double[][] values = new double[size][];
    double[][] errors = new double[size][];
    double[][] players = new double[size][];
    Certificate[] certificates = new Certificate[size];
    Set<String> remarks = new LinkedHashSet<>();
    int[] withErrors = new int[1];
    int[] withPlayers = new int[1];
    int[] done = new int[1];
    try {
      new Scheduler(service)
          .run(
              size,
              explainer.atOnce(Math.max(service.features(), shape.elements())),
              i ->
                  explainer.attribute(
                      explained(service, examples, i / perExample, target, i % perExample)),
              (int i, Attribution attribution) -> {
                values[i] = attribution.values();
                certificates[i] = attribution.certificate();
                attribution
                    .standardErrors()
                    .ifPresent(
                        standardErrors -> {
                          errors[i] = standardErrors;
                          withErrors[0]++;
                        });
                attribution
                    .players()
                    .ifPresent(
                        own -> {
                          players[i] = own;
                          withPlayers[0]++;
                        });
                remarks.addAll(attribution.remarks());
                progress.finished(++done[0], size);
              });
    } catch (CancellationException e) {
      throw new CancellationException("interrupted while explaining; nothing was explained");
    }
    return new Explanations(
        explainer.name(),
        explainer.configuration(),
        shape,
        values,
        List.of(certificates),
        size > 0 && withErrors[0] == size ? Optional.of(errors) : Optional.empty(),
        size > 0 && withPlayers[0] == size ? Optional.of(players) : Optional.empty(),
        List.copyOf(remarks));
  }

  private static Explained explained(
      GradientService service, Examples examples, int i, Target target, int rank) {
    return isNamed(target)
        ? Explained.of(
            examples.row(i),
            examples.id(i),
            target.output(),
            service.domain(),
            service.graph(),
            named(examples, i, target))
        : Explained.ranked(
            examples.row(i),
            examples.id(i),
            target.output(),
            service.domain(),
            service.graph(),
            rank);
  }

  /** Whether the class is known without the model. */
  private static boolean isNamed(Target target) {
    return target.choice() instanceof Target.Fixed || target.choice() instanceof Target.Label;
  }

  private static int named(Examples examples, int i, Target target) {
    return target.choice() instanceof Target.Fixed fixed ? fixed.index() : examples.label(i);
  }

  private static void requireClasses(GradientService service, Examples examples, Target target) {
    if (target.perExample() > service.classes()) {
      throw new IllegalArgumentException(
          "top-K must name at most the model's %d classes but K was %d"
              .formatted(service.classes(), target.perExample()));
    }
    for (int i = 0; isNamed(target) && i < examples.size(); i++) {
      int explained = named(examples, i, target);
      if (explained < 0 || explained >= service.classes()) {
        throw new IllegalArgumentException(
            "example %d: the class to explain must be in 0..%d but was %d"
                .formatted(examples.id(i), service.classes() - 1, explained));
      }
    }
  }
}
