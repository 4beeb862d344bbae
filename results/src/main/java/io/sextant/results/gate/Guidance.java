package io.sextant.results.gate;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The commands and files that a message points to.
 *
 * @param check the command that judges again, for example {@code mvn sextant:check}
 * @param update the command that accepts a change, for example {@code mvn sextant:update-baseline}
 * @param report the report to open, where there is one
 * @param waiving where somebody can accept a broken rule for a time
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Guidance(String check, String update, Optional<String> report, Waiving waiving) {
  private static final int SHOWN = 3;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,/:@%+=-]+");

  /** Where a waiver is written down. */
  public enum Waiving {
    /** In the audit spec. */
    SPEC,
    /** In the code of a test, before the check. */
    CODE,
    /** There is no place for one. */
    NOWHERE
  }

  /** Commands about rules that stand in a spec, and so do waivers. */
  public Guidance(String check, String update, Optional<String> report) {
    this(check, update, report, Waiving.SPEC);
  }

  /** The commands of the Maven plugin. */
  public static Guidance maven(Optional<String> report) {
    return new Guidance("mvn sextant:check", "mvn sextant:update-baseline", report);
  }

  /** The command that looks at a rule and its worst examples again. */
  public String reproduce(RuleReport rule) {
    // A fall below a baseline is seen on all of its examples only.
    List<Integer> samples = rule.regressed() ? List.of() : worst(rule);
    String ids = samples.stream().map(String::valueOf).collect(Collectors.joining(","));
    return check
        + " "
        + quoted("-Dsextant.rules=" + rule.rule().id())
        + (samples.isEmpty() ? "" : " -Dsextant.samples.ids=" + ids);
  }

  /** The worst examples that are shown. */
  static List<Integer> worst(RuleReport rule) {
    return rule.worst().stream().limit(SHOWN).toList();
  }

  /** An argument as a shell takes it. */
  public static String quoted(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
