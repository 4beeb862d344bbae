package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
