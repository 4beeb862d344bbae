package io.sextant.explainers.attack;

import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Form;
import io.sextant.results.MapChange;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Where an attack moves an explanation. Maps count by their absolute values, as in Ghorbani, Abid,
 * Zou, "Interpretation of Neural Networks Is Fragile", AAAI 2019, arXiv:1710.10547, and none by its
 * length.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Aim {
  /** How an aim is written. */
  Form<Aim> FORM =
      new Form<>(
          "top, centre, patch:ROW,COLUMN,HEIGHTxWIDTH or map:V,V,... with one value per feature",
          Aim::parse,
          Aim::text);

  /** The text that {@link #FORM} reads. */
  String text();

  /** Why inputs of a shape have no such aim; empty where they do. */
  default Optional<String> unfit(Shape shape) {
    return Optional.empty();
  }

  /**
   * What is to be made large, for one explanation.
   *
   * @param before the map of the clean input, {@code [values]}; not modified
   * @param shape of the input
   */
  Goal goal(double[] before, Shape shape);

  /** A number about a map, to be made large. */
  interface Goal {
    /** The number. */
    double value(double[] map);

    /** What rises with it, by the map's values; where the number jumps, of its smooth part. */
    double[] slope(double[] map);
  }

  private static Aim parse(String text) {
    if (text.equals("top")) {
      return new Top();
    }
    if (text.equals("centre")) {
      return new Centre();
    }
    List<String> parts = Arrays.asList(text.split(":", 2));
    if (parts.size() == 2 && parts.get(0).equals("patch")) {
      List<Integer> numbers =
          Arrays.stream(parts.get(1).split("[,x]", -1)).map(Integer::valueOf).toList();
      if (numbers.size() == 4) {
        return new Patch(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
      }
    }
    if (parts.size() == 2 && parts.get(0).equals("map")) {
      return new Towards(Arrays.stream(parts.get(1).split(",", -1)).map(Double::valueOf).toList());
    }
    throw new IllegalArgumentException();
  }

  /**
   * Away from the values that count most: as few as possible of the top tenth stay there; among
   * maps that keep as many, the one with the smallest share of its mass on them.
   */
  record Top() implements Aim {
    @Override
    public String text() {
      return "top";
    }

    @Override
    public Goal goal(double[] before, Shape shape) {
      Set<Integer> top = MapChange.top(before);
      double[] kept = new double[before.length];
      top.forEach(i -> kept[i] = -1);
      Goal mass = new Mean(kept);
      return new Goal() {
        @Override
        public double value(double[] map) {
          // The mass is at most 1, so that it decides among maps with as many in common.
          return mass.value(map) - MapChange.top(map).stream().filter(top::contains).count();
        }

        @Override
        public double[] slope(double[] map) {
          return mass.slope(map);
        }
      };
    }
  }

  /** The centre of mass as far away as possible, in pixels: for images. */
  record Centre() implements Aim {
    @Override
    public String text() {
      return "centre";
    }

    @Override
    public Optional<String> unfit(Shape shape) {
      return shape.rank() == 2 || shape.rank() == 3
          ? Optional.empty()
          : Optional.of("a centre of mass is one of images, but inputs have shape " + shape);
    }

    @Override
    public Goal goal(double[] before, Shape shape) {
      int width = shape.size(shape.rank() - 1);
      int height = shape.size(shape.rank() - 2);
      double[] rows = new double[before.length];
      double[] columns = new double[before.length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i / width % height;
        columns[i] = i % width;
      }
      Mean down = new Mean(rows);
      Mean right = new Mean(columns);
      double row = down.value(before);
      double column = right.value(before);
      return new Goal() {
        @Override
        public double value(double[] map) {
          return Math.hypot(down.value(map) - row, right.value(map) - column);
        }

        @Override
        public double[] slope(double[] map) {
          double y = down.value(map) - row;
          double x = right.value(map) - column;
          // Where nothing has moved, any direction is as good as another.
          double length = Math.hypot(x, y);
          double[] slope = down.slope(map);
          double[] across = right.slope(map);
          for (int i = 0; i < slope.length; i++) {
            slope[i] = length == 0 ? slope[i] + across[i] : (y * slope[i] + x * across[i]) / length;
          }
          return slope;
        }
      };
    }
  }

  /**
   * Onto a part of an image: as much of the mass there as possible.
   *
   * @param row of the part's first pixel, from 0
   * @param column of the part's first pixel, from 0
   * @param height at least 1
   * @param width at least 1
   */
  record Patch(int row, int column, int height, int width) implements Aim {
    public Patch {
      if (row < 0 || column < 0 || height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "a patch must begin at 0 or later and have at least one pixel but was at %d,%d of %dx%d"
                .formatted(row, column, height, width));
      }
    }

    @Override
    public String text() {
      return "patch:%d,%d,%dx%d".formatted(row, column, height, width);
    }

    @Override
    public Optional<String> unfit(Shape shape) {
      if (shape.rank() != 2 && shape.rank() != 3) {
        return Optional.of("a patch is one of images, but inputs have shape " + shape);
      }
      return row + height <= shape.size(shape.rank() - 2)
              && column + width <= shape.size(shape.rank() - 1)
          ? Optional.empty()
          : Optional.of("%s does not lie within inputs of shape %s".formatted(text(), shape));
    }

    @Override
    public Goal goal(double[] before, Shape shape) {
      int across = shape.size(shape.rank() - 1);
      int down = shape.size(shape.rank() - 2);
      double[] inside = new double[before.length];
      for (int i = 0; i < inside.length; i++) {
        int y = i / across % down;
        int x = i % across;
        inside[i] = y >= row && y < row + height && x >= column && x < column + width ? 1 : 0;
      }
      return new Mean(inside);
    }
  }

  /**
   * Towards a given map: the cosine of the angle between the absolute values of both.
   *
   * <p>Dombrowski, Alber, Anders, Ackermann, Müller, Kessel, "Explanations can be manipulated and
   * geometry is to blame", NeurIPS 2019, arXiv:1906.07983, who minimise the squared distance.
   *
   * @param values one per value of the input, finite and at least one of them not 0
   */
  record Towards(List<Double> values) implements Aim {
    public Towards {
      values = List.copyOf(values);
      if (values.stream().anyMatch(value -> !Double.isFinite(value))
          || values.stream().allMatch(value -> value == 0)) {
        throw new IllegalArgumentException(
            "values of the map must be finite, and at least one of them must not be 0");
      }
    }

    @Override
    public String text() {
      return "map:"
          + values.stream()
              .map(value -> String.format(Locale.ROOT, "%s", value))
              .collect(Collectors.joining(","));
    }

    @Override
    public Optional<String> unfit(Shape shape) {
      return values.size() == shape.elements()
          ? Optional.empty()
          : Optional.of(
              "the map has %d values but inputs have %d"
                  .formatted(values.size(), shape.elements()));
    }

    @Override
    public Goal goal(double[] before, Shape shape) {
      double[] target = values.stream().mapToDouble(Math::abs).toArray();
      double length = length(target);
      return new Goal() {
        @Override
        public double value(double[] map) {
          double along = 0;
          for (int i = 0; i < map.length; i++) {
            along += Math.abs(map[i]) * target[i];
          }
          return along / length / length(map);
        }

        @Override
        public double[] slope(double[] map) {
          double cosine = value(map);
          double own = length(map);
          double[] slope = new double[map.length];
          for (int i = 0; i < slope.length; i++) {
            slope[i] =
                Math.signum(map[i]) * (target[i] / length - cosine * Math.abs(map[i]) / own) / own;
          }
          return slope;
        }
      };
    }

    private static double length(double[] values) {
      return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }
  }

  /**
   * The mean of numbers, weighted by a map's absolute values.
   *
   * @param numbers {@code [values]}
   */
  record Mean(double[] numbers) implements Goal {
    @Override
    public double value(double[] map) {
      double sum = 0;
      double mass = 0;
      for (int i = 0; i < map.length; i++) {
        sum += numbers[i] * Math.abs(map[i]);
        mass += Math.abs(map[i]);
      }
      return sum / mass;
    }

    @Override
    public double[] slope(double[] map) {
      double mean = value(map);
      double mass = Arrays.stream(map).map(Math::abs).sum();
      double[] slope = new double[map.length];
      for (int i = 0; i < slope.length; i++) {
        slope[i] = Math.signum(map[i]) * (numbers[i] - mean) / mass;
      }
      return slope;
    }
  }
}
