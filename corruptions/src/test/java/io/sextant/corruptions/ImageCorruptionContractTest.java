package io.sextant.corruptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.corruptions.image.Image;
import io.sextant.gradients.Examples;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every corruption of images must keep. */
class ImageCorruptionContractTest {
  /** Their published severities do not all rise; the documentation says so. */
  private static final Map<String, Set<ParameterSet>> NOT_RISING =
      Map.of(
          "glass-blur",
          Set.of(ParameterSet.CIFAR_C),
          "saturation",
          Set.of(ParameterSet.CIFAR_C, ParameterSet.MNIST_C),
          "elastic",
          Set.of(ParameterSet.CIFAR_C, ParameterSet.MNIST_C),
          "fog",
          Set.of(ParameterSet.MNIST_C),
          "frost",
          Set.of(ParameterSet.CIFAR_C, ParameterSet.MNIST_C),
          "pixelate",
          Set.of(ParameterSet.CIFAR_C, ParameterSet.MNIST_C));

  /** Each value has noise of its own, so channels do not stay equal. */
  private static final Set<String> BY_VALUE =
      Set.of("gaussian-noise", "shot-noise", "impulse-noise", "speckle-noise");

  private static final RandomKey KEY = RandomKey.of(5).with("contract");

  static Stream<String> kinds() {
    return Corruptions.catalogue().declarations().stream()
        .filter(declared -> declared.kind() == Kind.IMAGE_CORRUPTION)
        .map(Declaration::name);
  }

  private static List<Strength> strengths() {
    return Stream.of(ParameterSet.values())
        .flatMap(
            set ->
                IntStream.rangeClosed(1, Strength.SEVERITIES)
                    .mapToObj(severity -> new Strength(set, severity)))
        .toList();
  }

  private static Image scene(ImageCorruption corruption, int height, int width, long seed) {
    return Pictures.scene(corruption.applies(1) ? 1 : 3, height, width, seed);
  }

