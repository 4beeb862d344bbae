package io.sextant.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.engine.Engine;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.engine.Program;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Weights;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static final Engine SLOW =
      new Named("slow", 0, Optional.empty(), Set.of(Precision.FLOAT, Precision.DOUBLE));
  private static final Engine FAST =
      new Named("fast", 9, Optional.empty(), Set.of(Precision.FLOAT));
  private static final Engine FOREIGN =
      new Named("foreign", 99, Optional.of("no natives"), Set.of(Precision.FLOAT));

  private record Named(
      String name, int priority, Optional<String> unavailable, Set<Precision> precisions)
      implements Engine {
    @Override
    public String description() {
      return name;
    }

    @Override
    public Program compile(InferenceGraph graph, Weights weights, Precision precision) {
      throw new IllegalStateException("nothing is compiled here");
    }
  }

  private static Engines.Choice find(String name, Precision precision) {
    return Engines.find(name, precision, List.of(SLOW, FOREIGN, FAST));
  }

  @Test
  void auto_takes_the_fastest_that_runs_here_and_says_what_it_passed_over() {
    Engines.Choice choice = find("auto", Precision.FLOAT);
    assertThat(choice.engine()).isEqualTo(FAST);
    assertThat(choice.passedOver()).containsExactly("engine foreign does not run here: no natives");
  }

  @Test
  void auto_takes_one_that_computes_in_the_precision() {
    Engines.Choice choice = find("auto", Precision.DOUBLE);
    assertThat(choice.engine()).isEqualTo(SLOW);
    assertThat(choice.passedOver()).isEmpty();
  }

  @Test
  void a_named_engine_is_taken_whatever_its_priority() {
    assertThat(find("slow", Precision.FLOAT).engine()).isEqualTo(SLOW);
  }

  @Test
  void a_named_engine_that_does_not_run_here_is_refused_with_the_reason() {
    assertThatThrownBy(() -> find("foreign", Precision.FLOAT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("engine foreign does not run here: no natives; choose another engine, or auto");
  }

  @Test
  void unknown_names_and_precisions_are_refused() {
    assertThatThrownBy(() -> find("gpu", Precision.FLOAT))
        .hasMessage("engine must be auto or one of [fast, foreign, slow] but was gpu");
    assertThatThrownBy(() -> find("fast", Precision.DOUBLE))
        .hasMessage("engine fast does not compute in DOUBLE; choose another engine or precision");
  }
}
