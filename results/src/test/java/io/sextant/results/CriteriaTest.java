package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Criterion.Answer;
import io.sextant.results.ValidityCheck.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CriteriaTest {
  private static final Path PAGE = Path.of("../src/site/validity-checks.md");

  private static ValidityCheck check(String id, Status status) {
    return new ValidityCheck(
        id,
        "title",
        status,
        Optional.of("reason"),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        "why",
        List.of(),
        List.of());
  }

  @Test
  void every_check_answers_something_and_nothing_rests_on_a_check_that_does_not_exist() {
    assertThat(Criteria.all().stream().flatMap(c -> c.checks().stream()).distinct())
        .isSubsetOf(ValidityCheck.REMEDIES.keySet());
    assertThat(ValidityCheck.REMEDIES.keySet())
        .allSatisfy(
            id ->
                assertThat(Criteria.all())
                    .as(id)
                    .anySatisfy(c -> assertThat(c.checks()).contains(id)));
  }

  @Test
  void all_six_indicators_and_all_flags_are_there_once() {
    assertThat(Criteria.all()).extracting(c -> c.source() + " " + c.item()).doesNotHaveDuplicates();
    assertThat(Criteria.all()).filteredOn(c -> c.source().equals("pintor-2022")).hasSize(6);
    assertThat(Criteria.all()).filteredOn(c -> c.source().equals("autoattack-2020")).hasSize(6);
    assertThat(Criteria.all())
        .allSatisfy(
            c ->
                assertThat(c.checks().isEmpty() && c.stands().isEmpty() && c.person().isEmpty())
                    .as("%s is left to nobody", c.item())
                    .isFalse());
  }

  @ParameterizedTest
  @CsvSource({
    "PASS, PASS, MET",
    "WARN, SKIPPED, MET",
    "PASS, FAIL, NOT_MET",
    "FAIL, NOT_RUN, NOT_MET",
    "PASS, NOT_RUN, NOT_MEASURED",
    "SKIPPED, SKIPPED, NOT_MEASURED"
  })
  void checks_answer(Status first, Status second, Answer answer) {
    // Rests on convergence and incomplete-optimisation.
    List<ValidityCheck> checks =
        List.of(
            check("convergence", first),
            check("incomplete-optimisation", second),
            check("huge-epsilon", Status.FAIL));
    assertThat(Criteria.answered(checks))
        .filteredOn(c -> c.item().equals("3.2-converged"))
        .extracting(Criterion::answer)
        .containsExactly(answer);
  }

  @Test
  void what_no_check_answers_is_reported_or_left_to_a_person() {
    assertThat(Criteria.answered(List.of()))
        .filteredOn(c -> c.item().equals("3.1-clean-accuracy") || c.item().equals("3.2-prior-work"))
        .extracting(Criterion::answer)
        .containsExactly(Answer.REPORTED, Answer.PERSON);
    assertThat(Criteria.all()).isEqualTo(Criteria.answered(List.of()));
  }

  @Test
  void the_page_has_the_same_table() throws IOException {
    assertThat(Files.readString(PAGE)).contains(table());
  }

  /** A row for each check, a column for each source. */
  private static String table() {
    StringBuilder table =
        new StringBuilder(
            "| Check | Pintor et al. | Carlini et al. | AutoAttack |\n|---|---|---|---|\n");
    for (String id : new TreeMap<>(ValidityCheck.REMEDIES).keySet()) {
      table.append("| `").append(id).append("` |");
      for (String source : List.of("pintor-2022", "carlini-2019", "autoattack-2020")) {
        String items =
            Criteria.all().stream()
                .filter(c -> c.source().equals(source) && c.checks().contains(id))
                .map(Criterion::item)
                .collect(Collectors.joining(", "));
        table.append(' ').append(items).append(items.isEmpty() ? "|" : " |");
      }
      table.append('\n');
    }
    return table.toString();
  }
}
