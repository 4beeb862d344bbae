package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the engines on the class path. */
final class Engines {
  static final String AUTO = "auto";

  private Engines() {}

  static Engine find(String name, Precision precision) {
    List<Engine> all =
        ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparingInt(Engine::priority).reversed())
            .toList();
    List<Engine> named =
        all.stream().filter(e -> name.equals(AUTO) || e.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "engine must be auto or one of %s but was %s"
              .formatted(all.stream().map(Engine::name).sorted().toList(), name));
    }
    return named.stream()
        .filter(engine -> engine.precisions().contains(precision))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "engine %s does not compute in %s; choose another engine or precision"
                        .formatted(name, precision)));
  }
}
