package io.sextant.corruptions.digital;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apiguardian.api.API;

/**
 * JPEG: the picture as bytes, written by the Java platform's encoder and read again. Images of
 * three channels are red, green and blue; of others, each channel is a grey picture of its own.
 *
 * <p>Hendrycks, Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations", ICLR 2019, arXiv:1903.12261, whose code for CIFAR-10-C and ImageNet-C the
 * parameters follow.
 *
 * @param quality of the encoder, from 1 to 100
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Jpeg(int quality) implements ImageCorruption {
  private static final Setting<Jpeg, Integer> QUALITY =
      Setting.of("quality", Form.integer(1, 100), "of the encoder", Jpeg::quality);

  private static final Ladder<Jpeg> LADDER =
      new Ladder<>(
          List.of(new Jpeg(80), new Jpeg(65), new Jpeg(58), new Jpeg(50), new Jpeg(40)),
          List.of(new Jpeg(25), new Jpeg(18), new Jpeg(15), new Jpeg(10), new Jpeg(7)));

  private static final Declaration<Jpeg> DECLARATION =
      Declaration.of("jpeg", Kind.IMAGE_CORRUPTION, Jpeg.class)
          .access(Access.NOTHING)
          .summary("compression by JPEG")
          .source(
              "Hendrycks, Dietterich, \"Benchmarking Neural Network Robustness to Common Corruptions and"
                  + " Perturbations\", ICLR 2019, arXiv:1903.12261")
          .setting(QUALITY)
          .made(Jpeg::new, values -> new Jpeg(values.of(QUALITY)));

  public Jpeg {
    QUALITY.require(quality);
  }

  /** Severity 3 of the mild parameters. */
  public Jpeg() {
    this(58);
  }

  @Override
  public Declaration<Jpeg> declaration() {
    return DECLARATION;
  }

  @Override
  public Jpeg at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    int bands = image.channels() == 3 ? 3 : 1;
    double[][] read = new double[image.channels()][];
    for (int first = 0; first < read.length; first += bands) {
      Raster raster = reread(picture(image, first, bands)).getRaster();
      for (int band = 0; band < bands; band++) {
        read[first + band] =
            raster.getSamples(0, 0, image.width(), image.height(), band, (double[]) null);
      }
    }
    return image.with((c, y, x) -> read[c][y * image.width() + x] / 255);
  }

  private static BufferedImage picture(Image image, int first, int bands) {
    BufferedImage picture =
        new BufferedImage(
            image.width(),
            image.height(),
            bands == 3 ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
    for (int band = 0; band < bands; band++) {
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          int level = (int) Math.rint(255 * image.at(first + band, y, x));
          picture.getRaster().setSample(x, y, band, level);
        }
      }
    }
    return picture;
  }

  private BufferedImage reread(BufferedImage picture) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture in memory cannot be written as JPEG", e);
    } finally {
      writer.dispose();
    }
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file.toByteArray()))) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
      try {
        reader.setInput(in);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a JPEG in memory cannot be read", e);
    }
  }
}
