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

  @Test
  void the_plan_has_the_order_that_the_records_give() throws IOException {
    List<String> order =
        Greedy.order(lines(Files.readString(RECORDS))).stream().map(Greedy.Place::part).toList();
    List<String> plan =
        Standard.DEFAULT.plan(Norm.LINF).stream()
            .map(Stage::name)
            // Not for what it breaks: it says whether gradients mislead.
            .filter(name -> !name.equals("black-box"))
            .toList();
    assertThat(plan).isEqualTo(order.subList(0, plan.size()));
    // What the rule would still add breaks one example of 1,995 at most.
    assertThat(order.subList(plan.size(), order.size())).containsAnyOf("fab-t").hasSizeLessThan(2);
  }
}
