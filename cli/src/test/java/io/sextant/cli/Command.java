package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What one call of the command came to. */
record Command(int code, String out, String err) {

  /** Calls the command in this process; arguments are turned into text. */
  static Command sextant(Object... arguments) {
    return run(Main.commandLine(), arguments);
  }

  static Command run(CommandLine line, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = line.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Command(code, out.toString(), err.toString());
  }

  /** Requires success and hands itself back. */
  Command succeeds() {
    return ends(ExitCode.OK);
  }

  Command ends(int expected) {
    assertThat(code).as("%s%n%s", out, err).isEqualTo(expected);
    return this;
  }

  /** Requires exit code 2 with one line that says all of the given. */
  Command refuses(String... parts) {
    ends(ExitCode.BAD_INPUT);
    assertThat(message()).as(err).isNotNull().contains(parts).doesNotContain("null");
    assertThat(err).doesNotContain("\tat ").doesNotContain("Exception");
    return this;
  }

  /** The line that tells what went wrong; progress is not part of it. */
  @Nullable String message() {
    List<String> lines = err.lines().filter(line -> line.startsWith("sextant: ")).toList();
    assertThat(lines).as(err).hasSizeLessThanOrEqualTo(1);
    // A message that goes on in a second line would show here.
    List<String> phases = List.of("reading the data", "found finished");
    assertThat(err.lines())
        .as(err)
        .allMatch(
            line ->
                line.startsWith("sextant: ")
                    || line.startsWith("Try 'sextant")
                    || line.startsWith("Possible solutions:")
                    || line.startsWith("Did you mean:")
                    || line.startsWith("reading the model ")
                    || phases.contains(line));
    return lines.isEmpty() ? null : lines.get(0);
  }
}
