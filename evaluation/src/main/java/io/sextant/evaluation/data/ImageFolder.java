package io.sextant.evaluation.data;

import io.sextant.gradients.graph.Shape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder of PNG and JPEG images with one sub-folder per class. Classes are the sub-folders
 * that hold images, known by their names; their order is that of the names, and for folders that
 * are called by the numbers of the classes that of the numbers. Rows are the images in the order of
 * the classes and of their names. All images must have one size and be all grey or all colour;
 * values are byte / 255, colours as channels red, green, blue.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ImageFolder {
  private static final long LARGEST_FILE = 64L << 20;
  private static final Pattern CLASS_NUMBER = Pattern.compile("0|[1-9]\\d{0,4}");
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private final Path folder;
  private final Path real;
  private final String name;
  private final MessageDigest digest = Digests.sha256();
  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private @Nullable Shape shape;

  private ImageFolder(Path folder, Path real) {
    this.folder = folder;
    this.real = real;
    this.name = Digests.name(folder);
  }

  /**
   * Reads a folder.
   *
   * @param folder one sub-folder per class; names that start with a dot are skipped, and so are
   *     folders without images
   * @param box the bounds of the inputs, which must hold 0..1
   * @throws DataException if the folder has other things in it, or an image is damaged or does not
   *     fit the others
   */
  public static DataSet read(Path folder, Box box) {
    if (!Files.isDirectory(folder)) {
      throw new DataException("%s is not a folder".formatted(folder));
    }
    try {
      return new ImageFolder(folder, folder.toRealPath()).read(box);
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be read: %s".formatted(folder, DataException.firstLine(e)), e);
    }
  }

  private DataSet read(Box box) throws IOException {
    Map<String, List<Path>> folders = new LinkedHashMap<>();
    for (Path sub : children(folder)) {
      inside(sub);
      if (!Files.isDirectory(sub)) {
        throw new DataException(
            "%s: '%s' is not a folder; images belong into one sub-folder per class"
                .formatted(name, Digests.name(sub)));
      }
      List<Path> images = children(sub);
      if (!images.isEmpty()) {
        folders.put(Digests.name(sub), images);
      }
    }
    boolean numbers =
        folders.keySet().stream().allMatch(sub -> CLASS_NUMBER.matcher(sub).matches());
    List<String> classes =
        folders.keySet().stream()
            .sorted(numbers ? Comparator.comparing(Integer::valueOf) : Comparator.naturalOrder())
            .toList();
    for (String sub : classes) {
      int label = numbers ? Integer.parseInt(sub) : classes.indexOf(sub);
      for (Path image : folders.getOrDefault(sub, List.of())) {
        add(image, label);
      }
    }
    if (shape == null) {
      throw new DataException(name + ": the folder has no images in sub-folders");
    }
    int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
    Origin origin =
        new Origin(
            "images in " + name, true, List.of(new Origin.Digest(name, Digests.hex(digest))));
    return DataSet.of(
            shape,
            rows.toArray(float[][]::new),
            all,
            numbers ? DataSet.numbered(all) : classes,
            box.domain(shape.elements()),
            origin)
        .withOrder(ClassOrder.BY_NAME);
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(path -> !Digests.name(path).startsWith(".")).sorted().toList();
    }
  }

  private void inside(Path path) throws IOException {
    if (!path.toRealPath().startsWith(real)) {
      throw new DataException(
          "%s: '%s' is a symbolic link that leaves the folder"
              .formatted(name, folder.relativize(path)));
    }
  }

  private void add(Path path, int label) throws IOException {
    inside(path);
    String shown = "%s: image '%s'".formatted(name, folder.relativize(path));
    if (!Files.isRegularFile(path)) {
      throw new DataException(shown + " is not a file");
    }
    byte[] bytes = Digests.read(path, LARGEST_FILE);
    rows.add(decode(shown, bytes));
    labels.add(label);
    String relative = folder.relativize(path).toString().replace('\\', '/');
    digest.update((relative + "\0").getBytes(StandardCharsets.UTF_8));
    digest.update(Digests.sha256().digest(bytes));
  }

  private float[] decode(String shown, byte[] bytes) {
    String format = startsWith(bytes, PNG) ? "png" : startsWith(bytes, JPEG) ? "jpeg" : "";
    if (format.isEmpty()) {
      throw new DataException(shown + " is neither PNG nor JPEG");
    }
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new DataException("%s: this Java platform cannot read %s".formatted(shown, format));
    }
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      // The size stands in the header: it is compared before the pixels are decoded.
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      Room.here()
          .requireExample("%s is %d x %d".formatted(shown, width, height), (long) width * height);
      checkSize(shown, width, height);
      return row(shown, reader.read(0));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DataException(
          "%s cannot be decoded: %s".formatted(shown, DataException.firstLine(e)), e);
    } finally {
      reader.dispose();
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  private void checkSize(String shown, int width, int height) {
    if (shape != null && (shape.size(1) != height || shape.size(2) != width)) {
      throw new DataException(
          "%s is %d x %d but the images before it are %d x %d (width x height)"
              .formatted(shown, width, height, shape.size(2), shape.size(1)));
    }
  }

  private float[] row(String shown, BufferedImage image) {
    ColorModel colors = image.getColorModel();
    for (int bits : colors.getComponentSize()) {
      if (bits > 8) {
        throw new DataException(
            "%s has %d bits per channel; at most 8 are supported".formatted(shown, bits));
      }
    }
    boolean grey = isGrey(colors);
    int height = image.getHeight();
    int width = image.getWidth();
    Shape own = Shape.of(grey ? 1 : 3, height, width);
    if (shape == null) {
      shape = own;
    } else if (!shape.equals(own)) {
      throw new DataException(
          "%s is %s but the images before it are %s; convert them to one kind"
              .formatted(shown, grey ? "grey" : "colour", grey ? "colour" : "grey"));
    }
    Room.here()
        .requireExample("%s is %d x %d in colour".formatted(shown, width, height), own.elements());
    Room.here().requireData(name, rows.size() + 1L, own.elements(), Float.BYTES);
    // Grey values are taken as stored: a conversion to RGB would apply a gamma curve.
    boolean stored = grey && !(colors instanceof IndexColorModel);
    Raster raster = image.getRaster();
    float[] row = new float[own.elements()];
    int plane = height * width;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int rgb = stored ? raster.getSample(x, y, 0) * 0x010101 : image.getRGB(x, y);
        if (colors.hasAlpha() && image.getRGB(x, y) >>> 24 != 0xff) {
          throw new DataException(shown + " has transparent pixels; remove its alpha channel");
        }
        row[at] = (float) ((rgb >> 16 & 0xff) / 255.0);
        if (!grey) {
          row[plane + at] = (float) ((rgb >> 8 & 0xff) / 255.0);
          row[2 * plane + at] = (float) ((rgb & 0xff) / 255.0);
        }
      }
    }
    return row;
  }

  private static boolean isGrey(ColorModel colors) {
    if (colors instanceof IndexColorModel palette) {
      for (int i = 0; i < palette.getMapSize(); i++) {
        if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
          return false;
        }
      }
      return true;
    }
    return colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }
}
