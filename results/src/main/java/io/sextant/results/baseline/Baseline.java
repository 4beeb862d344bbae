package io.sextant.results.baseline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sextant.results.AtomicFile;
import io.sextant.results.AttributionDrift;
import io.sextant.results.Condition;
import io.sextant.results.KeptAttributions;
import io.sextant.results.Metric;
import io.sextant.results.Percent;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.internal.BoundedText;
import io.sextant.results.rules.Figure;
import io.sextant.results.rules.Figures;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.Tally;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a model could do when somebody last accepted it: one small file per model, for version
 * control. Equal content gives equal bytes; there are no dates, paths or hosts in it.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param model id
 * @param samples digest of the examples, see {@link Fingerprint#samples}
 * @param protocol digest of how they were measured, see {@link Fingerprint#protocol}
 * @param rules figures by rule, sorted
 * @param attributions that rules on attribution drift are held against, where there are such rules
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Baseline(
    int schema,
    String model,
    String samples,
    String protocol,
    Map<String, List<BaselineFigure>> rules,
    Optional<KeptAttributions> attributions) {
  /** The version of the format that this code writes. */
  public static final int SCHEMA = 2;

  /** The command that makes a new one, for messages. */
  private static final String UPDATE = "run update-baseline to record one";

  // A typing error in a file that people merge must not pass for a missing figure.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public Baseline {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException(
          "schema must be %s but was %s; use the version of Sextant that wrote it, or %s"
              .formatted(SCHEMA, schema, UPDATE));
    }
    if (model.isBlank()) {
      throw new IllegalArgumentException("model must not be blank");
    }
    Map<String, List<BaselineFigure>> sorted = new TreeMap<>();
    rules.forEach(
        (id, figures) ->
            sorted.put(
                id,
                figures.stream()
                    .sorted(
                        // By value first, as 0.9 comes before 0.10 in a text.
                        Comparator.comparing((BaselineFigure f) -> f.metric().key())
                            .thenComparing(Baseline::condition)
                            .thenComparing(f -> f.scope().describe()))
                    .toList()));
    sorted.forEach(
        (id, figures) -> {
          if (figures.stream().map(BaselineFigure::scope).distinct().count() != figures.size()) {
            throw new IllegalArgumentException(
                "rule %s must have each figure once but has one twice".formatted(id));
          }
        });
    rules = Collections.unmodifiableMap(sorted);
  }

  private static Condition condition(BaselineFigure figure) {
    return figure
        .scope()
        .condition()
        .filter(Condition.class::isInstance)
        .map(Condition.class::cast)
        .orElseGet(Condition.Clean::new);
  }

  /**
   * Records the figures of the rules that a baseline can hold: shares of examples.
   *
   * @param model id
   * @param fingerprint of the audit
   * @param rules of the gate
   * @param measured by the audit, example by example
   * @throws IllegalArgumentException if the audit is not reliable, or a figure is missing or was
   *     not run to the end: such figures are no yardstick
   */
  public static Baseline of(
      String model, Fingerprint fingerprint, List<Rule> rules, Measurements measured) {
    Map<Rule, List<Figure>> figures = new LinkedHashMap<>();
    for (Rule rule : rules) {
      if (rule.metric().isShare()) {
        figures.put(rule, Figures.of(rule, measured.planned()));
      }
    }
    // An audit that was cut short lacks other things too, and these would be misleading to name.
    figures.forEach((rule, own) -> own.forEach(figure -> requireWhole(rule, figure)));
    figures.keySet().forEach(rule -> requireReliable(measured.doubt(rule)));
    Map<String, List<BaselineFigure>> recorded = new TreeMap<>();
    figures.forEach(
        (rule, own) -> {
          if (own.isEmpty()) {
            throw new IllegalArgumentException(
                "rule %s must be measured to be recorded but has no figure".formatted(rule.id()));
          }
          recorded.put(
              rule.id(),
              own.stream()
                  .map(f -> BaselineFigure.of(rule.metric(), f.scope(), paired(rule, f)))
                  .toList());
        });
    return new Baseline(
        SCHEMA,
        model,
        fingerprint.samples(),
        fingerprint.protocol(),
        recorded,
        kept(rules, measured));
  }

  /** The attributions of the explainers that rules are about. */
  private static Optional<KeptAttributions> kept(List<Rule> rules, Measurements measured) {
    List<Rule> about =
        rules.stream().filter(rule -> rule.metric() == Metric.ATTRIBUTION_DRIFT).toList();
    if (about.isEmpty()) {
      return Optional.empty();
    }
    about.forEach(rule -> requireReliable(measured.validity().doubt(rule)));
    KeptAttributions all =
        measured
            .attributions()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "rule %s is about attributions but the audit kept none; add 'attributions' to the spec, and run it without a time budget"
                            .formatted(about.get(0).id())));
    if (about.stream().anyMatch(rule -> rule.explainer().isEmpty())) {
      return Optional.of(all);
    }
    Set<String> asked =
        about.stream().flatMap(rule -> rule.explainer().stream()).collect(Collectors.toSet());
    return Optional.of(all.only(asked));
  }

  private static void requireReliable(Optional<String> doubt) {
    doubt.ifPresent(
        why -> {
          throw new IllegalArgumentException(
              "a baseline must come from a reliable audit but %s; see the validity checks in the report"
                  .formatted(why));
        });
  }

  private static void requireWhole(Rule rule, Figure figure) {
    if (!figure.value().complete()) {
      throw new IllegalArgumentException(
          "rule %s was not run to the end, so it has a bound and no figure to record; run it with curtail none and without a time budget"
              .formatted(rule.id()));
    }
  }

  private static Tally paired(Rule rule, Figure figure) {
    if (!(figure.value() instanceof Tally tally) || !tally.paired()) {
      throw new IllegalArgumentException(
          "rule %s: the outcomes of single examples must be known but are not; samples.csv must stand beside result.json"
              .formatted(rule.id()));
    }
    return tally;
  }

  /**
   * Puts a figure beside its baseline.
   *
   * @param fingerprint of the audit that the figure comes from
   * @param rule that selects the figure
   * @param figure of now
   */
  public Match match(Fingerprint fingerprint, Rule rule, Figure figure) {
    List<BaselineFigure> known = rules.getOrDefault(rule.id(), List.of());
    if (known.isEmpty()) {
      return new Match.Absent("the baseline has no rule %s; %s".formatted(rule.id(), UPDATE));
    }
    if (!samples.equals(fingerprint.samples())) {
      return new Match.Refused(
          "the baseline was measured on other examples, so the two cannot be paired; use the same"
              + " data and samples, or "
              + UPDATE);
    }
    if (!protocol.equals(fingerprint.protocol())) {
      return new Match.Refused(
          "the baseline was measured under other threats, attacks, slices or another seed, so a"
              + " change need not come from the model; use the same settings, or "
              + UPDATE);
    }
    BaselineFigure before =
        known.stream().filter(f -> f.matches(rule.metric(), figure)).findFirst().orElse(null);
    if (before == null) {
      return new Match.Refused(
          "the baseline of rule %s is about something else than %s; %s"
              .formatted(rule.id(), rule.subject(figure.scope()), UPDATE));
    }
    if (!(figure.value() instanceof Tally tally) || !tally.complete()) {
      return new Match.Refused(
          "the figure was not run to the end, and a bound cannot be compared with the baseline");
    }
    if (!tally.paired() || tally.n() != before.n()) {
      return new Match.Refused(
          "the baseline knows %s single examples but this audit %s; samples.csv must stand beside result.json"
              .formatted(before.n(), tally.scores().size()));
    }
    return new Match.Compared(before.compare(tally));
  }

  /**
   * What a new baseline changes, one line per figure that is not the same.
   *
   * @param before the one in force
   */
  public List<String> changesSince(Baseline before) {
    List<String> lines = new ArrayList<>();
    if (!samples.equals(before.samples)) {
      lines.add("examples: changed");
    }
    if (!protocol.equals(before.protocol)) {
      lines.add("threats, attacks, slices or seed: changed");
    }
    if (!attributions.equals(before.attributions)) {
      lines.addAll(changes(before.attributions, attributions));
    }
    TreeSet<String> ids = new TreeSet<>(rules.keySet());
    ids.addAll(before.rules.keySet());
    for (String id : ids) {
      List<BaselineFigure> was = before.rules.getOrDefault(id, List.of());
      List<BaselineFigure> is = rules.getOrDefault(id, List.of());
      for (BaselineFigure now : is) {
        was.stream()
            .filter(f -> f.metric() == now.metric() && f.scope().equals(now.scope()))
            .findFirst()
            .ifPresentOrElse(
                f -> {
                  if (!f.share().equals(now.share())) {
                    lines.add(line(id, now) + text(f.share()) + " -> " + text(now.share()));
                  } else if (!f.bits().equals(now.bits())) {
                    lines.add(line(id, now) + text(f.share()) + ", but other examples are good");
                  }
                },
                () -> lines.add(line(id, now) + "new, " + text(now.share())));
      }
      for (BaselineFigure old : was) {
        if (is.stream()
            .noneMatch(f -> f.metric() == old.metric() && f.scope().equals(old.scope()))) {
          lines.add(line(id, old) + "removed, was " + text(old.share()));
        }
      }
    }
    return List.copyOf(lines);
  }

  private static List<String> changes(
      Optional<KeptAttributions> before, Optional<KeptAttributions> after) {
    if (before.isEmpty() || after.isEmpty()) {
      return List.of("attributions: " + (before.isEmpty() ? "new" : "removed"));
    }
    return AttributionDrift.between(before.get(), after.get()).stream()
        .map(
            drift ->
                "attributions by %s: %s"
                    .formatted(
                        drift.explainer(),
                        drift
                            .moved()
                            .map(moved -> Percent.of(moved.mean().mean()) + " moved")
                            .or(() -> drift.uncompared().map(why -> why.reason()))
                            .orElse("changed")))
        .toList();
  }

  private static String line(String id, BaselineFigure figure) {
    String scope = figure.scope().describe();
    return id + (scope.isEmpty() ? "" : " (" + scope + ")") + ": ";
  }

  private static String text(Proportion share) {
    return "%s of %s".formatted(share.count(), share.n());
  }

  /**
   * Reads a baseline.
   *
   * @throws IllegalArgumentException if the file does not exist, is larger than a baseline can be,
   *     or is no baseline of this schema; the file and the next step are named
   * @throws IOException if the file cannot be read
   */
  public static Baseline read(Path file) throws IOException {
    String text;
    try {
      text = BoundedText.read(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "the baseline %s does not exist; %s".formatted(file, UPDATE), e);
    }
    if (text.contains("<<<<<<<")) {
      throw new IllegalArgumentException(
          "the baseline %s has an unresolved merge conflict; take either side and run update-baseline"
              .formatted(file));
    }
    try {
      JsonNode tree = MAPPER.readTree(text);
      JsonNode schema = tree.get("schema");
      if (schema == null || !schema.isInt()) {
        throw new IllegalArgumentException(
            "%s must be a baseline with a schema number but has none; %s".formatted(file, UPDATE));
      }
      if (schema.intValue() != SCHEMA) {
        throw new IllegalArgumentException(
            "%s has schema %s but this version reads schema %s; %s, or use the version of Sextant that wrote it"
                .formatted(file, schema.intValue(), SCHEMA, UPDATE));
      }
      return MAPPER.treeToValue(tree, Baseline.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not a valid baseline: %s; %s".formatted(file, e.getOriginalMessage(), UPDATE), e);
    }
  }

  /**
   * Writes the file, in full or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, toJson());
  }

  /** The baseline as JSON text: indented, sorted, {@code \n} at the line ends. */
  public String toJson() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    try {
      return MAPPER
              .writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(indenter)
                      .withArrayIndenter(indenter))
              .writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a baseline is always writable: " + e.getMessage(), e);
    }
  }
}
