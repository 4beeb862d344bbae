package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final Room ROOM = new Room(1L << 30);

  private static void fits(ThrowingCallable check) {
    assertThatCode(check).doesNotThrowAnyException();
  }

  private static void refused(ThrowingCallable check, String message) {
    assertThatExceptionOfType(DataException.class).isThrownBy(check).withMessage(message);
  }

  @Test
  void pictures_of_usual_sizes_fit_and_huge_ones_do_not() {
    fits(() -> ROOM.requireExample("a", 3 * 1024 * 1024));
    fits(() -> ROOM.requireExample("a", 4 << 20));
    refused(
        () -> ROOM.requireExample("a.jpg is 4096 x 4096", 1 << 24),
        "a.jpg is 4096 x 4096: one input takes 64 MiB, but at most 16 MiB (1/64 of the memory for"
            + " Java, 1024 MiB) is accepted; scale the inputs down to what the model takes, or give"
            + " more memory (SEXTANT_JAVA_OPTS=-Xmx4g)");
  }

  @Test
  void data_may_take_half_of_the_heap_rows_included() {
    fits(() -> ROOM.requireData("x", 60_000, 784, 4));
    fits(() -> ROOM.requireData("x", 160, 3 * 224 * 224, 4));
    refused(
        () -> ROOM.requireData("x.idx", 60_000, 3072, 4),
        "x.idx: 60000 rows of 3072 values take 704 MiB, but at most 512 MiB (1/2 of the memory for"
            + " Java, 1024 MiB) is accepted; give fewer rows, or give more memory"
            + " (SEXTANT_JAVA_OPTS=-Xmx4g)");
    // Empty rows take room too.
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ROOM.requireData("x", 1L << 25, 0, 4));
  }

  @Test
  void products_that_overflow_do_not_fit() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ROOM.requireData("x", Long.MAX_VALUE / 2, Long.MAX_VALUE / 2, 8));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ROOM.requireExample("x", Long.MAX_VALUE));
  }
}
