package io.sextant.methods;

import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * The methods of one family that are on the class path, whoever wrote them.
 *
 * @param <M> what all of them are
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Catalogue<M extends Method> {
  private final Kind.Family family;
  private final Class<M> type;
  private final ClassLoader loader;
  private final Map<String, Declaration<?>> byName;

  private Catalogue(
      Kind.Family family, Class<M> type, ClassLoader loader, Map<String, Declaration<?>> byName) {
    this.family = family;
    this.type = type;
    this.loader = loader;
    this.byName = byName;
  }

  /**
   * What this thread's class loader sees.
   *
   * @param family attacks or explainers
   * @param type what all of them are; {@link Method} where their own type is not at hand
   * @throws IllegalArgumentException when a method on the class path cannot be loaded, or two have
   *     one name
   */
  public static <M extends Method> Catalogue<M> of(Kind.Family family, Class<M> type) {
    return of(family, type, loader());
  }

  /**
   * What a class loader sees.
   *
   * @param loader must see this class, too
   */
  public static <M extends Method> Catalogue<M> of(
      Kind.Family family, Class<M> type, ClassLoader loader) {
    Map<String, Declaration<?>> byName = new TreeMap<>();
    try {
      for (Method found : ServiceLoader.load(Method.class, loader)) {
        Declaration<?> declared = found.declaration();
        if (declared.kind().family() != family) {
          continue;
        }
        if (!type.isInstance(found)) {
          throw new IllegalArgumentException(
              "%s %s must be a %s but is a %s"
                  .formatted(
                      family.word(), declared.name(), type.getName(), found.getClass().getName()));
        }
        Declaration<?> other = byName.put(declared.name(), declared);
        if (other != null) {
          throw new IllegalArgumentException(
              "%s and %s are both named %s; rename one, or take one off the class path"
                  .formatted(
                      other.defaults().getClass().getName(),
                      found.getClass().getName(),
                      declared.name()));
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new IllegalArgumentException(
          "a method on the class path cannot be loaded: %s".formatted(e.getMessage()), e);
    }
    return new Catalogue<>(family, type, loader, byName);
  }

  /** A thread's own loader may know more than this class's, or nothing of it. */
  private static ClassLoader loader() {
    ClassLoader own = Catalogue.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      return context != null && context.loadClass(Method.class.getName()).equals(Method.class)
          ? context
          : own;
    } catch (ClassNotFoundException e) {
      return own;
    }
  }

  /** What the methods declare, in the order of their names. */
  public List<Declaration<?>> declarations() {
    return List.copyOf(byName.values());
  }

  /** Which of them ask for no more than this, in words. */
  String within(Access granted) {
    List<String> fitting =
        byName.values().stream()
            .filter(declared -> granted.allows(declared.access()))
            .map(Declaration::name)
            .toList();
    return fitting.isEmpty()
        ? "no %s asks for less".formatted(family.word())
        : "take one of %s".formatted(String.join(", ", fitting));
  }

  /** Their names, in order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * What a method declares.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public Declaration<?> declaration(String name) {
    Declaration<?> declared = byName.get(name);
    if (declared == null) {
      throw new IllegalArgumentException(
          "%s must be one of %s but was '%s'%s"
              .formatted(
                  family.word(),
                  String.join(", ", names()),
                  name,
                  Suggestion.question(name, names())));
    }
    return declared;
  }

  /** A method with its defaults. */
  public M create(String name) {
    return create(name, Map.of());
  }

  /**
   * A method.
   *
   * @param name one of {@link #names()}
   * @param settings what differs from its defaults; {@code key.setting} for settings of a method
   *     that is a setting
   * @throws IllegalArgumentException when the name or a setting is unknown, or a value is wrong
   */
  public M create(String name, Map<String, String> settings) {
    return type.cast(declaration(name).create(settings, loader));
  }
}
