package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Coordinates;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.onnx.constants.Shapes;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images and signals in another size. */
final class Resizes {
  private Resizes() {}

  static Map<String, Rule> rules() {
    return Map.of("Resize", Resizes::resize, "Upsample", Resizes::upsample);
  }

  /**
   * Where the values of the new size come from.
   *
   * @param enlarging how positions become places where a dimension grows or stays
   * @param shrinking and where it becomes smaller
   */
  private record Way(
      boolean linear,
      Coordinates coordinates,
      Coordinates.Rounding enlarging,
      Coordinates.Rounding shrinking) {
    /** Before operator set 11, which did not say more. */
    static Way simple(boolean linear) {
      return new Way(
          linear, Coordinates.ASYMMETRIC, Coordinates.Rounding.FLOOR, Coordinates.Rounding.CEILING);
    }

    List<Integer> places(int size, int resized, float scale) {
      return coordinates.places(size, resized, scale, scale < 1 ? shrinking : enlarging);
    }
  }

  private static List<Value> upsample(Step step) {
    Operator operator = step.operator();
    double[] scales = operator.reals("scales").orElseGet(() -> step.constant(1).values());
    if (Arrays.stream(scales).anyMatch(scale -> scale < 1)) {
      throw step.unsupported(
          "its scales must be at least 1 but are %s".formatted(Arrays.toString(scales)));
    }
    Way way = Way.simple(linear(step, operator.text("mode", "nearest")));
    return scaled(step, way, scales, Optional.empty());
  }

  private static List<Value> resize(Step step) {
    Operator operator = step.operator();
    operator.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value");
    boolean linear = linear(step, operator.text("mode", "nearest"));
    if (operator.opset() < 11) {
      return scaled(step, Way.simple(linear), step.constant(1).values(), Optional.empty());
    }
    if (operator.flag("antialias")) {
      throw step.unsupported("antialias is not supported");
    }
    String policy = operator.text("keep_aspect_ratio_policy", "stretch");
    if (!policy.equals("stretch")) {
      throw step.unsupported("keep_aspect_ratio_policy %s is not supported".formatted(policy));
    }
    String nearest = operator.text("nearest_mode", "round_prefer_floor");
    Coordinates.Rounding rounding =
        switch (nearest) {
          case "round_prefer_floor" -> Coordinates.Rounding.HALF_DOWN;
          case "round_prefer_ceil" -> Coordinates.Rounding.HALF_UP;
          case "floor" -> Coordinates.Rounding.FLOOR;
          case "ceil" -> Coordinates.Rounding.CEILING;
          default -> throw step.unsupported("nearest_mode %s is not known".formatted(nearest));
        };
    Way way =
        new Way(
            linear,
            coordinates(step, operator.text("coordinate_transformation_mode", "half_pixel")),
            rounding,
            rounding);
    boolean sized = step.has(3) && !empty(step, 3);
    if (!sized) {
      return scaled(step, way, step.constant(2).values(), Optional.empty());
    }
    return scaled(step, way, new double[0], Optional.of(sizes(step)));
  }

  private static boolean empty(Step step, int input) {
    return step.value(input) instanceof Known known && known.at().get(0).count() == 0;
  }

