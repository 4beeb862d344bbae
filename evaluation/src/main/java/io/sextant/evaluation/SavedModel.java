package io.sextant.evaluation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Saves networks from memory, so that an audit of them has a file to pin, keep and replay like any
 * other.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SavedModel {
  // Zip files hold no earlier time. Equal networks must give equal bytes.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private SavedModel() {}

  /**
   * Writes a network as a DL4J zip without updater state. Equal networks give equal bytes.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param file is replaced, in full or not at all
   * @throws IOException if it cannot be written
   */
  public static void write(Model network, Path file) throws IOException {
    ByteArrayOutputStream stamped = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, stamped, false);
    AtomicOutput.write(
        file,
        out -> {
          try (ZipInputStream from =
                  new ZipInputStream(new ByteArrayInputStream(stamped.toByteArray()));
              ZipOutputStream to = new ZipOutputStream(out)) {
            for (ZipEntry old = from.getNextEntry(); old != null; old = from.getNextEntry()) {
              ZipEntry entry = new ZipEntry(old.getName());
              entry.setTimeLocal(TIME);
              to.putNextEntry(entry);
              from.transferTo(to);
              to.closeEntry();
            }
          }
        });
  }
}