  @Test
  void there_are_twenty_two_kinds() {
    assertThat(kinds())
        .containsExactlyInAnyOrder(
            "gaussian-noise",
            "shot-noise",
            "impulse-noise",
            "speckle-noise",
            "gaussian-blur",
            "defocus-blur",
            "motion-blur",
            "zoom-blur",
            "glass-blur",
            "brightness",
            "contrast",
            "saturation",
            "fog",
            "frost",
            "pixelate",
            "jpeg",
            "elastic",
            "translate",
            "rotate",
            "shear",
            "scale",
            "stripe");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void images_of_any_size_stay_images(String kind) {
    int[][] sizes = {{1, 1}, {1, 7}, {9, 2}, {28, 28}, {33, 20}};
    for (Strength strength : strengths()) {
      ImageCorruption corruption = Corruptions.image(kind, strength);
      for (int[] size : sizes) {
        for (int channels : new int[] {1, 3}) {
          if (corruption.applies(channels)) {
            Image image = Pictures.scene(channels, size[0], size[1], 3);
            Image corrupted = corruption.corrupt(image, KEY);
            assertThat(Pictures.list(corrupted.values()))
                .hasSize(image.values().length)
                .allMatch(value -> value >= 0 && value <= 1);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void something_changes_and_the_image_handed_in_does_not(String kind) {
    for (Strength strength : strengths()) {
      ImageCorruption corruption = Corruptions.image(kind, strength);
      Image image = scene(corruption, 28, 28, 4);
      double[] before = image.values();
      assertThat(Pictures.change(image, corruption.corrupt(image, KEY)))
          .as("%s", strength)
          .isPositive();
      assertThat(image.values()).isEqualTo(before);
    }
  }

  /** By the mean absolute change; the published figures are kept where it does not rise. */
  @ParameterizedTest
  @MethodSource("kinds")
  void severities_rise_but_for_those_that_the_documentation_names(String kind) {
    for (ParameterSet set : ParameterSet.values()) {
      List<Double> changes = new ArrayList<>();
      for (int severity = 1; severity <= Strength.SEVERITIES; severity++) {
        ImageCorruption corruption = Corruptions.image(kind, new Strength(set, severity));
        double sum = 0;
        for (int i = 0; i < 60; i++) {
          Image image = scene(corruption, 28, 28, i);
          sum += Pictures.change(image, corruption.corrupt(image, KEY.with(i)));
        }
        changes.add(sum);
      }
      boolean rises = changes.equals(changes.stream().sorted().distinct().toList());
      assertThat(rises)
          .as("%s in %s: %s", kind, set, changes)
          .isEqualTo(!NOT_RISING.getOrDefault(kind, Set.of()).contains(set));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_grey_image_is_the_first_channel_of_a_coloured_one(String kind) {
    for (Strength strength : strengths()) {
      ImageCorruption corruption = Corruptions.image(kind, strength);
      Image grey = Pictures.scene(1, 20, 28, 8);
      Image colour = corruption.corrupt(Pictures.coloured(grey, 3), KEY);
      Image alone = corruption.applies(1) ? corruption.corrupt(grey, KEY) : grey;
      // Through another colour space a byte may be off by one.
      double tolerance = kind.equals("jpeg") ? 1.01 / 255 : 1e-12;
      for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 28; x++) {
          assertThat(colour.at(0, y, x)).isCloseTo(alone.at(0, y, x), within(tolerance));
          if (!BY_VALUE.contains(kind)) {
            assertThat(colour.at(2, y, x)).isCloseTo(alone.at(0, y, x), within(tolerance));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void neither_order_nor_neighbours_matter(String kind) {
    Corrupter corrupter = Corrupter.of(kind, new Strength(ParameterSet.CIFAR_C, 3), 11);
    int channels = corrupter.corruption().applies(1) ? 1 : 3;
    Shape shape = Shape.of(channels, 12, 9);
    double[][] rows = new double[6][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Pictures.scene(channels, 12, 9, i).values();
    }
    Examples all = Examples.of(rows, new int[] {0, 1, 2, 3, 4, 5}, new long[] {7, 3, 9, 1, 4, 100});
    Examples whole = corrupter.examples(all, shape);
    Examples backwards = corrupter.examples(all.at(5, 4, 3, 2, 1, 0), shape);
    for (int i = 0; i < rows.length; i++) {
      assertThat(backwards.row(5 - i)).isEqualTo(whole.row(i));
      assertThat(corrupter.examples(all.at(i), shape).row(0)).isEqualTo(whole.row(i));
      assertThat(whole.id(i)).isEqualTo(all.id(i));
      assertThat(whole.label(i)).isEqualTo(all.label(i));
    }
  }

  @Test
  void seed_severity_and_example_name_the_noise() {
    ImageCorruption noise =
        Corruptions.image("gaussian-noise", new Strength(ParameterSet.MNIST_C, 1));
    Image grey = Pictures.flat(1, 4, 4, 0.5);
    List<double[]> all =
        List.of(
            new Corrupter(noise, 1, 1).image(grey, 1).values(),
            new Corrupter(noise, 1, 1).image(grey, 2).values(),
            new Corrupter(noise, 2, 1).image(grey, 1).values(),
            new Corrupter(noise, 1, 2).image(grey, 1).values());
    assertThat(all).doesNotHaveDuplicates();
    assertThat(new Corrupter(noise, 1, 1).image(grey, 1).values()).isEqualTo(all.get(0));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void settings_are_read_back(String kind) {
    for (Strength strength : strengths()) {
      ImageCorruption corruption = Corruptions.image(kind, strength);
      assertThat(Corruptions.catalogue().create(kind, corruption.configuration()))
          .isEqualTo(corruption);
      assertThat(corruption.at(strength)).isEqualTo(corruption);
    }
    assertThat(Corruptions.image(kind, new Strength(ParameterSet.CIFAR_C, 3)))
        .as("the default is severity 3 of the mild set")
        .isEqualTo(Corruptions.catalogue().create(kind));
    assertThat(Corruptions.catalogue().declaration(kind).source()).contains("arXiv:");
  }

  @Test
  void what_cannot_be_corrupted_is_refused() {
    Strength strength = new Strength(ParameterSet.CIFAR_C, 1);
    assertThatThrownBy(() -> Corrupter.of("saturation", strength, 1).image(Pictures.impulse(3), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("saturation cannot change images with 1 channel; leave it out");
    assertThatThrownBy(() -> Corruptions.image("fogg", strength))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean 'fog'?");
    assertThatThrownBy(() -> new Strength(ParameterSet.CIFAR_C, 6))
        .hasMessage("severity must be from 1 to 5 but was 6");
    assertThatThrownBy(() -> ParameterSet.of("cifar"))
        .hasMessage(
            "parameters must be one of cifar-c, mnist-c but was 'cifar'; did you mean 'cifar-c'?");
    assertThatThrownBy(() -> Image.of(Shape.of(2), new double[2]))
        .hasMessageContaining("[channels, height, width] or [height, width] but it was [2]");
    assertThatThrownBy(() -> Image.of(Shape.of(1, 2), new double[] {0, 1.5}))
        .hasMessage("values of an image must be in [0, 1] but one was 1.5; scale them");
    assertThatThrownBy(() -> Image.of(Shape.of(1, 2), new double[] {0, Double.NaN}))
        .hasMessageContaining("one was NaN");
    assertThatThrownBy(() -> Image.of(Shape.of(1, 5000), new double[5000]))
        .hasMessageContaining("at most 4096 pixels");
  }
}
