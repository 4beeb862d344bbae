package io.sextant.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static BufferedImage decode(String uri) throws IOException {
    assertThat(uri).startsWith("data:image/png;base64,");
    byte[] file = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  @Test
  void grey_and_colour_pictures_are_read_by_others() throws IOException {
    BufferedImage grey =
        decode(Png.uri(new byte[] {0, 127, (byte) 200, (byte) 255, 1, 2}, 3, 2, 1));
    assertThat(grey.getWidth()).isEqualTo(3);
    assertThat(grey.getHeight()).isEqualTo(2);
    assertThat(grey.getRaster().getSample(2, 0, 0)).isEqualTo(200);
    assertThat(grey.getRaster().getSample(1, 1, 0)).isEqualTo(1);
    BufferedImage colour = decode(Png.uri(new byte[] {1, 2, 3, (byte) 250, 5, 6}, 1, 2, 3));
    assertThat(colour.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x010203);
    assertThat(colour.getRGB(0, 1) & 0xFFFFFF).isEqualTo(0xFA0506);
  }

  @Test
  void large_pictures_are_no_larger_than_they_are_drawn() throws IOException {
    byte[] samples = new byte[400 * 200];
    samples[0] = 90; // one of nine pixels
    BufferedImage small = decode(Picture.uri(samples, 400, 200, 1));
    assertThat(small.getWidth()).isEqualTo(134);
    assertThat(small.getHeight()).isEqualTo(67);
    assertThat(small.getRaster().getSample(0, 0, 0)).isEqualTo(10);
    assertThat(decode(Picture.uri(samples, 160, 1, 1)).getWidth()).isEqualTo(160);
  }

  @Test
  void colour_maps_have_the_right_ends_and_middle() {
    assertThat(Colours.magnitude(0)).isEqualTo(0x440154);
    assertThat(Colours.magnitude(1)).isEqualTo(0xFDE725);
    assertThat(Colours.magnitude(7)).isEqualTo(Colours.magnitude(1));
    assertThat(Colours.sign(0)).isEqualTo(0xF7F7F7);
    // Blue against, orange for.
    assertThat(Colours.sign(-0.7) & 0xFF).isGreaterThan(Colours.sign(-0.7) >> 16);
    assertThat(Colours.sign(0.7) & 0xFF).isLessThan(Colours.sign(0.7) >> 16);
  }
}
