package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Stage;
import io.sextant.attacks.preset.Standard;
import io.sextant.results.Norm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GreedyTest {
  private static final Path RECORDS = Path.of("data/plans/parts.csv");

  private static List<Greedy.Line> lines(String text) {
    return text.lines().skip(1).map(Greedy.Line::parse).toList();
  }

  @Test
  void what_breaks_most_for_its_cost_comes_first_and_what_adds_nothing_does_not_come() {
    List<Greedy.Place> order =
        Greedy.order(
            lines(
                Greedy.HEADER
                    + """

                    m,linf 0.1,dear,bbbbh.,90,10
                    m,linf 0.1,cheap,bbhhh.,4,6
                    m,linf 0.1,other,hhhbb.,30,20
                    m,linf 0.1,double,bhhhh.,1,0
                    """
                        .replace("                    ", "")));
    // 1 for 5 examples at 1 pass; 1 more at 10; then 2 of the 3 left at 50, then 1 at 100.
    assertThat(order)
        .extracting(Greedy.Place::part)
        .containsExactly("double", "cheap", "other", "dear");
    assertThat(order).extracting(Greedy.Place::broken).containsExactly(1, 1, 2, 1);
    assertThat(order.get(0).perThousand()).isEqualTo(200);
    assertThat(order.get(3).perThousand()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void parts_have_the_order_that_the_records_of_their_norm_give(Norm norm) throws IOException {
    List<Greedy.Line> own =
        lines(Files.readString(RECORDS)).stream()
            .filter(line -> line.where().contains(" " + norm.key() + " "))
            .toList();
    List<String> plan =
        Standard.DEFAULT.plan(norm).stream()
            .map(Stage::name)
            // Not for what it breaks: it says whether gradients mislead.
            .filter(name -> !name.equals("black-box"))
            .toList();
    List<Greedy.Line> chosen = own.stream().filter(line -> plan.contains(line.part())).toList();
    assertThat(Greedy.order(chosen)).extracting(Greedy.Place::part).isEqualTo(plan);
    // The first parts are those that the rule takes from all candidates.
    assertThat(Greedy.order(own).subList(0, 3))
        .extracting(Greedy.Place::part)
        .isEqualTo(plan.subList(0, 3));
  }
}
