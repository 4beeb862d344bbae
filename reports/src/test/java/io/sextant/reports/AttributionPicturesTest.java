package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

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
  void maps_of_two_inputs_stand_between_them_on_one_scale() throws IOException {
    Pixels first = Pixels.of(new float[] {0, 1, 0, 0}, 1, 2, 2, 0, 1);
    Pixels second = Pixels.of(new float[] {1, 1, 0, 0}, 1, 2, 2, 0, 1);
    float[] strong = {2, 0, 0, -2};
    float[] weak = {1, 0, 0, 0};
    BufferedImage sheet = read(AttributionPictures.pair(first, second, strong, weak));
    int step = 224 + 8;
    assertThat(sheet.getWidth()).isEqualTo(4 * 224 + 3 * 8);
    assertThat(sheet.getHeight()).isEqualTo(224);
    assertThat(sheet.getRGB(0, 0) & 0xFFFFFF).as("first input").isEqualTo(0);
    assertThat(sheet.getRGB(3 * step, 0) & 0xFFFFFF).as("second input").isEqualTo(0xFFFFFF);
    assertThat(sheet.getRGB(step, 0) & 0xFFFFFF).as("the end of the scale").isEqualTo(0x9A4200);
    assertThat(sheet.getRGB(2 * step, 0)).as("half as much").isNotEqualTo(sheet.getRGB(step, 0));
    assertThat(sheet.getRGB(2 * step, 223) & 0xFFFFFF)
        .as("zero is white although nothing is below it in this map")
        .isEqualTo(0xF7F7F7);
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
    assertThat(svg.split("class=\"negative\"", -1)).hasSize(11);
    assertThat(svg.split("class=\"whisker\"", -1)).as("only where there is chance").hasSize(2);
    String plain = AttributionPictures.bars("zero", List.of("x"), new double[1], Optional.empty());
    assertThat(plain).doesNotContain("NaN", "more are smaller");
  }

  private static final String HOSTILE = "<script>\"'&]]>\u202E\u0000\ud800";

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void drawings_are_xml_that_names_cannot_break() throws Exception {
    List<String> names = List.of(HOSTILE, "b");
    double[] two = {1, -2};
    for (String svg :
        List.of(
            AttributionPictures.bars(HOSTILE, names, two, Optional.empty()),
            AttributionPictures.waterfall(HOSTILE, HOSTILE, 0, 1, names, two),
            AttributionPictures.beeswarm(
                HOSTILE, HOSTILE, names, new double[][] {two, two}, new double[][] {two, two}))) {
      Document document = parse(svg);
      assertThat(document.getElementsByTagName("script").getLength()).isZero();
      assertThat(document.getElementsByTagName("title").item(0).getTextContent())
          .startsWith("<script>\"'&]]>")
          .doesNotContain("\u202E", "\u0000");
      assertThat(document.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
      assertThat(document.getDocumentElement().getAttribute("aria-labelledby"))
          .isEqualTo("title desc");
    }
  }

  @Test
  void drawings_have_the_colours_of_both_schemes_and_no_variables() {
    String svg = AttributionPictures.bars("a", List.of("x"), new double[] {1}, Optional.empty());
    assertThat(svg)
        .contains(".positive { fill: #c65400; }", ".positive { fill: #f0883e; }")
        .contains("prefers-color-scheme: dark")
        .doesNotContain("var(", "http://www.w3.org/1999", "url(");
  }

  @Test
  void what_is_not_finite_is_refused_by_name() {
    List<String> one = List.of("x");
    double[] nan = {Double.NaN};
    double[] zero = {0};
    assertThatThrownBy(() -> AttributionPictures.waterfall("t", "o", 0, 1, one, nan))
        .hasMessage("every contribution must be finite to be drawn but one was NaN");
    assertThatThrownBy(() -> AttributionPictures.waterfall("t", "o", Double.NaN, 1, one, zero))
        .hasMessageContaining("output at the baseline");
    assertThatThrownBy(
            () ->
                AttributionPictures.waterfall(
                    "t", "o", Double.MAX_VALUE, 1, one, new double[] {Double.MAX_VALUE}))
        .hasMessageContaining("sum of contributions");
    assertThatThrownBy(() -> AttributionPictures.bars("t", one, nan, Optional.empty()))
        .hasMessageContaining("every value");
    assertThatThrownBy(
            () ->
                AttributionPictures.beeswarm(
                    "t", "o", one, new double[][] {nan}, new double[][] {zero}))
        .hasMessageContaining("every value");
    assertThatThrownBy(
            () ->
                AttributionPictures.beeswarm(
                    "t", "o", one, new double[][] {zero}, new double[][] {nan}))
        .hasMessageContaining("every attribution");
    assertThatThrownBy(
            () -> AttributionPictures.beeswarm("t", "o", one, new double[0][], new double[0][]))
        .hasMessageContaining("at least one example");
    assertThatThrownBy(() -> AttributionPictures.waterfall("t", "o", 0, 1, one, new double[2]))
        .hasMessage("there must be one contribution per name but there were 2 and 1");
  }

  @Test
  void ten_thousand_examples_make_a_picture_of_bounded_size_the_same_each_time() {
    double[][] values = new double[10_000][30];
    double[][] attributions = new double[10_000][30];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      for (int f = 0; f < 30; f++) {
        values[i][f] = random.nextGaussian();
        attributions[i][f] = random.nextGaussian() * (f + 1);
      }
    }
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "f" + i).toList();
    String svg = AttributionPictures.beeswarm("t", "o", names, values, attributions);
    assertThat(svg.length()).isLessThan(250_000);
    assertThat(svg)
        .contains("400 of them drawn in each row", "10 more features smaller", ">f29<")
        .doesNotContain(">f9<", "NaN");
    assertThat(AttributionPictures.beeswarm("t", "o", names, values, attributions)).isEqualTo(svg);
  }
}
