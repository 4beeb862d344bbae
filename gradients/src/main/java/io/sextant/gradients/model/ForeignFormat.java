package io.sextant.gradients.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Formats of models that are known but not read, so that a refusal can name them.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public enum ForeignFormat {
  PYTORCH("a PyTorch file (torch.save)"),
  TORCHSCRIPT("a TorchScript file (torch.jit.save)"),
  SAVED_MODEL("a TensorFlow SavedModel"),
  ONNX("an ONNX file"),
  TENSORFLOW_LITE("a TensorFlow Lite file"),
  SAFETENSORS("a safetensors file, which holds weights only"),
  GGUF("a GGUF file"),
  PICKLE("a Python pickle, which can run code when it is opened");

  /** Protocols of pickles that start with a mark of their own. */
  private static final int NEWEST_PICKLE = 5;

  /** A safetensors file starts with the length of its JSON header, as eight bytes. */
  private static final int LENGTH_SIZE = 8;

  private final String title;

  ForeignFormat(String title) {
    this.title = title;
  }

  /** What a message says about a file of this format. */
  public String refusal(String file) {
    if (this == ONNX) {
      return ("%s is %s, but it is damaged, or sextant-onnx, which reads such files, is not on the"
              + " class path")
          .formatted(file, title);
    }
    return ("%s is %s, which is not supported; export the model as ONNX (.onnx), or save it as a"
            + " Deeplearning4j zip (ModelSerializer) or with Keras (.keras, .h5)")
        .formatted(file, title);
  }

  /** The format of a zip with these entries. */
  public static Optional<ForeignFormat> ofEntries(Collection<String> names) {
    if (names.stream().anyMatch(name -> inside(name, "data.pkl"))) {
      boolean code = names.stream().anyMatch(name -> inside(name, "constants.pkl"));
      return Optional.of(code ? TORCHSCRIPT : PYTORCH);
    }
    if (names.stream().anyMatch(name -> inside(name, "saved_model.pb"))) {
      return Optional.of(SAVED_MODEL);
    }
    return Optional.empty();
  }

  private static boolean inside(String name, String file) {
    return name.equals(file) || name.endsWith("/" + file);
  }

  /** The format of a file that is no zip, by its first bytes. */
  static Optional<ForeignFormat> ofBytes(byte[] bytes) {
    if (at(bytes, 4, "TFL3")) {
      return Optional.of(TENSORFLOW_LITE);
    }
    if (at(bytes, 0, "GGUF")) {
      return Optional.of(GGUF);
    }
    if (bytes.length > 1 && bytes[0] == (byte) 0x80 && 2 <= bytes[1] && bytes[1] <= NEWEST_PICKLE) {
      // torch.save wrote a bare pickle before 1.6, with a number of its own in front.
      byte[] torch = {(byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};
      boolean old = bytes.length > 8 && Arrays.equals(bytes, 2, 8, torch, 0, 6);
      return Optional.of(old ? PYTORCH : PICKLE);
    }
    // Protocol buffers begin with their fields: a version, then a text or a message.
    if (bytes.length > 3 && bytes[0] == 8) {
      if (bytes[1] == 1 && bytes[2] == 0x12) {
        return Optional.of(SAVED_MODEL);
      }
      boolean next = bytes[2] == 0x12 || bytes[2] == 0x1a || bytes[2] == 0x3a || bytes[2] == 0x42;
      if (2 <= bytes[1] && bytes[1] <= 32 && next) {
        return Optional.of(ONNX);
      }
    }
    if (at(bytes, LENGTH_SIZE, "{\"") && bytes[LENGTH_SIZE - 1] == 0) {
      return Optional.of(SAFETENSORS);
    }
    return Optional.empty();
  }

  private static boolean at(byte[] bytes, int offset, String text) {
    byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
    return bytes.length >= offset + expected.length
        && Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
  }
}
