package io.sextant.explainers.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.explainers.Explainers;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlayersTest {
  private static final InputDomain TABLE =
      InputDomain.of(
          List.of(
              Feature.real("age", 0, 99),
              binary("red"),
              Feature.real("income", 0, 1),
              binary("green"),
              binary("blue")),
          List.of(new InputDomain.OneHot("colour", List.of(1, 3, 4))));

  private static Feature binary(String name) {
    return new Feature(name, Feature.Kind.BINARY, 0, 1, 1, true, Feature.Direction.BOTH);
  }

  private static int[] numbers(Players players, Shape shape, InputDomain domain) {
    Partition partition = players.partition(shape, domain);
    return IntStream.range(0, partition.values()).map(partition::player).toArray();
  }

  private static int[] numbers(Players players, int... shape) {
    Shape of = Shape.of(shape);
    return numbers(players, of, InputDomain.box(of.elements(), 0, 1));
  }

  @Test
  void a_one_hot_group_is_one_player_and_stands_where_its_first_member_does() {
    assertThat(numbers(new Players.Groups(), Shape.of(5), TABLE)).containsExactly(0, 1, 2, 1, 1);
    assertThat(numbers(new Players.Features(), Shape.of(5), TABLE)).containsExactly(0, 1, 2, 3, 4);
    assertThat(new Players.Automatic().fitted(Reference.of(TABLE))).isEqualTo(new Players.Groups());
  }

  @Test
  void patches_span_all_channels_and_are_smaller_at_the_far_edges() {
    assertThat(numbers(new Players.Patches(new Extent(2, 2)), 2, 3, 3))
        .containsExactly(0, 0, 1, 0, 0, 1, 2, 2, 3, 0, 0, 1, 0, 0, 1, 2, 2, 3);
    assertThat(numbers(new Players.Patches(new Extent(1, 2)), 5)).containsExactly(0, 0, 1, 1, 2);
    assertThat(numbers(new Players.Patches(new Extent(9, 9)), 1, 3, 3)).containsOnly(0);
  }

  @Test
  void images_play_in_sixteen_patches_unless_told_otherwise() {
    Reference image = Reference.of(InputDomain.box(28 * 28, 0, 1)).withShape(Shape.of(1, 28, 28));
    assertThat(new Players.Automatic().fitted(image).text()).isEqualTo("patches:7x7");
    assertThat(new Players.Automatic().fitted(image.asTable())).isEqualTo(new Players.Groups());
    assertThat(
            new Players.Automatic()
                .fitted(
                    Reference.of(InputDomain.box(3 * 30 * 33, 0, 1)).withShape(Shape.of(3, 30, 33)))
                .text())
        .isEqualTo("patches:8x9");
    assertThat(numbers(new Players.Automatic(), 3, 30, 33)).contains(15).doesNotContain(16);
  }

  @Test
  void a_mask_has_a_number_per_value_or_per_pixel(@TempDir Path folder) throws IOException {
    assertThat(numbers(Players.Numbered.of(9, -4, 9, 2), 1, 2, 2)).containsExactly(2, 0, 2, 1);
    assertThat(numbers(Players.Numbered.of(0, 1, 1, 1), 2, 2, 2))
        .containsExactly(0, 1, 1, 1, 0, 1, 1, 1);
    Path file = folder.resolve("segments.txt");
    Files.writeString(file, "0 0, 5\n\n5;0\t7\n");
    assertThat(numbers(new Players.Mask(file), 2, 3)).containsExactly(0, 0, 1, 1, 0, 2);
    assertThat(
            new Players.Mask(file)
                .fitted(Reference.of(InputDomain.box(6, 0, 1)).withShape(Shape.of(1, 2, 3))))
        .isEqualTo(Players.Numbered.of(0, 0, 5, 5, 0, 7));
  }

  @Test
  void masks_that_do_not_fit_are_refused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("segments.txt");
    assertThatThrownBy(() -> numbers(new Players.Mask(file), 4))
        .hasMessageContaining("segments.txt cannot be read");
    Files.writeString(file, "0 one");
    assertThatThrownBy(() -> numbers(new Players.Mask(file), 4))
        .hasMessageContaining("must hold whole numbers alone but one was 'one'");
    Files.writeString(file, "0 ".repeat(5));
    assertThatThrownBy(() -> numbers(new Players.Mask(file), 4))
        .hasMessageContaining("at most one number per value (4) but has more");
    Files.writeString(file, " ".repeat(5000));
    assertThatThrownBy(() -> numbers(new Players.Mask(file), 4)).hasMessageContaining("at most");
    assertThatThrownBy(() -> numbers(Players.Numbered.of(1, 2, 3), 2, 2, 2))
        .hasMessageContaining("one number per value (8) or per pixel (4) but had 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "features", "groups", "patches:3x4", "mask:a.txt", "0,0,-1,2"})
  void choices_are_read_back(String text) {
    assertThat(Players.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixels", "patches:3", "patches:0x2", "patches:", "1;2", ""})
  void other_words_are_refused(String text) {
    assertThatThrownBy(() -> Explainers.create("feature-ablation", Map.of("players", text)))
        .hasMessageContaining("players must be auto, features, groups, patches:HxW")
        .hasMessageContaining("was '" + text + "'");
  }
}
