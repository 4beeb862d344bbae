package io.sextant.evaluation.data;

/**
 * How large data may be, as a share of the heap, so that what does not fit is refused by its header
 * and not by running out of memory. Data is kept as floats; an attack keeps some dozens of copies
 * of an example, most of them as doubles.
 *
 * @param heap bytes that the virtual machine may use
 */
record Room(long heap) {
  private static final int DATA_SHARE = 2;
  private static final int EXAMPLE_SHARE = 64;
  private static final int TEXT_SHARE = 8;

  /** Bytes of a row besides its values. */
  private static final int ROW = 24;

  /** The room of this virtual machine. */
  static Room here() {
    return new Room(Runtime.getRuntime().maxMemory());
  }

  /**
   * Requires that one example leaves room to work on it.
   *
   * @param what the file, for the message
   * @param values of the example
   * @throws DataException naming size and limit
   */
  void requireExample(String what, long values) {
    require(
        what,
        "one input takes %s",
        times(values, Float.BYTES),
        EXAMPLE_SHARE,
        "scale the inputs down to what the model takes");
  }

  /**
   * Requires that data fits beside what is done with it.
   *
   * @param what the file, for the message
   * @param rows examples
   * @param values of each
   * @param bytes of a value in memory
   * @throws DataException naming size and limit
   */
  void requireData(String what, long rows, long values, int bytes) {
    long row = times(values, bytes);
    require(
        what,
        "%d rows of %d values take %%s".formatted(rows, values),
        times(rows, row > Long.MAX_VALUE - ROW ? row : row + ROW),
        DATA_SHARE,
        "give fewer rows");
  }

  /**
   * Requires that a text file is no larger than what its numbers may take.
   *
   * @throws DataException naming size and limit
   */
  void requireText(String what, long size) {
    require(what, "the file has %s", size, TEXT_SHARE, "give fewer rows");
  }

  private void require(String what, String size, long bytes, int share, String remedy) {
    if (bytes > heap / share) {
      throw new DataException(
          "%s: %s, but at most %s (1/%d of the memory for Java, %s) is accepted; %s, or give more memory (SEXTANT_JAVA_OPTS=-Xmx4g)"
              .formatted(
                  what,
                  size.formatted(megabytes(bytes)),
                  megabytes(heap / share),
                  share,
                  megabytes(heap),
                  remedy));
    }
  }

  private static long times(long count, long each) {
    return each > 0 && count > Long.MAX_VALUE / each ? Long.MAX_VALUE : count * each;
  }

  private static String megabytes(long bytes) {
    return bytes < 1 << 20 ? bytes + " bytes" : (bytes >> 20) + " MiB";
  }
}
