package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.engine.Session;
import io.sextant.gradients.graph.InferenceGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine's own interface, without the service that keeps its rules. */
@Tag("engine-contract")
class SessionContractTest {
  private static final InferenceGraph GRAPH = Soak.Subject.CONVOLUTIONAL.graph();
  private static final int FEATURES = GRAPH.input().shape().elements();
  private static final int CLASSES = GRAPH.output().shape().elements();
  private static final int CAPACITY = 4;

  private final ByteBuffer input = random(CAPACITY * FEATURES, 1);
  private final ByteBuffer cotangent = random(CAPACITY * CLASSES, 2);
  private final ByteBuffer logits = floats(CAPACITY * CLASSES);
  private final ByteBuffer gradient = floats(CAPACITY * FEATURES);

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer random(int count, long seed) {
    RandomGenerator random = RandomKey.of(seed).random();
    ByteBuffer buffer = floats(count);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i * Float.BYTES, (float) Values.ROUGH.input(random));
    }
    return buffer;
  }

  private static ByteBuffer copy(ByteBuffer buffer) {
    ByteBuffer copy = floats(buffer.capacity() / Float.BYTES);
    return copy.put(0, buffer, 0, buffer.capacity());
  }

  private static Engine engine() {
    return ServiceLoader.load(Engine.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals(EngineUnderTest.name()))
        .findFirst()
        .orElseThrow();
  }

  private static void inSession(Consumer<Session> check) {
    try (Program program = engine().compile(GRAPH, GRAPH.weights(), Precision.FLOAT);
        Session session = program.open(CAPACITY, 1)) {
      check.accept(session);
    }
  }

  private void pullback(Session session) {
    session.pullback(cotangent, 0, gradient);
  }

  @Test
  void engine_describes_itself_and_computes_in_single_precision() {
    assertThat(engine().description()).isNotBlank();
    assertThat(engine().name()).isLowerCase();
    assertThat(engine().precisions()).contains(Precision.FLOAT);
  }

  @Test
  void without_a_tape_there_is_nothing_to_pull_back() {
    inSession(
        session -> {
          assertThatThrownBy(() -> pullback(session)).isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> session.activation(1, gradient))
              .isInstanceOf(IllegalStateException.class);
          session.record(input, CAPACITY, logits);
          pullback(session);
          session.forward(input, CAPACITY, logits);
          assertThatThrownBy(() -> pullback(session)).isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void rows_beyond_the_capacity_are_refused() {
    inSession(
        session -> {
          for (int rows : new int[] {0, -1, CAPACITY + 1}) {
            assertThatThrownBy(() -> session.record(input, rows, logits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(rows));
            assertThatThrownBy(() -> session.forward(input, rows, logits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(rows));
          }
        });
  }

  @Test
  void what_is_given_is_left_as_it_is() {
    ByteBuffer given = copy(input);
    ByteBuffer pulled = copy(cotangent);
    inSession(
        session -> {
          session.forward(input, CAPACITY, logits);
          session.record(input, CAPACITY, logits);
          pullback(session);
          assertThat(input).isEqualTo(given);
          assertThat(cotangent).isEqualTo(pulled);
        });
  }

  @Test
  void tape_keeps_no_hold_of_the_buffers_that_it_was_given() {
    inSession(
        session -> {
          session.record(input, CAPACITY, logits);
          pullback(session);
          ByteBuffer expected = copy(gradient);
          ByteBuffer later = copy(input);
          ByteBuffer ownLogits = copy(logits);
          session.record(later, CAPACITY, ownLogits);
          for (int i = 0; i < later.capacity(); i++) {
            later.put(i, (byte) 0);
          }
          for (int i = 0; i < ownLogits.capacity(); i++) {
            ownLogits.put(i, (byte) 0);
          }
          pullback(session);
          assertThat(gradient).isEqualTo(expected);
        });
  }

  @Test
  void fewer_rows_leave_the_rest_of_the_buffers_alone() {
    inSession(
        session -> {
          float mark = 12345;
          for (int i = 0; i < CAPACITY * FEATURES; i++) {
            gradient.putFloat(i * Float.BYTES, mark);
          }
          for (int i = 0; i < CAPACITY * CLASSES; i++) {
            logits.putFloat(i * Float.BYTES, mark);
          }
          session.record(input, 3, logits);
          pullback(session);
          assertThat(logits.getFloat((3 * CLASSES - 1) * Float.BYTES)).isNotEqualTo(mark);
          assertThat(gradient.getFloat((3 * FEATURES - 1) * Float.BYTES)).isNotEqualTo(mark);
          for (int i = 3 * CLASSES; i < CAPACITY * CLASSES; i++) {
            assertThat(logits.getFloat(i * Float.BYTES)).isEqualTo(mark);
          }
          for (int i = 3 * FEATURES; i < CAPACITY * FEATURES; i++) {
            assertThat(gradient.getFloat(i * Float.BYTES)).isEqualTo(mark);
          }
        });
  }
}
