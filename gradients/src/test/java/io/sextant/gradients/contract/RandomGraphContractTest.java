package io.sextant.gradients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.RandomKey;
import io.sextant.gradients.contract.Answers.Quantity;
import io.sextant.gradients.graph.Cell;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of small random networks on the engine under test and on the reference.
 *
 * <p>{@code -Dsextant.test.graph=SEED} runs one of them alone.
 */
@Tag("engine-contract")
class RandomGraphContractTest {
  private static final int NETWORKS = 500;
  private static final int MORE_NETWORKS = 5 * NETWORKS;
  private static final int NETWORKS_OF_ALL_KINDS = 2_000;
  private static final double MOST_DELICATE = 0.002;

  @Test
  void random_networks_agree_with_the_reference_in_double_precision() {
    agree(0, NETWORKS);
  }

  @Test
  @Tag("slow")
  void many_more_random_networks_agree() {
    agree(NETWORKS, NETWORKS + MORE_NETWORKS);
  }

  private static void agree(long from, long to) {
    List<Agreement> agreements =
        seeds(from, to).mapToObj(RandomGraphContractTest::agreement).toList();
    assertThat(agreements.stream().flatMap(a -> a.difference().stream()).limit(5)).isEmpty();
    long rows = agreements.stream().mapToLong(Agreement::rows).sum();
    long delicate = agreements.stream().mapToLong(Agreement::delicate).sum();
    assertThat((double) delicate / rows)
        .as("share of rows on which rounding decides, %d of %d", delicate, rows)
        .isLessThanOrEqualTo(MOST_DELICATE);
  }

  private static LongStream seeds(long from, long to) {
    Long only = Long.getLong("sextant.test.graph");
    return only == null ? LongStream.range(from, to).parallel() : LongStream.of(only);
  }

  private static Agreement agreement(long seed) {
    RandomKey key = RandomKey.of(seed);
    Question question = Question.random(Values.ROUGH, key);
    try {
      Agreement agreement = Agreement.on(question, key);
      return agreement.difference().isEmpty() ? agreement : explained(agreement, seed, question);
    } catch (RuntimeException e) {
      throw new AssertionError("network %d, %s".formatted(seed, question), e);
    }
  }

  private static Agreement explained(Agreement agreement, long seed, Question question) {
    String culprit =
        Agreement.culprit(question, RandomKey.of(seed))
            .map(node -> "wrong already where it ends in " + node.name())
            .orElse("right where it ends earlier");
    return new Agreement(
        agreement
            .difference()
            .map(text -> "network %d: %s; %s; %s%n".formatted(seed, text, culprit, question)),
        agreement.rows(),
        agreement.delicate());
  }

  /** Zeros and ties decide here, and single precision makes no error. */
  @Test
  void kinks_and_ties_are_taken_from_the_same_side() {
    exact(0, NETWORKS);
  }

  @Test
  @Tag("slow")
  void kinks_and_ties_of_many_more_networks_are_taken_from_the_same_side() {
    exact(NETWORKS, NETWORKS + MORE_NETWORKS);
  }

  private static void exact(long from, long to) {
    List<String> answers = seeds(from, to).mapToObj(RandomGraphContractTest::exactAnswer).toList();
    assertThat(answers.stream().filter(text -> text.startsWith("network")).limit(5)).isEmpty();
    if (answers.size() > 1) {
      assertThat(answers.stream().filter(text -> text.equals("too large")).count())
          .as("networks whose numbers need more than a float's digits")
          .isLessThanOrEqualTo(answers.size() / 20);
    }
  }

  private static String exactAnswer(long seed) {
    Question question = Question.random(Values.EXACT, RandomKey.of(seed));
    Answers expected = question.ask(EngineUnderTest.reference(question.graph()));
    if (!Arrays.stream(Quantity.values())
        .flatMap(quantity -> Arrays.stream(quantity.of(expected)))
        .allMatch(Values::isShort)) {
      return "too large";
    }
    Answers actual = question.ask(EngineUnderTest.service(question.graph()));
    return Arrays.stream(Quantity.values())
        .filter(quantity -> !actual.equal(expected, quantity))
        .findFirst()
        .map(quantity -> "network %d: %s differs; %s%n".formatted(seed, quantity, question))
        .orElse("equal");
  }

  @Test
  void every_kind_of_operation_is_drawn() {
    Set<Object> drawn = new HashSet<>();
    for (long seed = 0; seed < NETWORKS_OF_ALL_KINDS; seed++) {
      InferenceGraph graph = Question.random(Values.ROUGH, RandomKey.of(seed)).graph();
      for (Node node : graph.nodes()) {
        drawn.addAll(kinds(node));
      }
    }
    Stream<Object> classes =
        Stream.of(Operation.class, Function.class)
            .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
            // What answers by itself is no part of a network.
            .filter(type -> type != Operation.Prediction.class)
            .map(Object.class::cast);
    Stream<Object> choices =
        Stream.of(
                Arrays.stream(Operation.Combination.values()),
                Arrays.stream(Operation.Reduction.values())
                    .flatMap(r -> Stream.of("window " + r, "whole " + r)),
                Arrays.stream(Cell.class.getPermittedSubclasses()),
                Stream.of("reset before", "reset after", "peepholes", "backwards", "masked"),
                Stream.of(false, true)
                    .flatMap(
                        a -> Stream.of(false, true).map(b -> new Operation.MatrixProduct(a, b))))
            .flatMap(some -> some);
    assertThat(drawn).containsAll(Stream.concat(classes, choices).collect(Collectors.toSet()));
  }

  private static List<Object> kinds(Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.MatrixProduct) {
      return List.of(Operation.MatrixProduct.class, operation);
    }
    if (operation instanceof Operation.Recurrent recurrent) {
      List<Object> kinds =
          new ArrayList<>(List.of(Operation.Recurrent.class, recurrent.cell().getClass()));
      if (recurrent.cell() instanceof Cell.Gru gru) {
        kinds.add(gru.resetAfter() ? "reset after" : "reset before");
      }
      if (recurrent.cell() instanceof Cell.Lstm lstm && lstm.peepholes().isPresent()) {
        kinds.add("peepholes");
      }
      if (recurrent.backwards()) {
        kinds.add("backwards");
      }
      if (node.inputs().size() == 2) {
        kinds.add("masked");
      }
      return kinds;
    }
    if (operation instanceof Operation.Elementwise elementwise) {
      return List.of(Operation.Elementwise.class, elementwise.function().getClass());
    }
    if (operation instanceof Operation.Combine combine) {
      return List.of(Operation.Combine.class, combine.combination());
    }
    if (operation instanceof Operation.Pool pool) {
      return List.of(Operation.Pool.class, "window " + pool.reduction());
    }
    if (operation instanceof Operation.Reduce reduce) {
      return List.of(Operation.Reduce.class, "whole " + reduce.reduction());
    }
    return List.of(operation.getClass());
  }
}
