package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.InputDomain;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ExplainersTest {
  @Test
  void every_name_makes_the_explainer_of_that_name() {
    assertThat(Explainers.catalogue().names())
        .contains(
            "deep-lift",
            "deep-shap",
            "exact-shapley",
            "expected-grad-cam",
            "expected-gradients",
            "feature-ablation",
            "grad-cam",
            "gradient-x-input",
            "guided-backprop",
            "guided-ig",
            "hires-cam",
            "idgi",
            "integrated-gradients",
            "kernel-shap",
            "layer-activation",
            "layer-conductance",
            "layer-gradient-times-activation",
            "layer-integrated-gradients",
            "lime",
            "mfaba",
            "occlusion",
            "permutation-shapley",
            "smoothgrad",
            "smoothgrad-squared",
            "vanilla-gradient",
            "vargrad")
        .allSatisfy(name -> assertThat(Explainers.create(name).name()).isEqualTo(name));
    assertThat(Explainers.create("integrated-gradients")).isEqualTo(IntegratedGradients.DEFAULT);
    assertThat(Explainers.create("smoothgrad")).isEqualTo(SmoothGrad.DEFAULT);
    assertThat(Explainers.create("vargrad")).isEqualTo(VarGrad.DEFAULT);
  }

  private static Quadrature quadrature(Map<String, String> settings) {
    return ((IntegratedGradients) Explainers.create("integrated-gradients", settings)).quadrature();
  }

  @Test
  void steps_alone_are_gauss_legendre_nodes_and_a_quadrature_says_otherwise() {
    assertThat(quadrature(Map.of("steps", "20"))).isEqualTo(new Quadrature.GaussLegendre(20));
    assertThat(quadrature(Map.of("steps", "20", "quadrature", "midpoint")))
        .isEqualTo(new Quadrature.Midpoint(20));
    assertThat(quadrature(Map.of("steps", "20", "quadrature", "trapezoid")))
        .isEqualTo(new Quadrature.Trapezoid(20));
    assertThat(quadrature(Map.of("quadrature", "gauss-legendre")))
        .isEqualTo(new Quadrature.GaussLegendre(50));
    assertThat(quadrature(Map.of())).isEqualTo(new Quadrature.Adaptive(0.01, 256));
    assertThat(quadrature(Map.of("tolerance", "0.001", "max-nodes", "1000")))
        .isEqualTo(new Quadrature.Adaptive(0.001, 1000));
    assertThat(quadrature(Map.of("change", "0.1")))
        .isEqualTo(new Quadrature.Adaptive(0.01, 0.1, 256));
    assertThat(quadrature(Map.of("steps", "64", "quadrature", "adaptive")))
        .isEqualTo(new Quadrature.Adaptive(0.01, 64));
  }

  private static Baseline baseline(String value) {
    return ((IntegratedGradients)
            Explainers.create("integrated-gradients", Map.of("baseline", value)))
        .baseline();
  }

  private static double[] row(String baseline, InputDomain domain) {
    return ((Baseline.Same) baseline(baseline)).row(domain);
  }

  @Test
  void baselines_are_read_from_text() {
    InputDomain domain = InputDomain.box(3, -1, 2);
    assertThat(row("zero", domain)).containsExactly(0, 0, 0);
    assertThat(row("constant:0.5", domain)).containsExactly(0.5, 0.5, 0.5);
    assertThat(row("minimum", domain)).containsExactly(-1, -1, -1);
    assertThat(row("maximum", domain)).containsExactly(2, 2, 2);
    assertThat(row("1, 2.5,-3", domain)).containsExactly(1, 2.5, -3);
    Baseline mean = Baseline.mean(new double[][] {{0, 2, 4}, {1, 4, -4}});
    assertThat(mean.text()).isEqualTo("mean:0.5,3.0,0.0");
    assertThat(mean.label()).isEqualTo("mean");
    assertThat(baseline(mean.text())).isEqualTo(mean);
    assertThatThrownBy(() -> baseline("grey")).hasMessageContaining("joined by + but was 'grey'");
    assertThatThrownBy(() -> baseline("constant:x")).hasMessageContaining("but was 'constant:x'");
    assertThatThrownBy(() -> Baseline.mean(new double[0][])).hasMessageContaining("at least one");
  }

  @Test
  void settings_of_the_base_have_its_key_before_their_own() {
    SmoothGrad explainer =
        new SmoothGrad(
            new Smoothing(
                IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.GaussLegendre(8)),
                10,
                NoiseScale.absolute(0.25),
                false,
                OptionalDouble.of(0.5),
                7));
    assertThat(
            Explainers.create(
                "smoothgrad",
                Map.of(
                    "base",
                    "integrated-gradients",
                    "base.steps",
                    "8",
                    "samples",
                    "10",
                    "noise",
                    "absolute:0.25",
                    "stratified",
                    "false",
                    "tolerance",
                    "0.5",
                    "seed",
                    "7")))
        .isEqualTo(explainer);
    assertThat(explainer.configuration())
        .containsExactly(
            Map.entry("base", "integrated-gradients"),
            Map.entry("base.path", "straight-line"),
            Map.entry("base.quadrature", "gauss-legendre"),
            Map.entry("base.steps", "8"),
            Map.entry("base.baseline", "auto"),
            Map.entry("samples", "10"),
            Map.entry("noise", "absolute:0.25"),
            Map.entry("stratified", "false"),
            Map.entry("tolerance", "0.5"),
            Map.entry("seed", "7"));
  }

  @Test
  void configurations_lead_back_to_their_explainer() {
    Explainer within = VarGrad.DEFAULT.with(Smoothing.DEFAULT.withSeed(3).withDraws(8));
    for (Explainer explainer :
        List.of(
            new VanillaGradient(),
            new GradientTimesInput(),
            IntegratedGradients.DEFAULT,
            IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.Adaptive(0.125, 0.25, 77)),
            IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.Trapezoid(9)),
            IntegratedGradients.DEFAULT.withBaseline(new Baseline.Constant(0.1)),
            IntegratedGradients.DEFAULT.withBaseline(new Baseline.Given("row", List.of(0.1))),
            IntegratedGradients.DEFAULT.withBaseline(new Baseline.Median()),
            new SmoothGradSquared(Smoothing.DEFAULT.withScale(NoiseScale.ofFeatureScale(0.3))),
            ExpectedGradients.DEFAULT,
            ExpectedGradients.DEFAULT
                .withBaseline(Baseline.parse("zero+draws:7"))
                .withDraws(40)
                .withStratified(false)
                .withNoise(NoiseScale.ofRange(0.1))
                .withTolerance(0.25)
                .withSeed(5),
            GuidedIg.DEFAULT.withSteps(20).withFraction(0.5).withMaxDistance(0.1),
            Idgi.DEFAULT.withSteps(9).withBaseline(new Baseline.Maximum()),
            Mfaba.DEFAULT.withSteps(3).withStepSize(0.5).withDirection(Mfaba.Direction.GRADIENT),
            within,
            new SmoothGrad(Smoothing.DEFAULT.withBase(within)))) {
      assertThat(Explainers.create(explainer.name(), explainer.configuration()))
          .isEqualTo(explainer);
    }
  }

  @Test
  void unknown_names_and_keys_are_refused_with_the_known_ones() {
    assertThatThrownBy(() -> Explainers.create("anchors"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anchors")
        .hasMessageContaining("integrated-gradients")
        .hasMessageContaining("vargrad");
    assertThatThrownBy(() -> Explainers.create("vanilla-gradient", Map.of("steps", "3")))
        .hasMessageContaining("no setting steps")
        .hasMessageContaining("none");
    assertThatThrownBy(() -> Explainers.create("integrated-gradients", Map.of("step", "3")))
        .hasMessageContaining("no setting step; did you mean 'steps'?")
        .hasMessageContaining("quadrature, steps");
    assertThatThrownBy(() -> Explainers.create("smoothgrad", Map.of("steps", "3")))
        .hasMessageContaining("no setting steps")
        .hasMessageContaining("base, samples");
    assertThatThrownBy(() -> Explainers.create("vargrad", Map.of("base", "smoothgrat")))
        .hasMessageStartingWith("explainer vargrad: base: explainer must be one of")
        .hasMessageContaining("did you mean 'smoothgrad'?");
    assertThatThrownBy(() -> Explainers.create("vargrad", Map.of("base.steps", "3")))
        .hasMessageContaining("base: explainer vanilla-gradient has no setting steps");
  }

  @Test
  void values_that_cannot_be_read_are_refused_with_key_and_text() {
    assertThatThrownBy(() -> quadrature(Map.of("steps", "many")))
        .hasMessageContaining("steps")
        .hasMessageContaining("was 'many'");
    assertThatThrownBy(() -> quadrature(Map.of("steps", "0")))
        .hasMessageContaining("from 1 to 10000 but was '0'");
    assertThatThrownBy(() -> quadrature(Map.of("steps", "99999999999")))
        .hasMessageContaining("99999999999");
    assertThatThrownBy(() -> quadrature(Map.of("quadrature", "simpson")))
        .hasMessageContaining("was 'simpson'");
    assertThatThrownBy(() -> quadrature(Map.of("steps", "5", "tolerance", "0.1")))
        .hasMessageContaining("tolerance");
    assertThatThrownBy(() -> Explainers.create("smoothgrad", Map.of("noise", "0.15")))
        .hasMessageContaining("range:F")
        .hasMessageContaining("was '0.15'");
    assertThatThrownBy(() -> Explainers.create("smoothgrad", Map.of("stratified", "maybe")))
        .hasMessageContaining("true or false but was 'maybe'");
  }
}
