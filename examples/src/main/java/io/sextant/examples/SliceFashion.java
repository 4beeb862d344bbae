package io.sextant.examples;

import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.spec.Sampling;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Cuts the stratified slice of Fashion-MNIST's test images that the examples ship.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "slice-fashion",
    mixinStandardHelpOptions = true,
    description = "Writes 1,000 stratified test images of Fashion-MNIST.")
public final class SliceFashion implements Callable<Integer> {
  private static final int IMAGES_3D = 0x00000803;
  private static final int LABELS_1D = 0x00000801;

  @Option(
      names = "--data",
      required = true,
      description = "Folder with the four Fashion-MNIST IDX files (gzip).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(names = "--out", required = true, description = "Folder to write to.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(names = "--size", description = "How many images (default: ${DEFAULT-VALUE}).")
  private int size = 1000;

  /** Cuts the slice. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SliceFashion()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    DataSet test =
        ImageFiles.read(
            data.resolve("t10k-images-idx3-ubyte.gz"),
            data.resolve("t10k-labels-idx1-ubyte.gz"),
            Box.UNIT);
    DataSet slice = Draw.of(Sampling.STRATIFIED, test, size, 42);
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    try (DataOutputStream pixels = new DataOutputStream(new GZIPOutputStream(images));
        DataOutputStream classes = new DataOutputStream(new GZIPOutputStream(labels))) {
      pixels.writeInt(IMAGES_3D);
      pixels.writeInt(slice.size());
      pixels.writeInt(28);
      pixels.writeInt(28);
      classes.writeInt(LABELS_1D);
      classes.writeInt(slice.size());
      for (int i = 0; i < slice.size(); i++) {
        for (double pixel : slice.row(i)) {
          pixels.writeByte((int) Math.round(pixel * 255));
        }
        classes.writeByte(slice.label(i));
      }
    }
    Files.write(out.resolve("test-images-idx3-ubyte.gz"), images.toByteArray());
    Files.write(out.resolve("test-labels-idx1-ubyte.gz"), labels.toByteArray());
    return 0;
  }
}
