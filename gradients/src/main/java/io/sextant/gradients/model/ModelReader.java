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
}
