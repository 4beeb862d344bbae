package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.adaptation.Adaptation;
import io.sextant.adaptation.Adaptations;
import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Declaration;
import io.sextant.methods.Method;
import io.sextant.methods.Setting;
import java.util.Map;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tests that every method must pass, on small networks made for them. They take seconds, and need
 * neither data nor a model.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class MethodContract {
  private MethodContract() {}

  /** The tests of every method on the class path, with its defaults. */
  public static Stream<DynamicNode> ofCatalogue() {
    return Stream.of(
            Attacks.catalogue(),
            UniversalAttack.catalogue(),
            Explainers.catalogue(),
            Adaptations.catalogue())
        .flatMap(catalogue -> catalogue.declarations().stream())
        .map(Declaration::defaults)
        .map(method -> DynamicContainer.dynamicContainer(method.name(), of(method)));
  }

  /**
   * The tests of a method.
   *
   * @param method in the catalogue, with any settings; with few steps the tests are quicker
   */
  public static Stream<DynamicNode> of(Method method) {
    Stream<DynamicTest> declared =
        Stream.of(
            DynamicTest.dynamicTest(
                "says what it is and where it comes from", () -> isDescribed(method)),
            DynamicTest.dynamicTest(
                "is made again from its configuration", () -> isReadBack(method)),
            DynamicTest.dynamicTest(
                "refuses settings that it does not have", () -> refusesUnknown(method)));
    return Stream.concat(declared, own(method));
  }

  private static Stream<DynamicTest> own(Method method) {
    if (method instanceof Attack attack) {
      return new AttackContract(attack).tests();
    } else if (method instanceof UniversalAttack universal) {
      return new UniversalContract(universal).tests();
    } else if (method instanceof Adaptation adaptation) {
      return new AdaptationContract(adaptation).tests();
    }
    return new ExplainerContract((Explainer) method).tests();
  }

  private static Catalogue<? extends Method> catalogue(Method method) {
    if (method instanceof Attack) {
      return Attacks.catalogue();
    } else if (method instanceof UniversalAttack) {
      return UniversalAttack.catalogue();
    }
    return method instanceof Adaptation ? Adaptations.catalogue() : Explainers.catalogue();
  }

  private static void isDescribed(Method method) {
    Declaration<?> declared = method.declaration();
    assertThat(declared.summary()).as("summary").isNotBlank().doesNotEndWith(".");
    assertThat(declared.source()).as("source").isNotBlank();
    assertThat(catalogue(method).names())
        .as("names in the catalogue; META-INF/services/%s has a line", Method.class.getName())
        .contains(declared.name());
    for (Setting<?, ?> setting : declared.settings()) {
      assertThat(setting.help()).as("help of %s", setting.key()).isNotBlank().doesNotEndWith(".");
      assertThat(setting.range()).as("range of %s", setting.key()).isNotBlank();
    }
    assertThat(method instanceof Attack || method instanceof UniversalAttack)
        .as("attacks, and they alone, name norms")
        .isEqualTo(!declared.norms().isEmpty());
  }

  private static void isReadBack(Method method) {
    Catalogue<? extends Method> catalogue = catalogue(method);
    assertThat(catalogue.create(method.name(), method.configuration())).isEqualTo(method);
    Method usual = catalogue.create(method.name());
    assertThat(usual).isEqualTo(method.declaration().defaults());
    assertThat(catalogue.create(method.name(), usual.configuration())).isEqualTo(usual);
  }

  private static void refusesUnknown(Method method) {
    assertThatThrownBy(
            () -> catalogue(method).create(method.name(), Map.of("no-such-setting", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(method.name())
        .hasMessageContaining("no-such-setting");
  }
}
