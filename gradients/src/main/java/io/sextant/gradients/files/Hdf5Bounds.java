package io.sextant.gradients.files;

import io.sextant.gradients.model.ModelFileException;

/**
 * How much is made of one HDF5 file, which may name the same bytes as often as it likes: each
 * structure that is looked at and each byte of text that is copied is counted here.
 */
final class Hdf5Bounds {
  private static final int MOST_STRUCTURES = 1_000_000;

  /** Longest name of a member or an attribute, in bytes. */
  private static final int LONGEST_NAME = 1024;

  private final String file;
  private final long mostText;
  private int structures;
  private long text;

  /**
   * Bounds for one file.
   *
   * @param file for messages
   * @param size of it in bytes: a file in which no bytes stand for two texts holds no more text
   */
  Hdf5Bounds(String file, long size) {
    this.file = file;
    this.mostText = size;
  }

  /** Most structures of a file. */
  static int mostStructures() {
    return MOST_STRUCTURES;
  }

  /** Counts a structure before it is read. */
  void structure() {
    if (++structures > MOST_STRUCTURES) {
      throw damaged("it has more than %d structures".formatted(MOST_STRUCTURES));
    }
  }

  /** Counts a name before it is copied. */
  void name(long bytes) {
    if (bytes > LONGEST_NAME) {
      throw damaged("a name may have at most %d bytes but has %d".formatted(LONGEST_NAME, bytes));
    }
    text(bytes);
  }

  /** Counts a text before it is copied. */
  void text(long bytes) {
    text += bytes;
    if (text > mostText) {
      throw damaged("its names and texts have more bytes than its %d in all".formatted(mostText));
    }
  }

  ModelFileException damaged(String why) {
    return new ModelFileException("%s: the HDF5 file is damaged: %s".formatted(file, why));
  }
}