  /** The new sizes, the batch's as it is. */
  private static int[] sizes(Step step) {
    if (!(step.value(3) instanceof Known sizes)) {
      throw step.unsupported("its sizes depend on the values of the model's input");
    }
    Layout layout = step.moving(0).layout();
    int[] axes = axes(step, layout);
    int[] wanted = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      for (int b = 0; b < step.batches().length; b++) {
        long size = sizes.at().get(b).longs()[i];
        if (axes[i] == layout.axis()) {
          if (size != layout.sizes(step.batches()[b])[axes[i]]) {
            throw step.unsupported("it would resize the batch");
          }
          wanted[i] = layout.sizes().get(axes[i]);
        } else if (b > 0 && size != wanted[i] || size < 1 || size > 1 << 20) {
          throw step.unsupported(
              "size %d of dimension %d is not supported".formatted(size, axes[i]));
        } else {
          wanted[i] = (int) size;
        }
      }
    }
    return wanted;
  }

  private static int[] axes(Step step, Layout layout) {
    return step.operator()
        .integers("axes")
        .map(
            axes ->
                Arrays.stream(axes)
                    .mapToInt(axis -> Shapes.axis(step.operator(), axis, layout.rank()))
                    .toArray())
        .orElseGet(() -> IntStream.range(0, layout.rank()).toArray());
  }

  private static boolean linear(Step step, String mode) {
    return switch (mode) {
      case "nearest" -> false;
      case "linear", "bilinear", "trilinear" -> true;
      default -> throw step.unsupported("mode %s is not supported".formatted(mode));
    };
  }

  private static Coordinates coordinates(Step step, String name) {
    return switch (name) {
      case "half_pixel" -> Coordinates.HALF_PIXEL;
      case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
      case "align_corners" -> Coordinates.ALIGN_CORNERS;
      case "asymmetric" -> Coordinates.ASYMMETRIC;
      case "tf_half_pixel_for_nn" -> Coordinates.PIXEL_CENTRE;
      default ->
          throw step.unsupported(
              "coordinate_transformation_mode %s is not supported".formatted(name));
    };
  }

  /** The factor of a dimension: a float of the file, or what follows from the sizes. */
  private static float scale(int i, int size, double[] scales, Optional<int[]> sizes) {
    return sizes.map(all -> (float) all[i] / size).orElseGet(() -> (float) scales[i]);
  }

  private static List<Value> scaled(Step step, Way way, double[] scales, Optional<int[]> sizes) {
    Moving x = step.moving(0);
    Layout layout = x.layout();
    int[] axes = axes(step, layout);
    int given = sizes.map(all -> all.length).orElse(scales.length);
    if (given != axes.length) {
      throw step.unsupported("%d sizes or scales do not fit %s".formatted(given, layout.sizes()));
    }
    Node node = x.node();
    Optional<Node> enlarged = enlarged(step, x, way, axes, scales, sizes);
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      int size = layout.sizes().get(axis);
      float scale = scale(i, size, scales, sizes);
      if (!(scale > 0 && scale * size < 1 << 20)) {
        throw step.unsupported("a scale of %s is not supported".formatted(scale));
      }
      int resized = sizes.isPresent() ? sizes.get()[i] : (int) (scale * size);
      if (resized == size && scale == 1) {
        continue;
      }
      if (axis == layout.axis()) {
        throw step.unsupported("it would resize the batch");
      }
      if (enlarged.isEmpty()) {
        int place = layout.place(axis);
        Operation operation =
            way.linear()
                ? new Operation.Interpolate(
                    place, way.coordinates().positions(size, resized, scale))
                : new Operation.Select(place, way.places(size, resized, scale));
        node = step.add(operation, node);
      }
      layout = layout.with(axis, resized);
    }
    return step.result(enlarged.orElse(node), layout);
  }

  /** Each row and column of an image so many times, which engines do as one. */
  private static Optional<Node> enlarged(
      Step step, Moving x, Way way, int[] axes, double[] scales, Optional<int[]> sizes) {
    Layout layout = x.layout();
    if (way.linear()
        || axes.length != 4
        || layout.axis() != 0
        || layout.merged()
        || layout.rank() != 4) {
      return Optional.empty();
    }
    int[] times = new int[4];
    for (int i = 0; i < 4; i++) {
      int size = layout.sizes().get(axes[i]);
      float scale = scale(i, size, scales, sizes);
      times[axes[i]] = (int) scale;
      if (scale != (int) scale || scale < 1 || scale > 1 << 10) {
        return Optional.empty();
      }
      int each = (int) scale;
      List<Integer> places = way.places(size, size * each, scale);
      if (!IntStream.range(0, places.size()).allMatch(p -> places.get(p) == p / each)) {
        return Optional.empty();
      }
    }
    return times[0] == 1 && times[1] == 1 && times[2] * times[3] > 1
        ? Optional.of(step.add(new Operation.Upsample(times[2], times[3]), x.node()))
        : Optional.empty();
  }
}
