package io.sextant.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import io.sextant.results.gate.GateReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestPlaceTest {
  @Test
  void the_running_test_is_found_behind_helpers_and_lambdas() {
    Supplier<TestPlace> behind = () -> helper();

    assertThat(behind.get())
        .isEqualTo(
            new TestPlace(
                TestPlaceTest.class.getName(),
                "the_running_test_is_found_behind_helpers_and_lambdas",
                List.of()));
  }

  private static TestPlace helper() {
    return TestPlace.ofCaller();
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void parameterized_tests_are_tests(int ignored) {
    assertThat(helper().method()).isEqualTo("parameterized_tests_are_tests");
  }

  @Test
  void without_a_test_it_is_the_caller() throws InterruptedException {
    AtomicReference<TestPlace> found = new AtomicReference<>(new TestPlace("", "", List.of()));
    Thread thread = new Thread(() -> found.set(helper()));
    thread.start();
    thread.join();

    assertThat(found.get())
        .isEqualTo(new TestPlace(TestPlaceTest.class.getName(), "helper", List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../up", "a b", "a/b", "a\\b", "..", "x:y", "<script>", "\u0000", ""})
  void a_name_stays_one_folder_below_the_output(String name) {
    Path root = Path.of("out");
    Path folder = new TestPlace("a.B", name, List.of()).folder(root);

    assertThat(folder.normalize()).isEqualTo(folder);
    assertThat(folder.getNameCount()).isEqualTo(3);
    assertThat(folder.startsWith(root.resolve("a.B"))).isTrue();
  }

  @Test
  void long_names_are_cut_and_stay_different() {
    Path first = new TestPlace("A", "x".repeat(300) + 1, List.of()).folder(Path.of("out"));
    Path second = new TestPlace("A", "x".repeat(300) + 2, List.of()).folder(Path.of("out"));

    assertThat(first).isNotEqualTo(second);
    assertThat(first.getFileName().toString()).hasSizeLessThan(100);
  }

  @Test
  void commands_are_quoted_where_a_shell_would_read_them() {
    assertThat(new TestPlace("a.B", "c", List.of()).command()).isEqualTo("mvn test -Dtest=a.B#c");
    assertThat(new TestPlace("a.B$C", "d's", List.of()).command())
        .isEqualTo("mvn test -Dtest='a.B$C#d'\\''s'");
  }

  @Test
  void suppliers_are_names_that_a_spec_can_hold() {
    assertThat(new TestPlace("a.My Test", "c", List.of()).supplier()).isEqualTo("a.My_Test");
  }

  @Test
  void a_lambda_in_another_thread_belongs_to_its_method() throws Exception {
    java.util.concurrent.CompletableFuture<TestPlace> place =
        java.util.concurrent.CompletableFuture.supplyAsync(() -> TestPlace.ofCaller());
    assertThat(place.get().method()).isEqualTo("a_lambda_in_another_thread_belongs_to_its_method");
  }

  /** Two tests of one name. */
  @SuppressWarnings("JUnitMalformedDeclaration")
  static class Overloaded {
    @Test
    void same(AuditResult audit) {}

    @Test
    void same(GateReport gate, List<String> more) {}

    @Test
    void alone(AuditResult audit) {}
  }

  @Test
  void methods_of_one_name_have_a_folder_each_and_one_command() throws NoSuchMethodException {
    TestPlace one = place("same", AuditResult.class);
    TestPlace other = place("same", GateReport.class, List.class);

    assertThat(one.folder(Path.of("out"))).hasFileName("same-AuditResult");
    assertThat(other.folder(Path.of("out"))).hasFileName("same-GateReport-List");
    assertThat(place("alone", AuditResult.class).folder(Path.of("out"))).hasFileName("alone");
    assertThat(one.command()).isEqualTo(other.command()).endsWith("Overloaded#same'");
  }

  private static TestPlace place(String method, Class<?>... parameters)
      throws NoSuchMethodException {
    return TestPlace.of(Overloaded.class, Overloaded.class.getDeclaredMethod(method, parameters));
  }
}
