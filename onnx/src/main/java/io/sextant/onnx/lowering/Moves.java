package io.sextant.onnx.lowering;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.UnsupportedLayerException;
import io.sextant.onnx.constants.ConstantOperators;
import io.sextant.onnx.constants.Shapes;
import io.sextant.onnx.constants.Types;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.lowering.Value.Known;
import io.sextant.onnx.lowering.Value.Moving;
import io.sextant.onnx.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that move values without computing: shapes, orders, parts, joints, margins. */
final class Moves {
  private Moves() {}

  static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    rules.put("Identity", step -> List.of(step.value(0)));
    rules.put("Dropout", Moves::dropout);
    rules.put("Cast", Moves::cast);
    rules.put(
        "Shape",
        step ->
            known(
                step,
                b ->
                    Tensor.whole(
                        ConstantOperators.shape(
                            step.operator(), step.moving(0).layout().sizes(b)))));
    rules.put(
        "Size",
        step ->
            known(
                step,
                b -> Tensor.whole(Tensor.count(step.moving(0).layout().sizes(b))).reshaped()));
    rules.put("Reshape", Moves::reshape);
    rules.put(
        "Flatten", step -> shaped(step, b -> Shapes.flattened(step.operator(), sizes(step, b))));
    rules.put("Squeeze", Moves::squeeze);
    rules.put("Unsqueeze", Moves::unsqueeze);
    rules.put("Transpose", Moves::transpose);
    rules.put("Concat", Moves::concat);
    rules.put("Split", Moves::split);
    rules.put("Slice", Moves::slice);
    rules.put("Gather", Moves::gather);
    rules.put("Expand", Moves::expand);
    rules.put("Tile", Moves::tile);
    rules.put("Pad", Moves::pad);
    rules.put("DepthToSpace", Moves::depthToSpace);
    rules.put("SpaceToDepth", Moves::spaceToDepth);
    return rules;
  }

  private static int[] sizes(Step step, int batch) {
    return step.moving(0).layout().sizes(batch);
  }

  private static List<Value> known(Step step, IntFunction<Tensor> at) {
    return List.of(new Known(IntStream.of(step.batches()).mapToObj(at).toList()));
  }

  private static List<Value> dropout(Step step) {
    Shapes.requireInference(step.operator(), step.optional(2).orElse(null));
    step.requireUnread(1, "the mask");
    return List.of(step.value(0));
  }

  private static List<Value> cast(Step step) {
    step.operator().ignore("saturate");
    Types to = Types.of(step.operator());
    if (!to.kind().fractional()) {
      throw step.unsupported(
          "a cast of values that depend on the input to %s has no gradient".formatted(to));
    }
    return List.of(step.value(0));
  }

  private static List<Value> reshape(Step step) {
    if (!(step.value(1) instanceof Known target)) {
      throw step.unsupported("its shape depends on the values of the model's input");
    }
    return shaped(
        step,
        batch -> {
          int at =
              IntStream.range(0, step.batches().length)
                  .filter(b -> step.batches()[b] == batch)
                  .findFirst()
                  .orElseThrow();
          long[] sizes = target.at().get(at).longs();
          try {
            return Shapes.reshaped(step.operator(), sizes(step, batch), sizes);
          } catch (UnsupportedLayerException e) {
            step.fixesBatch();
            throw e;
          }
        });
  }

  /** The same values under other sizes, which are known for each batch. */
  private static List<Value> shaped(Step step, IntFunction<int[]> to) {
    Moving x = step.moving(0);
    Layout layout = relaid(step, x.layout(), IntStream.of(step.batches()).mapToObj(to).toList());
    Node node =
        x.node().shape().equals(layout.shape())
            ? x.node()
            : step.add(new Operation.Reshape(layout.shape()), x.node());
    return step.result(node, layout);
  }

  /**
   * Where the batch is after a reshape: in the dimension that grows with it, at the place in
   * row-major order where it was before.
   */
  private static Layout relaid(Step step, Layout from, List<int[]> to) {
    int[] batches = step.batches();
    int[] first = to.get(0);
    if (step.single()) {
      int one = IntStream.range(0, first.length).filter(d -> first[d] == 1).findFirst().orElse(-1);
      return one < 0 ? Layout.hidden(first) : new Layout(Layout.boxed(first), one, 1);
    }
    long front = from.before();
    for (int d = 0; d < from.axis(); d++) {
      front *= from.sizes().get(d);
    }
    Layout found = null;
    long passed = 1;
    for (int d = 0; d < first.length; d++) {
      int each = first[d] / batches[0];
      boolean grows = each * batches[0] == first[d];
      for (int b = 0; b < batches.length && grows; b++) {
        grows = to.get(b).length == first.length && to.get(b)[d] == each * batches[b];
        for (int other = 0; other < first.length && grows; other++) {
          grows = other == d || to.get(b)[other] == first[other];
        }
      }
      if (grows && front % passed == 0 && each % (front / passed) == 0) {
        int before = (int) (front / passed);
        List<Integer> sizes = new ArrayList<>(Layout.boxed(first));
        sizes.set(d, each);
        Layout candidate = new Layout(sizes, d, before);
        if (found == null || found.merged() && !candidate.merged()) {
          found = candidate;
        }
      }
      passed *= first[d];
    }
    if (found == null) {
      throw step.unsupported(
          "a batch of %s of shape %s would become %s, which mixes its examples or fixes how many there are; export the model with a batch that is free, or of 1"
              .formatted(
                  Arrays.toString(batches),
                  from.sizes(),
                  to.stream().map(Arrays::toString).distinct().toList()));
    }
    return found;
  }

  private static List<Value> squeeze(Step step) {
    Optional<int[]> axes =
        Shapes.axes(step.operator(), step.optional(1).orElse(null), step.moving(0).layout().rank());
    return shaped(step, b -> Shapes.squeezed(step.operator(), sizes(step, b), axes));
  }

  private static List<Value> unsqueeze(Step step) {
    Moving x = step.moving(0);
    int[] axes = Shapes.inserted(step.operator(), step.optional(1).orElse(null), x.layout().rank());
    // The batch stays where it is: it is not one of the new dimensions.
    int[] sizes = Shapes.unsqueezed(Broadcast.ints(x.layout().sizes()), axes);
    int axis = x.layout().axis();
    if (axis != Layout.HIDDEN) {
      int passed = -1;
      for (int d = 0; d < sizes.length; d++) {
        int dimension = d;
        if (Arrays.stream(axes).noneMatch(a -> a == dimension) && ++passed == x.layout().axis()) {
          axis = d;
          break;
        }
      }
    }
    Layout layout = new Layout(Layout.boxed(sizes), axis, x.layout().before());
    Node node =
        x.node().shape().equals(layout.shape())
            ? x.node()
            : step.add(new Operation.Reshape(layout.shape()), x.node());
    return step.result(node, layout);
  }

  private static List<Value> transpose(Step step) {
    Moving x = step.moving(0);
    return List.of(transposed(step, x, Shapes.order(step.operator(), x.layout().rank())));
  }

  /** The dimensions in another order. */
  static Moving transposed(Step step, Moving x, int[] order) {
    Layout from = x.layout();
    List<Integer> sizes = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    int axis = Layout.HIDDEN;
    for (int d : order) {
      if (d == from.axis()) {
        axis = sizes.size();
      }
      sizes.add(from.sizes().get(d));
      places.addAll(from.places(d));
    }
    Layout layout = new Layout(sizes, axis, from.before());
    boolean same = IntStream.range(0, places.size()).allMatch(d -> places.get(d) == d);
    return new Moving(same ? x.node() : step.add(new Operation.Permute(places), x.node()), layout);
  }

  private static List<Value> concat(Step step) {
    List<Value> all =
        Broadcast.aligned(step, IntStream.range(0, step.count()).mapToObj(step::value).toList());
    Layout first =
        all.stream()
            .filter(Moving.class::isInstance)
            .map(value -> ((Moving) value).layout())
            .findFirst()
            .orElseThrow();
    int axis = Shapes.axis(step.operator(), step.operator().integer("axis", 0), first.rank());
    if (axis == first.axis()) {
      if (!step.single()) {
        throw step.unsupported("it joins values along the batch, so examples would be mixed");
      }
      all = all.stream().map(v -> v instanceof Moving m ? step.hidden(m) : v).toList();
      first = Layout.hidden(first.sizes(1));
    }
    List<Node> nodes = new ArrayList<>();
    int size = 0;
    for (int i = 0; i < all.size(); i++) {
      Value value = all.get(i);
      Layout own;
      if (value instanceof Moving moving) {
        own = moving.layout();
      } else {
        Tensor tensor = ((Known) value).at().get(0);
        if (tensor.rank() != first.rank()) {
          throw step.unsupported("a constant of shape %s does not fit".formatted(tensor));
        }
        if (tensor.count() == 0) {
          continue;
        }
        own = first.with(axis, tensor.size(axis));
      }
      if (own.axis() != first.axis()
          || own.before() != first.before()
          || !own.with(axis, 1).sizes().equals(first.with(axis, 1).sizes())) {
        throw step.unsupported(
            "values of shape %s and %s cannot be joined".formatted(first.sizes(), own.sizes()));
      }
      size = Math.addExact(size, own.sizes().get(axis));
      nodes.add(Broadcast.node(step, "part" + i, value, own));
    }
    return step.result(
        nodes.size() == 1
            ? nodes.get(0)
            : step.add(new Operation.Concat(first.place(axis)), nodes.toArray(Node[]::new)),
        first.with(axis, size));
  }

  private static int along(Step step, Layout layout, int axis, String what) {
    if (axis == layout.axis()) {
      throw step.unsupported("it would %s the examples of a batch".formatted(what));
    }
    return layout.place(axis);
  }

  private static List<Value> split(Step step) {
    int axis =
        Shapes.axis(
            step.operator(), step.operator().integer("axis", 0), step.moving(0).layout().rank());
    Moving x = step.without(step.moving(0), axis);
    Layout layout = x.layout();
    int place = along(step, layout, axis, "split");
    int[] parts =
        Shapes.parts(
            step.operator(),
            layout.sizes().get(axis),
            step.optional(1).orElse(null),
            step.operator().outputs().size());
    List<Value> values = new ArrayList<>();
    int from = 0;
    for (int part : parts) {
      if (part == 0) {
        throw step.unsupported("a part of it would be empty");
      }
      values.add(
          new Moving(
              parts.length == 1
                  ? x.node()
                  : step.add(new Operation.Slice(place, from, from + part), x.node()),
              layout.with(axis, part)));
      from += part;
    }
    return values;
  }

  private static List<Value> slice(Step step) {
    Moving x = step.moving(0);
    Node node = x.node();
    Layout layout = x.layout();
    // Ranges may be given by the size of the batch: to its end, for example.
    List<List<Shapes.Range>> ranges = new ArrayList<>();
    for (int b = 0; b < step.batches().length; b++) {
      ranges.add(Shapes.slices(step.operator(), layout.sizes(step.batches()[b]), at(step, b)));
    }
    for (int i = 0; i < ranges.get(0).size(); i++) {
      Shapes.Range range = ranges.get(0).get(i);
      if (range.axis() == layout.axis()) {
        for (int b = 0; b < step.batches().length; b++) {
          Shapes.Range here = ranges.get(b).get(i);
          int all = layout.sizes(step.batches()[b])[range.axis()];
          if (here.start() != 0 || here.step() != 1 || here.count() != all) {
            throw step.unsupported("it would take some examples of a batch");
          }
        }
        continue;
      }
      for (List<Shapes.Range> other : ranges) {
        if (!other.get(i).equals(range)) {
          throw step.unsupported("what it takes depends on the size of the batch");
        }
      }
      node = ranged(step, node, layout.place(range.axis()), range);
      layout = layout.with(range.axis(), range.count());
    }
    return step.result(node, layout);
  }

  private static List<@Nullable Tensor> at(Step step, int b) {
    @Nullable Tensor[] all = new Tensor[step.count()];
    for (int i = 1; i < all.length; i++) {
      if (step.has(i)) {
        if (!(step.value(i) instanceof Known known)) {
          throw step.unsupported("input %d depends on the model's input".formatted(i));
        }
        all[i] = known.at().get(b);
      }
    }
    return Arrays.asList(all);
  }

  private static Node ranged(Step step, Node node, int place, Shapes.Range range) {
    if (range.count() == 0) {
      throw step.unsupported("nothing would be left of %s".formatted(node.shape()));
    }
    if (range.step() != 1) {
      return step.add(new Operation.Select(place, range.places()), node);
    }
    return range.count() == node.shape().size(place)
        ? node
        : step.add(new Operation.Slice(place, range.start(), range.start() + range.count()), node);
  }

  private static List<Value> gather(Step step) {
    if (step.value(0) instanceof Known) {
      throw step.unsupported(
          "it looks values up by the model's input (an embedding of tokens); only inputs of real numbers have gradients");
    }
    Moving x = step.moving(0);
    Tensor indices = step.constant(1);
    int axis = Shapes.axis(step.operator(), step.operator().integer("axis", 0), x.layout().rank());
    x = step.without(x, axis);
    Layout layout = x.layout();
    int place = along(step, layout, axis, "pick");
    int size = layout.sizes().get(axis);
    List<Integer> places = new ArrayList<>();
    for (long index : indices.longs()) {
      long at = index < 0 ? index + size : index;
      if (at < 0 || at >= size) {
        throw step.unsupported("index %d does not exist among %d".formatted(index, size));
      }
      places.add((int) at);
    }
    if (places.isEmpty()) {
      throw step.unsupported("nothing would be left");
    }
    int start = places.get(0);
    boolean run = IntStream.range(0, places.size()).allMatch(i -> places.get(i) == start + i);
    Operation pick =
        run
            ? new Operation.Slice(place, start, start + places.size())
            : new Operation.Select(place, places);
    Layout result = layout.without(axis);
    for (int d = 0; d < indices.rank(); d++) {
      result = result.inserted(axis + d, indices.size(d));
    }
    boolean moves = !result.shape().equals(pick.outputShape(List.of(x.node().shape())));
    Node picked = moves ? step.inner(pick, x.node()) : step.add(pick, x.node());
    return step.result(
        moves ? step.add(new Operation.Reshape(result.shape()), picked) : picked, result);
  }

  private static List<Value> expand(Step step) {
    Moving x = step.moving(0);
    if (!(step.value(1) instanceof Known target)) {
      throw step.unsupported("its shape depends on the values of the model's input");
    }
    Extent asked = Extent.fixed(target.at().stream().map(Shapes::asked).toList());
    if (!Broadcast.meets(step, List.of(Extent.of(step, x), asked))) {
      x = step.hidden(x);
    }
    Layout layout = Broadcast.common(step, List.of(Extent.of(step, x), asked));
    return step.result(Broadcast.fitted(step, x, layout), layout);
  }

  private static List<Value> tile(Step step) {
    Moving x = step.moving(0);
    Layout layout = x.layout();
    long[] repeats = step.constant(1).longs();
    if (repeats.length != layout.rank()) {
      throw step.unsupported(
          "%d numbers of repeats do not fit %s".formatted(repeats.length, layout.sizes()));
    }
    Node node = x.node();
    for (int d = 0; d < repeats.length; d++) {
      if (repeats[d] == 1) {
        continue;
      }
      int place = along(step, layout, d, "repeat");
      int size = layout.sizes().get(d);
      if (repeats[d] < 1 || repeats[d] > (1 << 20) / size) {
        throw step.unsupported("%d values cannot be repeated %d times".formatted(size, repeats[d]));
      }
      int count = (int) repeats[d] * size;
      node =
          step.add(
              new Operation.Select(
                  place, IntStream.range(0, count).map(i -> i % size).boxed().toList()),
              node);
      layout = layout.with(d, count);
    }
    return step.result(node, layout);
  }

  private static List<Value> pad(Step step) {
    Operator operator = step.operator();
    Moving x = step.moving(0);
    Layout layout = x.layout();
    String mode = operator.text("mode", "constant");
    double given = operator.real("value", 0);
    double value = step.optional(2).map(tensor -> tensor.value(0)).orElse(given);
    long[] pads = operator.integers("pads").orElseGet(() -> step.constant(1).longs());
    int[] axes =
        step.optional(3)
            .map(
                tensor ->
                    Arrays.stream(tensor.longs())
                        .mapToInt(a -> Shapes.axis(operator, a, layout.rank()))
                        .toArray())
            .orElseGet(() -> IntStream.range(0, layout.rank()).toArray());
    if (pads.length != 2 * axes.length) {
      throw step.unsupported(
          "%d margins do not fit %d dimensions".formatted(pads.length, axes.length));
    }
    int rank = x.node().shape().rank();
    int[] before = new int[rank];
    int[] after = new int[rank];
    Layout padded = layout;
    Node node = x.node();
    for (int i = 0; i < axes.length; i++) {
      int front = margin(step, pads[i]);
      int back = margin(step, pads[axes.length + i]);
      if (front == 0 && back == 0) {
        continue;
      }
      int place = along(step, layout, axes[i], "pad");
      int size = layout.sizes().get(axes[i]);
      if (front < 0 || back < 0) {
        int from = Math.max(0, -front);
        int to = size - Math.max(0, -back);
        if (from >= to) {
          throw step.unsupported("nothing would be left");
        }
        node = step.add(new Operation.Slice(place, from, to), node);
        size = to - from;
        front = Math.max(0, front);
        back = Math.max(0, back);
      }
      before[place] = front;
      after[place] = back;
      padded = padded.with(axes[i], Math.addExact(Math.addExact(size, front), back));
      if (!mode.equals("constant") && front + back > 0) {
        node = step.add(filled(step, mode, place, size, front, back), node);
      }
    }
    boolean zeros =
        mode.equals("constant") && IntStream.of(before).sum() + IntStream.of(after).sum() > 0;
    if (zeros) {
      node = step.add(new Operation.Pad(Layout.boxed(before), Layout.boxed(after), value), node);
    }
    return step.result(node, padded);
  }

  private static int margin(Step step, long margin) {
    if (Math.abs(margin) > 1 << 16) {
      throw step.unsupported("a margin of %d is too wide".formatted(margin));
    }
    return (int) margin;
  }

  private static Operation filled(
      Step step, String mode, int place, int size, int before, int after) {
    return switch (mode) {
      case "edge" -> Operation.Select.edge(place, size, before, after);
      case "reflect" -> {
        if (before >= size || after >= size) {
          throw step.unsupported(
              "a mirror is %d values wide but %d and %d are needed".formatted(size, before, after));
        }
        yield Operation.Select.reflected(place, size, before, after);
      }
      case "wrap" ->
          new Operation.Select(
              place,
              IntStream.range(-before, size + after)
                  .map(i -> Math.floorMod(i, size))
                  .boxed()
                  .toList());
      default -> throw step.unsupported("mode %s is not supported".formatted(mode));
    };
  }

  private static List<Value> depthToSpace(Step step) {
    Moving x = step.batchFirst(0);
    Shape shape = image(step, x);
    int block = block(step);
    int channels = shape.channels() / (block * block);
    if (channels * block * block != shape.channels()) {
      throw step.unsupported("blocks of %d do not fit %s".formatted(block, shape));
    }
    boolean columnsFirst = step.operator().text("mode", "DCR").equals("CRD");
    int height = shape.size(1);
    int width = shape.size(2);
    Node split =
        step.reshaped(
            x.node(),
            columnsFirst
                ? Shape.of(channels, block, block, height, width)
                : Shape.of(block, block, channels, height, width));
    Node ordered =
        step.permuted(split, columnsFirst ? List.of(0, 3, 1, 4, 2) : List.of(2, 3, 0, 4, 1));
    Shape result = Shape.of(channels, height * block, width * block);
    return step.result(step.add(new Operation.Reshape(result), ordered), Layout.batchFirst(result));
  }

  private static List<Value> spaceToDepth(Step step) {
    Moving x = step.batchFirst(0);
    Shape shape = image(step, x);
    int block = block(step);
    int height = shape.size(1) / block;
    int width = shape.size(2) / block;
    if (height * block != shape.size(1) || width * block != shape.size(2)) {
      throw step.unsupported("blocks of %d do not fit %s".formatted(block, shape));
    }
    Node split = step.reshaped(x.node(), Shape.of(shape.channels(), height, block, width, block));
    Node ordered = step.permuted(split, List.of(2, 4, 0, 1, 3));
    Shape result = Shape.of(Math.multiplyExact(shape.channels(), block * block), height, width);
    return step.result(step.add(new Operation.Reshape(result), ordered), Layout.batchFirst(result));
  }

  private static Shape image(Step step, Moving x) {
    Shape shape = x.node().shape();
    if (shape.rank() != 3) {
      throw step.unsupported("an image is needed but the input is %s".formatted(shape));
    }
    return shape;
  }

  private static int block(Step step) {
    int block = step.operator().index("blocksize", 0);
    if (block < 1 || block > 1 << 10) {
      throw step.unsupported("a block cannot have size %d".formatted(block));
    }
    return block;
  }
}
