package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexReportTest {
  @Test
  void links_to_each_report() {
    String html =
        IndexReport.render(
            "Demo",
            List.of(
                new IndexReport.Entry(Fixture.images(), "cnn/report.html"),
                new IndexReport.Entry(
                    Fixture.images("<b>odd</b>", Fixture.GARMENTS, List.of(), List.of(), false),
                    "odd/report.html")));
    assertThat(html)
        .contains("<a href=\"cnn/report.html\">fashion-cnn</a>")
        .contains("<a href=\"odd/report.html\">&lt;b&gt;odd&lt;/b&gt;</a>")
        .contains("1 of 3 rules is broken.")
        .contains("Measured, not judged")
        .contains("Unreliable.")
        .contains("L∞ ≤ 8/255")
        .doesNotContain("<script", "http://", "https://");
  }

  @Test
  void shows_the_verdicts_of_builds() {
    String html =
        IndexReport.render(
            "Build",
            List.of(
                new IndexReport.Entry(
                    "core/cnn",
                    Fixture.images(),
                    Optional.of(GateFixture.seven("cnn")),
                    "core/report.html"),
                new IndexReport.Entry(
                    "<b>edge</b>",
                    Fixture.images(),
                    Optional.of(GateFixture.passing("edge")),
                    "edge/report.html")));
    assertThat(html)
        .contains("The gate fails.</strong> 1 of 2 models does not pass.")
        .contains("<a href=\"core/report.html\">core/cnn</a>")
        .contains("4 of 8 robustness rules are not kept for model cnn")
        .contains("1 of 1 robustness rule holds for model edge.")
        .contains("&lt;b&gt;edge&lt;/b&gt;")
        .contains("<a href=\"core/report.html#findings\">core/cnn</a>")
        .contains("worse by 14.5 points")
        .contains("not run to the end")
        .doesNotContain("<a href=\"edge/report.html#findings\">");
    String rules = html.substring(html.indexOf("id=\"rules\""));
    // The worst first; what holds or was skipped is not listed.
    assertThat(
            Stream.of("linf-small", "linf-large", "night", "l2", "worst-class", "legacy")
                .map(rules::indexOf))
        .doesNotContain(-1)
        .isSorted();
    assertThat(rules).doesNotContain(">clean<", ">gap<");
  }

  @Test
  void says_when_every_build_passes() {
    String html =
        IndexReport.render(
            "Build",
            List.of(
                new IndexReport.Entry(
                    "edge",
                    Fixture.images(),
                    Optional.of(GateFixture.passing("edge")),
                    "edge/report.html")));
    assertThat(html).contains("The build passes its gate.").doesNotContain("Rules to look at");
  }

  @Test
  void can_be_empty() {
    assertThat(IndexReport.render("Demo", List.of())).contains("There are no audits.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "javascript:alert(1)", "//host/x", "/abs", "https://x", "a\\b"})
  void refuses_links_that_leave_the_folder(String link) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IndexReport.Entry(Fixture.images(), link))
        .withMessageContaining("relative path");
  }
}
