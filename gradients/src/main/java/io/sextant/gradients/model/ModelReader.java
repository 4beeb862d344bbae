package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * Reads model files of one kind. Readers are found on the class path by {@link
 * java.util.ServiceLoader}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ModelReader {
  /**
   * Whether a file's first bytes are those of this reader's formats.
   *
   * @param bytes the file's content, not modified
   */
  boolean recognises(byte[] bytes);

  /**
   * Reads a file that was recognised.
   *
   * @param source the file, and what lies beside it
   * @throws ModelFileException if the bytes are not a model, or refused for safety
   */
  LoadedNetwork read(ModelSource source);

  /**
   * The digest by which a file that was recognised is known: of its bytes, and of all parts of a
   * model that lies in several files.
   *
   * @param source the file, and what lies beside it
   * @return 64 lower-case hexadecimal digits
   * @throws ModelFileException if a part is missing, or the bytes are refused
   */
  default String sha256(ModelSource source) {
    return source.sha256();
  }
}
