package io.sextant.gradients.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.gradients.graph.Coordinates;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Layers that move values without changing them, or leave some out, or repeat them. */
final class Shapes {
  /** The longest side of an image that is made, in pixels. */
  private static final int LONGEST = 8192;

  private Shapes() {}

  /** Keras takes images in the order of channels last, also where the channels stand in front. */
  static Value flatten(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    Node ordered = step.ordered(value);
    if (step.channelsInFront() && value.rank() > 1) {
      List<Integer> last = new ArrayList<>();
      for (int axis = 1; axis < value.rank(); axis++) {
        last.add(axis);
      }
      last.add(0);
      ordered = step.add(new Operation.Permute(last), ordered);
    }
    return value.rank() == 1
        ? value
        : Value.ordered(reshaped(step, ordered, ordered.shape().elements()));
  }

  private static Node reshaped(Step step, Node node, int... sizes) {
    return step.add(new Operation.Reshape(Shape.of(sizes)), node);
  }

  static Value reshape(Step step, List<Value> inputs) {
    Node ordered = step.ordered(inputs.get(0));
    JsonNode target = step.options().list("target_shape");
    int[] sizes = new int[target.size()];
    int open = -1;
    long known = 1;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = target.path(i).asInt(0);
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else if (sizes[i] < 1 || (known *= sizes[i]) > ordered.shape().elements()) {
        throw step.refusal("%s cannot become %s".formatted(ordered.shape(), target));
      }
    }
    if (open >= 0) {
      sizes[open] = (int) (ordered.shape().elements() / known);
    }
    if (sizes.length == 0) {
      throw step.refusal("target_shape must have a dimension");
    }
    return Value.ordered(reshaped(step, ordered, sizes));
  }

  static Value permute(Step step, List<Value> inputs) {
    Node ordered = step.ordered(inputs.get(0));
    List<Integer> order = new ArrayList<>();
    for (JsonNode place : step.options().list("dims")) {
      order.add(step.axis(Math.max(0, place.asInt(0)), ordered.shape().rank()));
    }
    return Value.ordered(step.add(new Operation.Permute(order), ordered));
  }

  static Value repeatVector(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    if (value.rank() != 1) {
      throw step.refusal("it takes vectors but is given " + value.shape());
    }
    int features = value.node().shape().size(0);
    Node row = reshaped(step, value.node(), 1, features);
    return Value.ordered(
        step.add(new Operation.Expand(Shape.of(step.options().size("n"), features)), row));
  }

  /** Margins of some dimensions: one number for all, one for each, or two for each. */
  private static int[][] margins(Step step, String key, int rank) {
    JsonNode given = Keras1.margins(step.options().any(key), rank);
    int[][] margins = new int[rank][2];
    boolean flat = rank == 1 && given.size() == 2 && given.path(0).isInt();
    for (int i = 0; i < rank; i++) {
      JsonNode each = given.isArray() && !flat && given.size() == rank ? given.path(i) : given;
      for (int end = 0; end < 2; end++) {
        JsonNode at = each.isArray() && each.size() == 2 ? each.path(end) : each;
        if (at.isMissingNode()) {
          margins[i][end] = 1;
        } else if (at.isInt() && at.intValue() >= 0) {
          margins[i][end] = at.intValue();
        } else {
          throw step.refusal("%s must be whole numbers but was %s".formatted(key, given));
        }
      }
    }
    return margins;
  }

  /** The value's own dimensions that the layer is about, without the channels. */
  private static int[] dimensions(Step step, Value value, int rank) {
    if (value.rank() != rank + 1) {
      throw step.refusal(
          "it takes %d dimensions and channels but is given %s".formatted(rank, value.shape()));
    }
    boolean front = step.channelsInFront();
    return IntStream.range(front ? 1 : 0, front ? rank + 1 : rank).map(value::dimension).toArray();
  }

  static Rule.Lowering pad(int rank) {
    return (step, inputs) -> {
      Value value = inputs.get(0);
      int[] dimensions = dimensions(step, value, rank);
      int[][] margins = margins(step, "padding", rank);
      List<Integer> before = new ArrayList<>(Collections.nCopies(value.rank(), 0));
      List<Integer> after = new ArrayList<>(before);
      for (int i = 0; i < rank; i++) {
        before.set(dimensions[i], margins[i][0]);
        after.set(dimensions[i], margins[i][1]);
      }
      return value.with(step.add(new Operation.Pad(before, after, 0), value.node()));
    };
  }

  static Rule.Lowering crop(int rank) {
    return (step, inputs) -> {
      Value value = inputs.get(0);
      int[] dimensions = dimensions(step, value, rank);
      int[][] margins = margins(step, "cropping", rank);
      Node at = value.node();
      for (int i = 0; i < rank; i++) {
        int size = at.shape().size(dimensions[i]);
        if (margins[i][0] > 0 || margins[i][1] > 0) {
          at =
              step.add(new Operation.Slice(dimensions[i], margins[i][0], size - margins[i][1]), at);
        }
      }
      return value.with(at);
    };
  }

  static Rule.Lowering upsample(int rank) {
    return (step, inputs) -> {
      Value value = inputs.get(0);
      int[] dimensions = dimensions(step, value, rank);
      int[] factors = step.options().sizes("size", rank, 2);
      String way = step.options().text("interpolation", "nearest", "nearest", "bilinear");
      Node at = value.node();
      for (int i = 0; i < rank; i++) {
        long size = (long) at.shape().size(dimensions[i]) * factors[i];
        at = resized(step, at, dimensions[i], size, way);
      }
      return value.with(at);
    };
  }

  static Value resize(Step step, List<Value> inputs) {
    Value value = inputs.get(0);
    int[] dimensions = dimensions(step, value, 2);
    String way = step.options().text("interpolation", "bilinear", "nearest", "bilinear");
    step.options().mustBe("crop_to_aspect_ratio", false);
    step.options().mustBe("pad_to_aspect_ratio", false);
    step.options().mustBe("antialias", false);
    step.options().any("fill_mode");
    step.options().any("fill_value");
    int[] sizes = {step.options().size("height"), step.options().size("width")};
    Node at = value.node();
    for (int i = 0; i < 2; i++) {
      at = resized(step, at, dimensions[i], sizes[i], way);
    }
    return value.with(at);
  }

  /**
   * Pixels are areas: positions lie in their middle, as on TensorFlow 2 and in Keras 3. On
   * TensorFlow 1, of which the file does not tell, bilinear positions lay at their corners.
   */
  private static Node resized(Step step, Node node, int dimension, long to, String way) {
    int now = node.shape().size(dimension);
    if (to == now) {
      return node;
    }
    if (to > LONGEST) {
      throw step.refusal("a side may be at most %d long but would be %d".formatted(LONGEST, to));
    }
    int size = (int) to;
    float scale = (float) size / now;
    Operation operation =
        way.equals("nearest")
            ? new Operation.Select(
                dimension,
                Coordinates.PIXEL_CENTRE.places(now, size, scale, Coordinates.Rounding.FLOOR))
            : new Operation.Interpolate(
                dimension, Coordinates.HALF_PIXEL.positions(now, size, scale));
    return step.add(operation, node);
  }
}
