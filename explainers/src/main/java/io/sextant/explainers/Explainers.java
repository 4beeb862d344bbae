package io.sextant.explainers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The explainers by the names that commands and specs use.
 *
 * <p>Values of settings may be texts, numbers and booleans, as read from a command line or a YAML
 * file, or the typed values ({@link Baseline}, {@link Quadrature}, {@link NoiseScale}, {@link
 * Explainer}) themselves.
 *
 * <pre>
 * integrated-gradients   quadrature  adaptive | gauss-legendre | midpoint | trapezoid
 *                        steps       nodes; without a quadrature, exactly so many Gauss-Legendre
 *                                    nodes; for adaptive, the most that may be spent
 *                        tolerance   of adaptive, default 0.01
 *                        max-nodes   of adaptive, default 256
 *                        baseline    auto | zero | mean | median | center | minimum | maximum |
 *                                    constant:V | V,V,... (default auto: the median of the data for
 *                                    tables, zero otherwise)
 * smoothgrad,            base        another explainer's name, default vanilla-gradient; its
 * smoothgrad-squared,                settings stand beside these
 * vargrad                samples     draws, default 32
 *                        noise       auto:F | range:F | feature-range:F | feature-scale:F | absolute:S
 *                                    (default auto:0.15: of each column's range for tables, of the
 *                                    example's range otherwise)
 *                        antithetic  true | false (default true)
 *                        seed        default 42
 * </pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Explainers {
  private static final int DEFAULT_STEPS = 50;
  private static final List<String> NAMES =
      List.of(
          "vanilla-gradient",
          "gradient-x-input",
          "integrated-gradients",
          "smoothgrad",
          "smoothgrad-squared",
          "vargrad");
  private static final List<String> INTEGRAL =
      List.of("steps", "quadrature", "tolerance", "max-nodes", "baseline");
  private static final List<String> NOISE =
      List.of("base", "samples", "noise", "antithetic", "seed");

  private Explainers() {}

  /** The names of all explainers. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The settings that an explainer has of its own; those of a base explainer may stand beside them.
   *
   * @throws IllegalArgumentException when there is no such explainer
   */
  public static List<String> settings(String name) {
    switch (name) {
      case "vanilla-gradient":
      case "gradient-x-input":
        return List.of();
      case "integrated-gradients":
        return INTEGRAL;
      case "smoothgrad":
      case "smoothgrad-squared":
      case "vargrad":
        return NOISE;
      default:
        throw new IllegalArgumentException(
            "there is no explainer %s; the explainers are %s"
                .formatted(name, String.join(", ", NAMES)));
    }
  }

  /** An explainer with its defaults. */
  public static Explainer create(String name) {
    return create(name, Map.of());
  }

  /**
   * An explainer.
   *
   * @param name one of {@link #names()}
   * @param settings keys from {@link #settings}
   * @throws IllegalArgumentException when the name or a key is unknown, or a value is out of range
   */
  public static Explainer create(String name, Map<String, ?> settings) {
    List<String> own = settings(name);
    if (own.equals(NOISE)) {
      Smoothing smoothing = smoothing(name, settings);
      switch (name) {
        case "smoothgrad":
          return new SmoothGrad(smoothing);
        case "smoothgrad-squared":
          return new SmoothGradSquared(smoothing);
        default:
          return new VarGrad(smoothing);
      }
    }
    Settings read = new Settings(name, own, settings);
    read.refuseUnknown();
    switch (name) {
      case "vanilla-gradient":
        return new VanillaGradient();
      case "gradient-x-input":
        return new GradientTimesInput();
      default:
        return new IntegratedGradients(new StraightLine(), quadrature(read), baseline(read));
    }
  }

  private static Smoothing smoothing(String name, Map<String, ?> settings) {
    Settings own = new Settings(name, NOISE, settings);
    Explainer base;
    Object chosen = own.value("base").orElse("vanilla-gradient");
    if (chosen instanceof Explainer explainer) {
      own.refuseUnknown();
      base = explainer;
    } else {
      String baseName = chosen.toString();
      List<String> beside = settings(baseName);
      if (beside.equals(NOISE)) {
        throw own.refused("base", "an explainer without noise of its own", baseName);
      }
      List<String> known = new ArrayList<>(NOISE);
      known.addAll(beside);
      new Settings(name, known, settings).refuseUnknown();
      base = create(baseName, own.without(NOISE));
    }
    return new Smoothing(
        base,
        own.integer("samples", Smoothing.DEFAULT.draws()),
        noise(own),
        own.flag("antithetic", Smoothing.DEFAULT.antithetic()),
        own.integer64("seed", Smoothing.DEFAULT.seed()));
  }

  private static Quadrature quadrature(Settings settings) {
    if (settings.value("quadrature").orElse("") instanceof Quadrature quadrature) {
      for (String key : List.of("steps", "tolerance", "max-nodes")) {
        refuse(settings, key, "left out beside a quadrature that has it");
      }
      return quadrature;
    }
    String rule =
        settings.text("quadrature").orElse(settings.has("steps") ? "gauss-legendre" : "adaptive");
    if (rule.equals("adaptive")) {
      if (settings.has("steps")) {
        refuse(settings, "max-nodes", "left out beside steps, which is the same for adaptive");
      }
      int most =
          settings.integer(
              "steps", settings.integer("max-nodes", Quadrature.Adaptive.DEFAULT.maxNodes()));
      return new Quadrature.Adaptive(
          settings.decimal("tolerance", Quadrature.Adaptive.DEFAULT.tolerance()), most);
    }
    for (String key : List.of("tolerance", "max-nodes")) {
      refuse(settings, key, "left out, or quadrature adaptive, as a fixed rule has none,");
    }
    int steps = settings.integer("steps", DEFAULT_STEPS);
    switch (rule) {
      case "gauss-legendre":
        return new Quadrature.GaussLegendre(steps);
      case "midpoint":
        return new Quadrature.Midpoint(steps);
      case "trapezoid":
        return new Quadrature.Trapezoid(steps);
      default:
        throw settings.refused(
            "quadrature", "adaptive, gauss-legendre, midpoint or trapezoid", rule);
    }
  }

  private static void refuse(Settings settings, String key, String expected) {
    if (settings.has(key)) {
      throw settings.refused(key, expected, settings.text(key).orElse(""));
    }
  }

  private static Baseline baseline(Settings settings) {
    Object value = settings.value("baseline").orElse("auto");
    if (value instanceof Baseline baseline) {
      return baseline;
    }
    if (value instanceof Collection<?> values) {
      return given(settings, values.stream().map(Object::toString).toList());
    }
    String text = value.toString().trim();
    switch (text) {
      case "auto":
        return new Baseline.Automatic();
      case "mean":
        return new Baseline.Mean();
      case "median":
        return new Baseline.Median();
      case "center":
        return new Baseline.Center();
      case "zero":
        return new Baseline.Zero();
      case "minimum":
        return new Baseline.Minimum();
      case "maximum":
        return new Baseline.Maximum();
      default:
        if (text.startsWith("constant:")) {
          return new Baseline.Constant(
              settings.decimalOf("baseline", text.substring("constant:".length())));
        }
        if (text.contains(",")) {
          return given(settings, Arrays.asList(text.split(",", -1)));
        }
        throw settings.refused(
            "baseline",
            "auto, zero, mean, median, center, minimum, maximum, constant:V or one value per feature"
                + " V,V,...",
            text);
    }
  }

  private static Baseline given(Settings settings, List<String> values) {
    return new Baseline.Given(
        "row", values.stream().map(value -> settings.decimalOf("baseline", value.trim())).toList());
  }

  private static NoiseScale noise(Settings settings) {
    Object value = settings.value("noise").orElse(Smoothing.DEFAULT.scale());
    if (value instanceof NoiseScale scale) {
      return scale;
    }
    String text = value.toString().trim();
    int colon = text.indexOf(':');
    String kind = text.substring(0, Math.max(0, colon));
    switch (kind) {
      case "range":
        return NoiseScale.ofRange(settings.decimalOf("noise", text.substring(colon + 1)));
      case "absolute":
        return NoiseScale.absolute(settings.decimalOf("noise", text.substring(colon + 1)));
      case "auto":
        return NoiseScale.automatic(settings.decimalOf("noise", text.substring(colon + 1)));
      case "feature-range":
        return NoiseScale.ofFeatureRange(settings.decimalOf("noise", text.substring(colon + 1)));
      case "feature-scale":
        return NoiseScale.ofFeatureScale(settings.decimalOf("noise", text.substring(colon + 1)));
      default:
        throw settings.refused(
            "noise", "auto:F, range:F, feature-range:F, feature-scale:F or absolute:S", text);
    }
  }
}
