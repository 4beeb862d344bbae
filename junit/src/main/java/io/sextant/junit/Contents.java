package io.sextant.junit;

import io.sextant.evaluation.FileFailure;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.gradients.predictor.PredictorNetwork;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an audit is about, by content and not by name: two networks of one test are two questions,
 * and a file has one folder for its results wherever a test has put it.
 */
final class Contents {
  private static final int SHOWN = 8;

  private final MessageDigest digest;

  private Contents() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Eight hex digits that name a question.
   *
   * @param conditions what is asked, as text
   * @param spec names the model and the data
   * @param held what the test holds of them
   */
  static String name(String conditions, AuditSpec spec, HandedOver.Held held) {
    Contents contents = new Contents();
    contents.add(conditions);
    held.network()
        .ifPresentOrElse(
            contents::addNetwork,
            () -> spec.models().forEach(model -> contents.add(model.source())));
    held.examples()
        .ifPresentOrElse(contents::addExamples, () -> contents.add(spec.data().source()));
    return HexFormat.of().formatHex(contents.digest.digest()).substring(0, SHOWN);
  }

  private void add(ModelSpec.Source source) {
    if (source instanceof ModelSpec.File file) {
      addModel(file.path());
    } else if (source instanceof ModelSpec.Supplied supplied) {
      add(supplied.className());
    }
  }

  /** With the weights that lie in other files; a model that is refused later goes by its bytes. */
  private void addModel(Path file) {
    try {
      add(ModelFile.sha256(file));
    } catch (ModelFileException e) {
      add(file);
    }
  }

  private void add(DataSpec.Source source) {
    if (source instanceof DataSpec.Arrays arrays) {
      add(arrays.images());
      add(arrays.labels());
    } else if (source instanceof DataSpec.Table table) {
      add(table.csv());
      add(table.labelColumn());
      table.schema().ifPresent(this::add);
    } else if (source instanceof DataSpec.Folder folder) {
      add(folder.folder());
    } else if (source instanceof DataSpec.Supplied supplied) {
      add(supplied.className());
    }
  }

  /** A folder goes by its name; a file that is not there is refused later, with a reason. */
  private void add(Path file) {
    if (!Files.isRegularFile(file)) {
      add(file.toString());
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be read: %s".formatted(file, FileFailure.describe(e)), e);
    }
  }

  private void addNetwork(FrameworkNetwork network) {
    if (network instanceof PredictorNetwork own) {
      // Without a fingerprint several share a folder, and each is measured anew.
      Predictor predictor = own.predictor();
      add("%s %s %d".formatted(predictor.name(), predictor.answers(), predictor.classes()));
      predictor.fingerprint().ifPresent(this::add);
      return;
    }
    try (OutputStream out = OutputStream.nullOutputStream()) {
      network.write(new DigestOutputStream(out, digest));
    } catch (IOException e) {
      throw new UncheckedIOException("the network cannot be written: " + e.getMessage(), e);
    }
  }

  /** Batches, or a data set of ours. */
  private void addExamples(Object examples) {
    if (examples instanceof List<?> batches) {
      for (Object batch : batches) {
        add(((org.nd4j.linalg.dataset.DataSet) batch).getFeatures());
        add(((org.nd4j.linalg.dataset.DataSet) batch).getLabels());
      }
    } else if (examples instanceof DataSet ours) {
      Examples all = ours.examples();
      for (int i = 0; i < all.size(); i++) {
        add(all.row(i));
        add(new double[] {all.label(i)});
      }
    }
  }

  private void add(@Nullable INDArray array) {
    if (array != null) {
      add(Arrays.toString(array.shape()));
      add(array.dup('c').data().asDouble());
    }
  }

  private void add(double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
    for (double value : values) {
      bytes.putDouble(value);
    }
    digest.update(bytes.array());
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
