package io.sextant.explainers.players;

import io.sextant.explainers.Reference;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Form;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Which values of an input come and go together.
 *
 * <p>It is part of the question, not of the answer: what a one-hot group gets as one player is not
 * the sum of what its members get by themselves, since members alone make rows that do not exist.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Players {
  /** How settings name it. */
  Form<Players> FORM =
      new Form<>(
          "auto, features, groups, patches:HxW, mask:FILE or one whole number per pixel or value"
              + " N,N,...",
          Players::parse,
          Players::text);

  /** The choice as text; {@link #parse} reads it back. */
  String text();

  /**
   * Reads a choice.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Players parse(String text) {
    if (text.startsWith(Patches.NAME)) {
      return new Patches(Extent.parse(text.substring(Patches.NAME.length())));
    } else if (text.startsWith(Mask.NAME)) {
      return new Mask(Path.of(text.substring(Mask.NAME.length())));
    }
    return switch (text) {
      case "auto" -> new Automatic();
      case "features" -> new Features();
      case "groups" -> new Groups();
      default -> new Numbered(Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList());
    };
  }

  /**
   * Who plays.
   *
   * @param shape of one input
   * @param domain the inputs that exist, one feature per value
   * @throws IllegalArgumentException when the choice does not fit the inputs
   */
  Partition partition(Shape shape, InputDomain domain);

  /**
   * This choice with what it takes from the inputs.
   *
   * @param reference the inputs that exist
   * @throws IllegalArgumentException when the choice does not fit the inputs
   */
  default Players fitted(Reference reference) {
    partition(reference.shape(), reference.domain());
    return this;
  }

  /**
   * What suits the inputs: for images four by four {@link Patches}, otherwise {@link Groups}.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Automatic() implements Players {
    /** Patches along each side: sixteen in all can be played out exactly. */
    private static final int ALONG = 4;

    @Override
    public String text() {
      return "auto";
    }

    @Override
    public Players fitted(Reference reference) {
      Shape shape = reference.shape();
      if (reference.isTable() || shape.rank() < 3) {
        return new Groups();
      }
      Plane plane = Plane.of(shape);
      return new Patches(
          new Extent((plane.height() + ALONG - 1) / ALONG, (plane.width() + ALONG - 1) / ALONG));
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      return fitted(Reference.of(domain).withShape(shape)).partition(shape, domain);
    }
  }

  /**
   * Every value by itself.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Features() implements Players {
    @Override
    public String text() {
      return "features";
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      return Partition.of(IntStream.range(0, domain.size()).toArray());
    }
  }

  /**
   * Each one-hot group of the schema is a player, and every other value is one by itself. A group
   * stands where its first member does.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Groups() implements Players {
    @Override
    public String text() {
      return "groups";
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      int[] numbers = IntStream.range(0, domain.size()).toArray();
      for (InputDomain.OneHot group : domain.groups()) {
        int first = group.members().stream().mapToInt(Integer::intValue).min().orElseThrow();
        group.members().forEach(member -> numbers[member] = first);
      }
      return Partition.of(numbers);
    }
  }

  /**
   * Rectangles side by side, row by row from the top left, through all channels; those at the right
   * and at the bottom are smaller where the sides are no multiples.
   *
   * @param extent of a patch
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Patches(Extent extent) implements Players {
    private static final String NAME = "patches:";

    public Patches {
      Objects.requireNonNull(extent, "extent");
    }

    @Override
    public String text() {
      return NAME + extent.text();
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      Plane plane = Plane.of(shape);
      int across = (plane.width() + extent.width() - 1) / extent.width();
      int[] numbers = new int[plane.values()];
      for (int i = 0; i < numbers.length; i++) {
        int y = i / plane.width() % plane.height();
        int x = i % plane.width();
        numbers[i] = y / extent.height() * across + x / extent.width();
      }
      return Partition.of(numbers);
    }
  }

  /**
   * Values with equal numbers are a player, such as the segments of an image; players stand in the
   * order of their numbers.
   *
   * @param numbers one per value, or one per pixel for all of its channels
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Numbered(List<Integer> numbers) implements Players {
    public Numbered {
      numbers = List.copyOf(numbers);
    }

    /** Players by the number of each value or pixel. */
    public static Numbered of(int... numbers) {
      return new Numbered(Arrays.stream(numbers).boxed().toList());
    }

    @Override
    public String text() {
      return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      Plane plane = Plane.of(shape);
      int given = numbers.size();
      if (given != plane.values() && given != plane.positions()) {
        throw new IllegalArgumentException(
            "players must have one number per value (%d) or per pixel (%d) but had %d"
                .formatted(plane.values(), plane.positions(), given));
      }
      return Partition.of(
          IntStream.range(0, plane.values()).map(i -> numbers.get(i % given)).toArray());
    }
  }

  /**
   * {@link Numbered} by a text file: whole numbers in rows, with commas or spaces between them, as
   * programs that cut images into segments write them.
   *
   * @param file relative to the working directory; read when the explainer is fitted
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  record Mask(Path file) implements Players {
    private static final String NAME = "mask:";

    public Mask {
      Objects.requireNonNull(file, "file");
    }

    @Override
    public String text() {
      return NAME + file;
    }

    @Override
    public Players fitted(Reference reference) {
      return read(reference.shape()).fitted(reference);
    }

    @Override
    public Partition partition(Shape shape, InputDomain domain) {
      return read(shape).partition(shape, domain);
    }

    private Numbered read(Shape shape) {
      return new Numbered(MaskFile.read(file, shape.elements()));
    }
  }
}
