package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private Path temporary = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder(@TempDir Path given) throws IOException {
    temporary = given;
    folder = Files.createDirectory(temporary.resolve("data"));
  }

  private Path image(String name, BufferedImage image, String format) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private static BufferedImage grey(int width, int height, int... values) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, values);
    return image;
  }

  private static BufferedImage colour(int rgb) {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb);
    return image;
  }

  private void refused(String... parts) {
    assertThatThrownBy(() -> ImageFolder.read(folder, Box.UNIT))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  @Test
  void an_image_larger_than_one_input_may_be_is_refused_by_its_header() throws IOException {
    int side = (int) Math.sqrt(Runtime.getRuntime().maxMemory() / 256.0) + 1;
    Path file = image("cat/a.png", grey(1, 1, 0), "png");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(16, side).putInt(20, side);
    CRC32 crc = new CRC32();
    crc.update(bytes, 12, 17);
    ByteBuffer.wrap(bytes).putInt(29, (int) crc.getValue());
    Files.write(file, bytes);
    refused(
        "'cat", "a.png' is %d x %d: one input takes ".formatted(side, side), " at most ", "scale");
    // A colour image takes three values a pixel.
    Files.delete(file);
    int part = side * 3 / 4;
    image("cat/a.png", new BufferedImage(part, part, BufferedImage.TYPE_INT_RGB), "png");
    refused("a.png' is %d x %d in colour: one input takes ".formatted(part, part));
  }

  @Test
  void classes_and_rows_are_in_the_order_of_names() throws IOException {
    image("dog/b.png", grey(2, 1, 51, 255), "png");
    image("dog/a.txt", grey(2, 1, 0, 102), "png");
    image("cat/z.png", grey(2, 1, 204, 153), "png");
    Files.createFile(folder.resolve(".hidden"));

    DataSet data = ImageFolder.read(folder, Box.UNIT);

    assertThat(data.classes()).containsExactly("cat", "dog");
    assertThat(data.labels()).containsExactly(0, 1, 1);
    assertThat(data.shape()).isEqualTo(Shape.of(1, 1, 2));
    assertThat(data.row(0)).containsExactly((float) (204 / 255.0), (float) (153 / 255.0));
    assertThat(data.row(1)).containsExactly(0, (float) (102 / 255.0));
    assertThat(data.origin().bytes()).isTrue();
  }

  @Test
  void folders_are_matched_with_names_of_classes_by_name() throws IOException {
    image("yes/1.png", grey(2, 1, 1, 1), "png");
    Files.createDirectories(folder.resolve("no/.thumbs"));
    Files.createDirectories(folder.resolve(".git"));
    DataSet one = ImageFolder.read(folder, Box.UNIT);

    assertThat(one.classes()).containsExactly("yes");
    assertThat(one.forModel(2, List.of("no", "yes")).labels()).containsExactly(1);
    assertThat(one.forModel(2, List.of("no", "yes")).classes()).containsExactly("no", "yes");
    assertThatThrownBy(() -> one.forModel(2, List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("[yes]", "model has 2 classes", "--classes");

    image("no/1.png", grey(2, 1, 2, 2), "png");
    DataSet both = ImageFolder.read(folder, Box.UNIT);
    assertThat(both.labels()).containsExactly(0, 1);
    assertThat(both.forModel(2, List.of("yes", "no")).labels()).containsExactly(1, 0);
    assertThat(both.forModel(2, List.of()).labels()).containsExactly(0, 1);
    assertThatThrownBy(() -> both.forModel(2, List.of("yes", "maybe")))
        .hasMessageContainingAll("[no, yes]", "[yes, maybe]", "name them alike");
    assertThatThrownBy(() -> both.forModel(3, List.of()))
        .hasMessageContainingAll("[no, yes]", "model has 3");
    // A sample without one of the classes changes nothing.
    assertThat(both.at(1).forModel(2, List.of("yes", "no")).labels()).containsExactly(0);
  }

  @Test
  void folders_that_are_numbers_are_the_classes_of_these_numbers() throws IOException {
    image("2/1.png", grey(2, 1, 1, 1), "png");
    image("10/1.png", grey(2, 1, 2, 2), "png");
    DataSet data = ImageFolder.read(folder, Box.UNIT);

    assertThat(data.labels()).containsExactly(2, 10);
    assertThat(data.forModel(11, List.of()).labels()).containsExactly(2, 10);
    assertThat(data.forModel(12, List.of()).classes()).hasSize(12);
    assertThat(data.forModel(2, List.of("10", "2")).labels()).containsExactly(1, 0);
    assertThat(data.forModel(3, List.of("2", "other", "10")).labels()).containsExactly(0, 2);
    assertThatThrownBy(() -> data.forModel(10, List.of()))
        .hasMessageContainingAll("0..9", "one was 10", "labels start at 0");
  }

  @Test
  void colours_become_channels() throws IOException {
    image("a/1.png", colour(0xff3366), "png");

    DataSet data = ImageFolder.read(folder, Box.UNIT);

    assertThat(data.shape()).isEqualTo(Shape.of(3, 1, 2));
    assertThat(data.row(0))
        .containsExactly(1, 0, (float) (0x33 / 255.0), 0, (float) (0x66 / 255.0), 0);
  }

  @Test
  void jpeg_and_grey_palettes_are_read() throws IOException {
    image("a/1.jpg", grey(8, 8, new int[64]), "jpeg");
    BufferedImage bits = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(3, 2, 0xffffffff);
    image("a/2.png", bits, "png");

    DataSet data = ImageFolder.read(folder, Box.UNIT);

    assertThat(data.shape()).isEqualTo(Shape.of(1, 8, 8));
    assertThat(data.row(1)[2 * 8 + 3]).isEqualTo(1);
    assertThat(Arrays.stream(data.row(1)).sum()).isEqualTo(1);
  }

  @Test
  void the_digest_tells_names_and_contents_apart() throws IOException {
    Path file = image("a/1.png", grey(2, 1, 51, 255), "png");
    String first = digest();
    assertThat(digest()).isEqualTo(first);

    Files.move(file, file.resolveSibling("2.png"));
    String renamed = digest();
    image("a/2.png", grey(2, 1, 51, 254), "png");

    assertThat(renamed).isNotEqualTo(first);
    assertThat(digest()).isNotEqualTo(renamed);
  }

  private String digest() {
    return ImageFolder.read(folder, Box.UNIT).origin().files().get(0).sha256();
  }

  @Test
  void images_of_another_size_or_kind_are_named() throws IOException {
    image("a/1.png", grey(2, 1, 0, 0), "png");
    Path other = image("a/2.png", grey(1, 2, 0, 0), "png");
    refused("2.png", "1 x 2", "2 x 1");

    Files.delete(other);
    image("a/3.png", colour(0), "png");
    refused("3.png", "colour", "grey");
  }

  @Test
  void other_files_are_named() throws IOException {
    refused("no images");
    Path stray = Files.writeString(folder.resolve("readme.txt"), "hello");
    refused("readme.txt", "sub-folder");
    Files.delete(stray);
    Path text = folder.resolve("a/notes.png");
    Files.createDirectories(text.getParent());
    Files.writeString(text, "hello");
    refused("notes.png", "neither PNG nor JPEG");
    assertThatThrownBy(() -> ImageFolder.read(text, Box.UNIT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not a folder");
  }

  @Test
  void damaged_deep_and_transparent_images_are_named() throws IOException {
    Path file = image("a/1.png", grey(2, 1, 0, 0), "png");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 20));
    refused("1.png", "decoded");

    image("a/1.png", new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY), "png");
    refused("1.png", "16 bits");

    image("a/1.png", new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB), "png");
    refused("1.png", "transparent");
  }

  @Test
  void a_picture_that_claims_to_be_huge_is_refused_before_decoding() throws IOException {
    Path file = image("a/1.png", grey(2, 1, 0, 0), "png");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(16, 100_000).putInt(20, 100_000);
    CRC32 crc = new CRC32();
    crc.update(bytes, 12, 17);
    ByteBuffer.wrap(bytes).putInt(29, (int) crc.getValue());
    Files.write(file, bytes);

    refused("1.png", "100000 x 100000");
  }

  @Test
  void links_may_not_leave_the_folder() throws IOException {
    image("a/1.png", grey(2, 1, 0, 0), "png");
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path secret = Files.copy(folder.resolve("a/1.png"), outside.resolve("secret.png"));
    Path link = Files.createSymbolicLink(folder.resolve("a/2.png"), secret);
    refused("2.png", "leaves the folder");

    Files.delete(link);
    Files.createSymbolicLink(folder.resolve("b"), outside);
    refused("'b'", "leaves the folder");

    Files.delete(folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("a/2.png"), folder.resolve("a/1.png"));
    assertThat(ImageFolder.read(folder, Box.UNIT).size()).isEqualTo(2);
  }
}
