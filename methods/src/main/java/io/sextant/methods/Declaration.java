package io.sextant.methods;

import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * What a method says of itself, once, in its own file.
 *
 * <pre>{@code
 * private static final Setting<SignAscent, Integer> STEPS =
 *     Setting.of("steps", Form.count(), "gradient steps of a run", SignAscent::steps);
 *
 * private static final Declaration<SignAscent> DECLARATION =
 *     Declaration.of("sign-ascent", Kind.FIXED_RADIUS, SignAscent.class)
 *         .summary("steps along the sign of the gradient")
 *         .source("Kurakin, Goodfellow, Bengio, ...")
 *         .norms(EnumSet.allOf(Norm.class))
 *         .settings(STEPS)
 *         .made(SignAscent::new, values -> new SignAscent(values.of(STEPS)));
 * }</pre>
 *
 * @param <M> the method
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Declaration<M extends Method> {
  private final Builder<M> said;
  private final M defaults;
  private final Function<Values<M>, M> maker;

  private Declaration(Builder<M> said, M defaults, Function<Values<M>, M> maker) {
    this.said = said;
    this.defaults = defaults;
    this.maker = maker;
  }

  /**
   * Begins a declaration.
   *
   * @param name in lower case with hyphens
   * @param kind what it is asked for
   * @param type its class
   */
  public static <M extends Method> Builder<M> of(String name, Kind kind, Class<M> type) {
    return new Builder<>(name, kind, type);
  }

  /**
   * A declaration on its way.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static final class Builder<M extends Method> {
    private final String name;
    private final Kind kind;
    private final Class<M> type;
    private Access access = Access.GRADIENTS;
    private String summary = "";
    private String source = "";
    private Set<Norm> norms = Set.of();
    private final List<Setting<? super M, ?>> settings = new ArrayList<>();

    private Builder(String name, Kind kind, Class<M> type) {
      if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
        throw new IllegalArgumentException(
            "a method's name must be of lower-case letters, digits and hyphens but was '%s'"
                .formatted(name));
      }
      this.name = name;
      this.kind = Objects.requireNonNull(kind, "kind");
      this.type = Objects.requireNonNull(type, "type");
    }

    /** One line on what it does, without a full stop. */
    public Builder<M> summary(String text) {
      summary = text;
      return this;
    }

    /** The paper: authors, title, venue, year, arXiv id. */
    public Builder<M> source(String text) {
      source = text;
      return this;
    }

    /** The norms in which an attack can search. */
    public Builder<M> norms(Set<Norm> all) {
      norms = Collections.unmodifiableSet(all.isEmpty() ? Set.of() : EnumSet.copyOf(all));
      return this;
    }

    /** What it asks of the model at most; gradients unless said. */
    public Builder<M> access(Access most) {
      access = most;
      return this;
    }

    /** A setting; listed in the order in which they are declared. */
    public Builder<M> setting(Setting<? super M, ?> setting) {
      settings.add(setting);
      return this;
    }

    /** Settings, in this order. */
    public Builder<M> settings(List<? extends Setting<? super M, ?>> all) {
      settings.addAll(all);
      return this;
    }

    /** A method without settings. */
    public Declaration<M> made(Supplier<M> defaults) {
      M only = defaults.get();
      return new Declaration<>(this, only, values -> only);
    }

    /**
     * The declaration.
     *
     * @param defaults makes the method with its defaults
     * @param maker makes it of what was written
     */
    public Declaration<M> made(Supplier<M> defaults, Function<Values<M>, M> maker) {
      return new Declaration<>(this, defaults.get(), maker);
    }
  }

  /** The name in specs, files and commands. */
  public String name() {
    return said.name;
  }

  /** What it is asked for. */
  public Kind kind() {
    return said.kind;
  }

  /** The most that it asks of a model. */
  public Access access() {
    return said.access;
  }

  /**
   * Refuses a model that gives less than the method asks for.
   *
   * @param granted the most that may be asked of the model
   * @param others methods of the same kind, of which those are named that would do; searched for
   *     only then
   * @throws IllegalArgumentException naming what is asked and what there is
   */
  public void requireGranted(Access granted, Supplier<? extends Catalogue<?>> others) {
    if (!granted.allows(access())) {
      throw new IllegalArgumentException(
          "%s asks for %s but the model gives %s alone; %s"
              .formatted(name(), access().title(), granted.title(), others.get().within(granted)));
    }
  }

  /** One line on what it does. */
  public String summary() {
    return said.summary;
  }

  /** The paper. */
  public String source() {
    return said.source;
  }

  /** The norms in which it searches; empty for explainers. */
  public Set<Norm> norms() {
    return said.norms;
  }

  /** The settings. */
  public List<Setting<? super M, ?>> settings() {
    return List.copyOf(said.settings);
  }

  /** The method with its defaults. */
  public M defaults() {
    return defaults;
  }

  /** Whether the method has a setting with this key. */
  public boolean has(String key) {
    return said.settings.stream().anyMatch(setting -> setting.key().equals(key));
  }

  /** What a setting is by default, as text; empty where the defaults do without it. */
  public Optional<String> byDefault(String key) {
    return said.settings.stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .flatMap(setting -> setting.text(defaults));
  }

  Map<String, String> configuration(Method method) {
    M own = said.type.cast(method);
    Map<String, String> all = new LinkedHashMap<>();
    for (Setting<? super M, ?> setting : said.settings) {
      setting.write(own, all);
    }
    return Collections.unmodifiableMap(all);
  }

  M create(Map<String, String> written, ClassLoader loader) {
    String title = said.kind.family().word() + " " + said.name;
    for (String key : written.keySet()) {
      if (said.settings.stream().noneMatch(setting -> setting.owns(key))) {
        List<String> known = said.settings.stream().map(Setting::key).toList();
        throw new IllegalArgumentException(
            known.isEmpty()
                ? "%s has no setting %s; it has none".formatted(title, key)
                : "%s has no setting %s%s; its settings are %s"
                    .formatted(
                        title, key, Suggestion.question(key, known), String.join(", ", known)));
      }
    }
    try {
      return maker.apply(new Values<>(written, defaults, loader));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(title, e.getMessage()), e);
    }
  }
}
