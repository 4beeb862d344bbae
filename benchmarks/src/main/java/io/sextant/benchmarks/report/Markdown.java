package io.sextant.benchmarks.report;

import java.util.List;

/** A page under construction. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  Markdown heading(int level, String title) {
    text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
    return this;
  }

  Markdown paragraph(String sentences) {
    text.append(sentences).append("\n\n");
    return this;
  }

  Markdown bullets(List<String> items) {
    items.forEach(item -> text.append("- ").append(item).append('\n'));
    text.append(items.isEmpty() ? "" : "\n");
    return this;
  }

  /**
   * A table.
   *
   * @param head one cell per column; a column whose head starts with {@code >} is aligned right
   * @param rows as many cells each
   */
  Markdown table(List<String> head, List<List<String>> rows) {
    row(head.stream().map(cell -> cell.startsWith(">") ? cell.substring(1) : cell).toList());
    row(head.stream().map(cell -> cell.startsWith(">") ? "---:" : "---").toList());
    for (List<String> row : rows) {
      if (row.size() != head.size()) {
        throw new IllegalArgumentException(
            "a row must have %d cells but had %d: %s".formatted(head.size(), row.size(), row));
      }
      row(row);
    }
    text.append('\n');
    return this;
  }

  private void row(List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    text.append('\n');
  }

  @Override
  public String toString() {
    return text.toString().stripTrailing() + "\n";
  }
}
