package io.sextant.explainers.quality;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * Maps that explain nothing, to hold metrics against: noise, the edges of an image, and the same
 * value everywhere. None of them looks at the model, so a metric that likes one of them is pleased
 * by something else than the truth.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Controls {
  /** The name of the random map. */
  public static final String RANDOM = "random";

  private Controls() {}

  /**
   * The controls that suit inputs of a shape: the random map first.
   *
   * @param shape of an input; edges are for images
   * @param seed of the random map
   */
  public static List<Explainer> of(Shape shape, long seed) {
    List<Explainer> controls = new ArrayList<>(List.of(random(seed), constant()));
    if (shape.rank() == 3) {
      controls.add(edges(shape));
    }
    return controls;
  }

  /**
   * Requires that explainers beside controls have other names.
   *
   * @param controls some of these
   * @param explainers names
   * @throws IllegalArgumentException if one has a control's name
   */
  public static void requireNamedOtherwise(List<Explainer> controls, Set<String> explainers) {
    for (Explainer control : controls) {
      if (explainers.contains(control.name())) {
        throw new IllegalArgumentException(
            "an explainer must not be named as the control %s; give it another id"
                .formatted(control.name()));
      }
    }
  }

  /** Normal noise, drawn anew for every point. */
  public static Explainer random(long seed) {
    return new Control(
        RANDOM,
        x -> {
          RandomGenerator random = RandomKey.of(seed).with(RANDOM).with(x.id()).random();
          double[] map = new double[x.input().length];
          Arrays.setAll(map, i -> random.nextGaussian());
          return map;
        });
  }

  /** One everywhere. */
  public static Explainer constant() {
    return new Control(
        "constant",
        x -> {
          double[] map = new double[x.input().length];
          Arrays.fill(map, 1);
          return map;
        });
  }

  /**
   * The length of Sobel's gradient in each channel of an image; beyond its border the nearest pixel
   * counts.
   *
   * @param shape of an image
   */
  public static Explainer edges(Shape shape) {
    return new Control("edges", x -> sobel(x.input(), shape.size(1), shape.size(2)));
  }

  private static double[] sobel(double[] image, int height, int width) {
    double[] map = new double[image.length];
    for (int i = 0; i < map.length; i++) {
      int plane = i / (height * width) * height * width;
      int y = i % (height * width) / width;
      int x = i % width;
      double across = 0;
      double down = 0;
      for (int k = -1; k <= 1; k++) {
        int weight = k == 0 ? 2 : 1;
        across +=
            weight
                * (at(image, plane, height, width, y + k, x + 1)
                    - at(image, plane, height, width, y + k, x - 1));
        down +=
            weight
                * (at(image, plane, height, width, y + 1, x + k)
                    - at(image, plane, height, width, y - 1, x + k));
      }
      map[i] = Math.hypot(across, down);
    }
    return map;
  }

  /** A pixel; beyond the border the nearest one in the image. */
  private static double at(double[] image, int plane, int height, int width, int y, int x) {
    int row = Math.max(0, Math.min(height - 1, y));
    int column = Math.max(0, Math.min(width - 1, x));
    return image[plane + row * width + column];
  }

  private record Control(String name, Function<Explained, double[]> map) implements Explainer {
    @Override
    public Declaration<?> declaration() {
      return Declaration.of(name, Kind.ATTRIBUTION, Control.class)
          .summary("explains nothing")
          .access(Access.LOGITS)
          .made(() -> this);
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 0);
    }

    @Override
    public Step<Attribution> attribute(Explained x) {
      return x.atInput(
          value ->
              Step.done(
                  new Attribution(
                      map.apply(x),
                      x.certificate(
                          0,
                          value,
                          OptionalDouble.empty(),
                          OptionalDouble.empty(),
                          Optional.empty()))));
    }
  }
}
