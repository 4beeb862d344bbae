package io.sextant.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private final Slot input = Slot.callers(Slot.Owner.INPUT, 100);
  private final Slot a = Slot.ofBytes(100);
  private final Slot b = Slot.ofBytes(200);
  private final Slot c = Slot.ofBytes(100);

  private static Instruction copy(Slot from, Slot to) {
    return new CopyInstruction(from, to, Math.min(from.bytes(), to.bytes()));
  }

  private static boolean overlap(Arena arena, Slot x, Slot y) {
    return arena.offset(x) < arena.offset(y) + y.bytes()
        && arena.offset(y) < arena.offset(x) + x.bytes();
  }

  @Test
  void slots_that_live_one_after_the_other_share_a_place() {
    Arena arena = new Arena(List.of(copy(input, a), copy(a, b), copy(b, c)), List.of(), false);
    assertThat(overlap(arena, a, b)).isFalse();
    assertThat(overlap(arena, b, c)).isFalse();
    assertThat(overlap(arena, a, c)).isTrue();
    assertThat(arena.bytes()).isEqualTo(256 + 128);
  }

  @Test
  void what_the_backward_reads_is_kept_for_every_pullback() {
    Slot gradient = Slot.ofBytes(100);
    Slot more = Slot.ofBytes(100);
    Arena arena =
        new Arena(
            List.of(copy(input, a), copy(a, b)),
            List.of(copy(a, gradient), copy(gradient, more), copy(more, c)),
            false);
    for (Slot slot : List.of(gradient, more, c)) {
      assertThat(overlap(arena, a, slot)).isFalse();
    }
    assertThat(overlap(arena, gradient, c)).isTrue();
  }

  @Test
  void nothing_shares_a_place_when_all_is_kept() {
    Arena arena = new Arena(List.of(copy(input, a), copy(a, b), copy(b, c)), List.of(), true);
    assertThat(overlap(arena, a, c)).isFalse();
  }

  @Test
  void places_start_at_cache_lines() {
    Arena arena = new Arena(List.of(copy(input, a), copy(a, b), copy(b, c)), List.of(), true);
    for (Slot slot : List.of(a, b, c)) {
      assertThat(arena.offset(slot) % Arena.ALIGNMENT).isZero();
    }
  }

  @Test
  void reading_before_writing_is_a_mistake() {
    assertThatThrownBy(() -> new Arena(List.of(copy(a, b)), List.of(), false))
        .isInstanceOf(IllegalStateException.class);
  }
}
