package io.sextant.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Norm;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  enum Colour {
    DARK_RED,
    BLUE
  }

  /** Has a setting of each form. */
  public record Walk(int steps, double decay, boolean fast, long seed, Colour colour)
      implements Method {
    private static final Setting<Walk, Integer> STEPS =
        Setting.of("steps", Form.count(), "steps", Walk::steps);
    private static final Setting<Walk, Double> DECAY =
        Setting.of("decay", Form.between(0, 1), "decay", Walk::decay);
    private static final Setting<Walk, Boolean> FAST =
        Setting.of("fast", Form.flag(), "fast", Walk::fast);
    private static final Setting<Walk, Long> SEED =
        Setting.of("seed", Form.seed(), "seed", Walk::seed);
    private static final Setting<Walk, Colour> COLOUR =
        Setting.optional(
            "colour",
            Form.choice(Colour.class),
            "colour, of fast ones",
            m -> m.fast() ? Optional.of(m.colour()) : Optional.empty());

    private static final Declaration<Walk> DECLARATION =
        Declaration.of("walk", Kind.FIXED_RADIUS, Walk.class)
            .norms(EnumSet.of(Norm.L2))
            .settings(List.of(STEPS, DECAY, FAST, SEED, COLOUR))
            .made(
                Walk::new,
                values ->
                    new Walk(
                        values.of(STEPS),
                        values.of(DECAY),
                        values.of(FAST),
                        values.of(SEED),
                        values.given(COLOUR).orElse(Colour.BLUE)));

    public Walk {
      STEPS.require(steps);
    }

    public Walk() {
      this(3, 0.5, false, -1, Colour.BLUE);
    }

    @Override
    public Declaration<Walk> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(steps, 0);
    }
  }

  /** Has a method as a setting. */
  public record Twice(Method base) implements Method {
    private static final Setting<Twice, Method> BASE =
        Setting.method("base", Method.class, "done twice", Twice::base);

    private static final Declaration<Twice> DECLARATION =
        Declaration.of("twice", Kind.FIXED_RADIUS, Twice.class)
            .setting(BASE)
            .made(Twice::new, values -> new Twice(values.of(BASE)));

    public Twice() {
      this(new Walk());
    }

    @Override
    public Declaration<Twice> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return base.passes(classes, features).times(2);
    }
  }

  /** Of the other family. */
  public record Look() implements Method {
    private static final Declaration<Look> DECLARATION =
        Declaration.of("walk", Kind.ATTRIBUTION, Look.class).made(Look::new);

    @Override
    public Declaration<Look> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 1);
    }
  }

  /** Takes a name that is taken. */
  public record Thief() implements Method {
    @Override
    public Declaration<Thief> declaration() {
      return Declaration.of("walk", Kind.MINIMUM_NORM, Thief.class).made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 1);
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private Catalogue<Method> catalogue(Kind.Family family, Class<?>... methods) throws IOException {
    Path services = folder.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.write(
        services.resolve(Method.class.getName()),
        List.of(methods).stream().map(Class::getName).toList());
    return Catalogue.of(family, Method.class, loader());
  }

  /** Sees the services of the folder alone, and every class. */
  private ClassLoader loader() throws IOException {
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, CatalogueTest.class.getClassLoader()) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        return findResources(name);
      }
    };
  }

  private Catalogue<Method> attacks() throws IOException {
    return catalogue(Kind.Family.ATTACK, Walk.class, Twice.class, Look.class);
  }

  @Test
  void methods_are_found_by_family_and_name() throws IOException {
    assertThat(attacks().names()).containsExactly("twice", "walk");
    assertThat(attacks().create("walk")).isEqualTo(new Walk());
    Catalogue<Method> explainers = catalogue(Kind.Family.EXPLAINER, Walk.class, Look.class);
    assertThat(explainers.create("walk")).isEqualTo(new Look());
    Declaration<?> walk = attacks().declaration("walk");
    assertThat(walk.norms()).isEqualTo(Set.of(Norm.L2));
    assertThat(walk.has("seed")).isTrue();
    assertThat(walk.byDefault("steps")).contains("3");
    assertThat(walk.byDefault("colour")).isEmpty();
  }

  @Test
  void configurations_are_complete_in_order_and_read_back() throws IOException {
    Walk walk = new Walk(7, 0.25, true, 9, Colour.DARK_RED);
    assertThat(walk.configuration())
        .containsExactly(
            Map.entry("steps", "7"),
            Map.entry("decay", "0.25"),
            Map.entry("fast", "true"),
            Map.entry("seed", "9"),
            Map.entry("colour", "dark-red"));
    assertThat(attacks().create("walk", walk.configuration())).isEqualTo(walk);
    assertThat(new Walk().configuration()).doesNotContainKey("colour");
    assertThat(attacks().create("walk", Map.of("steps", " 8 ")))
        .isEqualTo(new Walk(8, 0.5, false, -1, Colour.BLUE));
  }

  @Test
  void a_method_that_is_a_setting_has_its_own_settings_behind_a_dot() throws IOException {
    Twice nested = new Twice(new Twice(new Walk(4, 0.5, false, 2, Colour.BLUE)));
    assertThat(nested.configuration())
        .containsEntry("base", "twice")
        .containsEntry("base.base", "walk")
        .containsEntry("base.base.steps", "4");
    assertThat(attacks().create("twice", nested.configuration())).isEqualTo(nested);
    assertThat(attacks().create("twice", Map.of("base.steps", "5")))
        .isEqualTo(new Twice(new Walk(5, 0.5, false, -1, Colour.BLUE)));
    assertThat(attacks().create("twice", Map.of("base", "twice")))
        .isEqualTo(new Twice(new Twice()));
    assertThatThrownBy(() -> attacks().create("twice", Map.of("base.stps", "5")))
        .hasMessage(
            "attack twice: base: attack walk has no setting stps; did you mean 'steps'?; its"
                + " settings are steps, decay, fast, seed, colour");
    assertThatThrownBy(() -> attacks().create("twice", Map.of("base", "wolk")))
        .hasMessage(
            "attack twice: base: attack must be one of twice, walk but was 'wolk'; did you mean"
                + " 'walk'?");
  }

  @ParameterizedTest
  @CsvSource({
    "steps, 0, a whole number from 1 to 1000000",
    "steps, 1e3, a whole number from 1 to 1000000",
    "decay, 1, a number above 0 and below 1",
    "decay, NaN, a number above 0 and below 1",
    "fast, yes, true or false",
    "seed, 99999999999999999999, a whole number",
    "colour, red, dark-red or blue",
  })
  void a_wrong_value_is_refused_with_what_is_right(String key, String value, String right) {
    assertThatThrownBy(() -> attacks().create("walk", Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attack walk: %s must be %s but was '%s'", key, right, value);
  }

  @Test
  void constructors_refuse_what_settings_refuse() {
    assertThatThrownBy(() -> new Walk(0, 0.5, false, 1, Colour.BLUE))
        .hasMessage("steps must be a whole number from 1 to 1000000 but was '0'");
  }

  @Test
  void unknown_names_and_settings_are_told_the_nearest() {
    assertThatThrownBy(() -> attacks().create("wlak"))
        .hasMessage("attack must be one of twice, walk but was 'wlak'; did you mean 'walk'?");
    assertThatThrownBy(() -> attacks().create("walk", Map.of("deacy", "0.1")))
        .hasMessageContaining("has no setting deacy; did you mean 'decay'?");
    assertThatThrownBy(
            () -> catalogue(Kind.Family.EXPLAINER, Look.class).create("walk", Map.of("x", "1")))
        .hasMessage("explainer walk has no setting x; it has none");
  }

  @Test
  void a_name_is_taken_once() {
    assertThatThrownBy(() -> catalogue(Kind.Family.ATTACK, Walk.class, Thief.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are both named walk");
    assertThatThrownBy(() -> Declaration.of("Big Walk", Kind.FIXED_RADIUS, Walk.class))
        .hasMessageContaining("'Big Walk'");
  }

  @Test
  void a_service_line_that_names_no_class_is_told() throws IOException {
    Path services = folder.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(services.resolve(Method.class.getName()), "no.such.Attack\n");
    assertThatThrownBy(() -> Catalogue.of(Kind.Family.ATTACK, Method.class, loader()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no.such.Attack");
  }
}
