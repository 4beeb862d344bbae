package io.sextant.gradients;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the engines on the class path. */
final class Engines {
  static final String AUTO = "auto";

  private static final String REFERENCE = "nd4j";

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  /**
   * An engine, and the faster ones that it stands in for.
   *
   * @param engine the one to use
   * @param passedOver those that do not run on this machine, with the reason
   */
  record Choice(Engine engine, List<String> passedOver) {
    Choice {
      passedOver = List.copyOf(passedOver);
    }
  }

  /** The engine that computes with all values, infinite ones too, as ND4J does. */
  static Engine reference(Precision precision) {
    return find(REFERENCE, precision).engine();
  }

  static Choice find(String name, Precision precision) {
    return find(
        name,
        precision,
        ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  static Choice find(String name, Precision precision, List<Engine> engines) {
    List<Engine> all =
        engines.stream().sorted(Comparator.comparingInt(Engine::priority).reversed()).toList();
    List<Engine> named =
        all.stream().filter(e -> name.equals(AUTO) || e.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "engine must be auto or one of %s but was %s"
              .formatted(all.stream().map(Engine::name).sorted().toList(), name));
    }
    List<Engine> able = named.stream().filter(e -> e.precisions().contains(precision)).toList();
    if (able.isEmpty()) {
      throw new IllegalArgumentException(
          "engine %s does not compute in %s; choose another engine or precision"
              .formatted(name, precision));
    }
    List<String> passedOver = new ArrayList<>();
    for (Engine engine : able) {
      Optional<String> reason = engine.unavailable();
      if (reason.isEmpty()) {
        passedOver.forEach(missing -> LOG.info("{}; using engine {}", missing, engine.name()));
        return new Choice(engine, passedOver);
      }
      passedOver.add("engine %s does not run here: %s".formatted(engine.name(), reason.get()));
    }
    throw new IllegalArgumentException(
        String.join("; ", passedOver) + "; choose another engine, or auto");
  }
}
