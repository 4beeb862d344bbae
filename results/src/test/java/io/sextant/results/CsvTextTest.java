package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "'x", "''=x", "'"})
  void what_a_spreadsheet_might_run_is_marked_as_text_and_read_back(String text) {
    assertThat(CsvText.cell(text)).isEqualTo("'" + text);
    assertThat(CsvText.text(CsvText.cell(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a=b", "1-2", " =1", "pgd"})
  void any_other_text_is_written_as_it_is(String text) {
    assertThat(CsvText.cell(text)).isEqualTo(text);
    assertThat(CsvText.text(text)).isEqualTo(text);
  }

  @Test
  void cells_of_different_texts_differ() {
    assertThat(CsvText.cell("'=x")).isNotEqualTo(CsvText.cell("=x"));
  }
}
