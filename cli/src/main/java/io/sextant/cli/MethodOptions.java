package io.sextant.cli;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of whatever method a command runs, and the list of those that there are. */
final class MethodOptions {
  private static final String ALL = "";

  private final Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting, as --list NAME names them; may be given several times.")
  void set(Map<String, String> given) {
    given.forEach(this::set);
  }

  // An option that helps lets the required ones be left out.
  @SuppressWarnings("deprecation")
  @Option(
      names = "--list",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = ALL,
      help = true,
      description = "Lists what there is, or the settings of one, and does nothing else.")
  @Nullable String list;

  /** Takes a setting that has an option of its own. */
  void set(String key, @Nullable String value) {
    if (value == null) {
      return;
    }
    String other = settings.put(key, value);
    if (other != null && !other.equals(value)) {
      throw new IllegalArgumentException(
          "%s is given twice, as '%s' and '%s'; give it once".formatted(key, other, value));
    }
  }

  Map<String, String> settings() {
    return settings;
  }

  boolean isListing() {
    return list != null;
  }

  /** Lists a catalogue, or one of its methods. */
  int list(Catalogue<?> catalogue, PrintWriter out) {
    return list(catalogue, List.of(), out);
  }

  /**
   * Lists a catalogue and what else may be named, or one of these methods.
   *
   * @param others that have names of their own
   */
  int list(Catalogue<?> catalogue, List<Declaration<?>> others, PrintWriter out) {
    if (list == null || list.equals(ALL)) {
      List<Declaration<?>> all = new ArrayList<>(catalogue.declarations());
      all.addAll(others);
      all(all, out);
    } else {
      one(asked(list, catalogue, others), out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static Declaration<?> asked(
      String name, Catalogue<?> catalogue, List<Declaration<?>> others) {
    for (Declaration<?> other : others) {
      if (other.name().equals(name)) {
        return other;
      }
    }
    return catalogue.declaration(name);
  }

  private static void all(List<Declaration<?>> declarations, PrintWriter out) {
    int width = declarations.stream().mapToInt(d -> d.name().length()).max().orElse(0);
    for (Declaration<?> declared : declarations) {
      out.printf("%-" + width + "s  %s%n", declared.name(), declared.summary());
      out.printf("%-" + width + "s  %s%n", "", traits(declared));
    }
  }

  private static String traits(Declaration<?> declared) {
    String traits = declared.kind().title() + ", asks for " + declared.access().title();
    return declared.norms().isEmpty()
        ? traits
        : traits + ", " + declared.norms().stream().map(Norm::key).collect(Collectors.joining(" "));
  }

  private static void one(Declaration<?> declared, PrintWriter out) {
    out.printf("%s: %s%n", declared.name(), declared.summary());
    out.printf("  %s%n", traits(declared));
    out.printf("  %s%n", declared.source());
    boolean besides = declared.kind().family() == Kind.Family.EXPLANATION_ATTACK;
    String option = besides ? AttackOnExplanations.SET : "--set";
    for (Setting<?, ?> setting : declared.settings()) {
      String usual = declared.byDefault(setting.key()).map(" (default: %s)"::formatted).orElse("");
      out.printf("%n  %s %s=...%s%n", option, setting.key(), usual);
      out.printf("      %s%n", setting.help());
      out.printf(
          "      %s%s%n",
          setting.range(),
          setting.isMethod() ? "; its settings are %s.KEY".formatted(setting.key()) : "");
    }
  }
}
