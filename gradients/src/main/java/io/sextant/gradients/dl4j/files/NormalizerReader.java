package io.sextant.gradients.dl4j.files;

import io.sextant.gradients.model.ModelFileException;
import io.sextant.gradients.model.Normalizer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * The format of Deeplearning4j's {@code NormalizerSerializer}, version 1: a header with the kind,
 * then the kind's own fields. Statistics of labels may follow and are not read.
 */
final class NormalizerReader {
  private static final int MOST_FEATURES = 1 << 22;

  private NormalizerReader() {}

  static Normalizer read(DataInputStream in, String what) throws IOException {
    try {
      return parse(in, what);
    } catch (EOFException e) {
      throw new ModelFileException(what + " is truncated", e);
    } catch (ModelFileException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(what + ": " + ModelFileException.firstLine(e), e);
    }
  }

  private static Normalizer parse(DataInputStream in, String what) throws IOException {
    String magic = in.readUTF();
    if (!magic.equals("NORMALIZER")) {
      throw new ModelFileException(
          what + " is not a normalizer of Deeplearning4j; old formats are refused");
    }
    int version = in.readInt();
    if (version != 1) {
      throw new ModelFileException("%s: version must be 1 but is %d".formatted(what, version));
    }
    String kind = in.readUTF();
    switch (kind) {
      case "STANDARDIZE" -> {
        in.readBoolean();
        double[] means = vector(in, what);
        return new Normalizer.Standardize(means, vector(in, what));
      }
      case "MIN_MAX" -> {
        in.readBoolean();
        double low = in.readDouble();
        double high = in.readDouble();
        double[] lows = vector(in, what);
        return new Normalizer.MinMax(lows, vector(in, what), low, high);
      }
      case "IMAGE_MIN_MAX" -> {
        double low = in.readDouble();
        double high = in.readDouble();
        return new Normalizer.ImageScaler(low, high, in.readDouble());
      }
      default ->
          throw new ModelFileException(
              ("%s: normalizers of kind %s are refused; supported are STANDARDIZE, MIN_MAX and"
                      + " IMAGE_MIN_MAX")
                  .formatted(what, ModelFileException.quote(kind)));
    }
  }

  private static double[] vector(DataInputStream in, String what) throws IOException {
    return new NdArrayReader(in, what).vector(MOST_FEATURES);
  }
}
