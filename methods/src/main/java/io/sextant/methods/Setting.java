package io.sextant.methods;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * One setting of a method: its key, what its values look like, and where a configuration has it.
 *
 * @param <M> what has the setting
 * @param <T> its values
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Setting<M, T> {
  private final String key;
  private final String help;
  private final Form<T> form;
  private final Function<? super M, Optional<T>> value;
  // Of a setting that is a method: what it must be.
  private final Optional<Class<T>> nested;

  private Setting(
      String key,
      String help,
      Form<T> form,
      Function<? super M, Optional<T>> value,
      Optional<Class<T>> nested) {
    this.key = key;
    this.help = help;
    this.form = form;
    this.value = value;
    this.nested = nested;
  }

  /**
   * A setting that every configuration has.
   *
   * @param key in lower case with hyphens
   * @param form of its values
   * @param help one line without a full stop
   * @param value its value in a configuration
   */
  public static <M, T> Setting<M, T> of(
      String key, Form<T> form, String help, Function<? super M, T> value) {
    return optional(key, form, help, method -> Optional.of(value.apply(method)));
  }

  /** A setting that only some configurations have. */
  public static <M, T> Setting<M, T> optional(
      String key, Form<T> form, String help, Function<? super M, Optional<T>> value) {
    return new Setting<>(key, help, form, value, Optional.empty());
  }

  /**
   * A setting that is a method of its own. Its settings follow as {@code key.setting}.
   *
   * @param type what the method must be
   */
  public static <M, N extends Method> Setting<M, N> method(
      String key, Class<N> type, String help, Function<? super M, N> value) {
    Form<N> name =
        new Form<>(
            "the name of a method",
            text -> {
              throw new IllegalStateException("methods are made by the catalogue");
            },
            Method::name);
    return new Setting<>(
        key, help, name, method -> Optional.of(value.apply(method)), Optional.of(type));
  }

  /** The key in specs and commands. */
  public String key() {
    return key;
  }

  /** One line on what it does. */
  public String help() {
    return help;
  }

  /** What its values must be, in words. */
  public String range() {
    return form.description();
  }

  /** Whether its values are methods with settings of their own. */
  public boolean isMethod() {
    return nested.isPresent();
  }

  /**
   * Refuses what this setting does not allow; for constructors of methods.
   *
   * @return an equal value
   */
  public T require(T value) {
    String text = form.write().apply(value);
    try {
      return form.read().apply(text);
    } catch (IllegalArgumentException e) {
      throw refused(text, e);
    }
  }

  /** The value in a configuration as text; empty where it has none. */
  Optional<String> text(M method) {
    return value.apply(method).map(form.write());
  }

  Optional<T> value(M method) {
    return value.apply(method);
  }

  /** Adds what a configuration has. */
  void write(M method, Map<String, String> into) {
    text(method).ifPresent(text -> into.put(key, text));
    if (isMethod()) {
      ((Method) value.apply(method).orElseThrow())
          .configuration()
          .forEach((own, text) -> into.put(key + "." + own, text));
    }
  }

  /** Whether a key is this setting's, or one of a method that it holds. */
  boolean owns(String written) {
    return written.equals(key) || isMethod() && written.startsWith(key + ".");
  }

  /**
   * Reads a value as written.
   *
   * @param written all settings that are given
   * @param defaults what names a method where only its settings are given
   * @param loader sees methods that are settings
   */
  Optional<T> read(Map<String, String> written, M defaults, ClassLoader loader) {
    if (nested.isPresent()) {
      return method(nested.get(), written, defaults, loader);
    }
    String text = written.get(key);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(form.read().apply(text.trim()));
    } catch (IllegalArgumentException e) {
      throw refused(text, e);
    }
  }

  private Optional<T> method(
      Class<T> type, Map<String, String> written, M defaults, ClassLoader loader) {
    Map<String, String> own = new TreeMap<>();
    written.forEach(
        (name, text) -> {
          if (name.startsWith(key + ".")) {
            own.put(name.substring(key.length() + 1), text);
          }
        });
    String name = written.get(key);
    if (name == null && own.isEmpty()) {
      return Optional.empty();
    }
    Method known = (Method) value.apply(defaults).orElseThrow();
    try {
      Method made =
          Catalogue.of(known.declaration().kind().family(), Method.class, loader)
              .create(name == null ? known.name() : name.trim(), own);
      if (!type.isInstance(made)) {
        throw new IllegalArgumentException(
            "the method must be one such as %s but was %s".formatted(known.name(), made.name()));
      }
      return Optional.of(type.cast(made));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(key, e.getMessage()), e);
    }
  }

  private IllegalArgumentException refused(String text, Exception cause) {
    return new IllegalArgumentException(
        "%s must be %s but was '%s'".formatted(key, form.description(), abbreviated(text)), cause);
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
