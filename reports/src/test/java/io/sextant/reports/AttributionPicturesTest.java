package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class AttributionPicturesTest {
  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  @Test
  void an_image_has_input_map_and_overlay_side_by_side_in_symmetric_colours() throws IOException {
    Pixels input = Pixels.of(new float[] {0, 1, 0.5f, 0}, 1, 2, 2, 0, 1);
    BufferedImage sheet = read(AttributionPictures.image(input, new float[] {-2, 2, 0, 0}));
    assertThat(sheet.getHeight()).isEqualTo(224);
    assertThat(sheet.getWidth()).isEqualTo(3 * 224 + 2 * 8);
    assertThat(sheet.getRGB(0, 0) & 0xFFFFFF).as("black input").isEqualTo(0);
    assertThat(sheet.getRGB(223, 0) & 0xFFFFFF).as("white input").isEqualTo(0xFFFFFF);
    int map = 224 + 8;
    assertThat(sheet.getRGB(map, 0) & 0xFFFFFF).as("most negative").isEqualTo(0x004E82);
    assertThat(sheet.getRGB(map + 223, 0) & 0xFFFFFF).as("most positive").isEqualTo(0x9A4200);
    assertThat(sheet.getRGB(map, 223) & 0xFFFFFF).as("zero").isEqualTo(0xF7F7F7);
    int overlay = 2 * (224 + 8);
    assertThat(sheet.getRGB(overlay, 223) & 0xFFFFFF)
        .as("zero shows the input")
        .isEqualTo(0x808080);
  }

  @Test
  void channels_are_added_up_and_a_map_of_zeros_is_drawn() throws IOException {
    Pixels input = Pixels.of(new float[12], 3, 2, 2, 0, 1);
    float[] cancelling = {1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0};
    BufferedImage sheet = read(AttributionPictures.image(input, cancelling));
    BufferedImage zeros = read(AttributionPictures.image(input, new float[12]));
    assertThat(sheet.getRGB(240, 10)).isEqualTo(zeros.getRGB(240, 10));
  }

  @Test
  void bars_stand_by_size_with_whiskers_and_say_what_is_left_out() {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "f<" + i + ">").toList();
    double[] values = IntStream.range(0, 30).mapToDouble(i -> i % 2 == 0 ? i : -i).toArray();
    double[] errors = new double[30];
    errors[29] = 1;
    String svg = AttributionPictures.bars("a & b", names, values, Optional.of(errors));
    assertThat(svg)
        .contains("a &amp; b", "f&lt;29&gt;", "10 more are smaller")
        .doesNotContain("f&lt;9&gt;", "NaN");
    assertThat(svg.indexOf("f&lt;29")).isLessThan(svg.indexOf("f&lt;28"));
    assertThat(svg.split("#0072B2", -1)).hasSize(11);
    String plain = AttributionPictures.bars("zero", List.of("x"), new double[1], Optional.empty());
    assertThat(plain).doesNotContain("NaN", "more are smaller");
  }
}
