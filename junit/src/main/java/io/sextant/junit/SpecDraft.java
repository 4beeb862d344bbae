package io.sextant.junit;

import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import io.sextant.spec.SpecText;
import io.sextant.spec.SpecWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A spec in the making. It becomes text and is then read as any other spec: so that defaults,
 * profiles and refusals are those of a spec file, and results show the configuration.
 *
 * @param parts of the spec: texts, lists and mappings
 */
record SpecDraft(Map<String, Object> parts) {
  private static final String MODEL = "model";
  private static final String ID = "id";
  private static final String DATA = "data";
  private static final List<String> SOURCES =
      List.of("images", "inputs", "labels", "folder", "csv", "schema", "supplier");
  private static final String THREATS = "threats";
  private static final String WAIVERS = "waivers";
  private static final String ATTRIBUTIONS = "attributions";
  private static final String RULES = "rules";

  /**
   * What differs from a spec file's defaults: one explainer is enough for a test's report, and the
   * evidence does not copy the model.
   */
  static final SpecDraft EMPTY =
      new SpecDraft(
          Map.of("explainers", List.of("integrated-gradients"), "evidence", "adversarial"));

  SpecDraft {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** With a top-level part, in place of an earlier one. */
  SpecDraft with(String key, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(parts);
    changed.put(key, value);
    return new SpecDraft(changed);
  }

  SpecDraft withModelFile(Path file) {
    return with(MODEL, file.toString());
  }

  /** A model from a class, or one that a class hands over. */
  SpecDraft withModelFrom(String className) {
    return with(MODEL, Map.of("supplier", className));
  }

  /** The name of the model in results, as in a spec file. */
  String id() {
    return String.valueOf(parts.getOrDefault(ID, MODEL));
  }

  SpecDraft withId(String id) {
    return with(ID, id);
  }

  /** With settings of the data, beside those that are there. */
  SpecDraft withData(Map<String, Object> settings) {
    Map<String, Object> data = new LinkedHashMap<>(mapping(DATA));
    data.putAll(settings);
    return with(DATA, data);
  }

  /** With a threat, in place of an earlier one in the same norm. */
  SpecDraft withThreat(Norm norm, List<String> epsilons) {
    List<Object> threats = new ArrayList<>(list(THREATS));
    threats.removeIf(threat -> norm.key().equals(((Map<?, ?>) threat).get("norm")));
    threats.add(mapping("norm", norm.key(), "epsilons", epsilons));
    return with(THREATS, threats);
  }

  /** With a waiver, beside those that are there. */
  SpecDraft withWaiver(Map<String, Object> waiver) {
    List<Object> waivers = new ArrayList<>(list(WAIVERS));
    waivers.add(waiver);
    return with(WAIVERS, waivers);
  }

  /**
   * With these rules. Waivers of other checks are left out: those come before or after. What is
   * about no check at all stays, so that the gate reports it; it may be a mistake.
   */
  SpecDraft withRules(Collection<Rule> rules) {
    List<String> ids = rules.stream().map(Rule::id).toList();
    List<Object> waivers =
        list(WAIVERS).stream()
            .filter(waiver -> concerns(String.valueOf(((Map<?, ?>) waiver).get("rule")), ids))
            .toList();
    SpecDraft judged = keepingFor(rules).with(RULES, rules.stream().map(SpecWriter::rule).toList());
    return list(WAIVERS).isEmpty() ? judged : judged.with(WAIVERS, waivers);
  }

  /** What rules on attributions are held against has to be kept. */
  private SpecDraft keepingFor(Collection<Rule> rules) {
    boolean kept = rules.stream().anyMatch(rule -> rule.metric() == Metric.ATTRIBUTION_DRIFT);
    return kept ? with(ATTRIBUTIONS, Map.of()) : this;
  }

  private static boolean concerns(String rule, List<String> ids) {
    return ids.contains(rule) || Checks.isMistyped(rule);
  }

  /** What is asked, without the names of the model and the data. */
  String conditions() {
    Map<String, Object> data = mapping(DATA);
    data.keySet().removeAll(SOURCES);
    Map<String, Object> asked = new LinkedHashMap<>(parts);
    asked.remove(MODEL);
    asked.put(DATA, data);
    return SpecText.write(asked);
  }

  /** A mapping in the order in which it is given: keys and values in turn. */
  static Map<String, Object> mapping(Object... entries) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      mapping.put((String) entries[i], entries[i + 1]);
    }
    return mapping;
  }

  /** The spec as text. Equal drafts give equal texts. */
  String text() {
    Map<String, Object> root = new LinkedHashMap<>();
    Object model = parts.getOrDefault(MODEL, "");
    if (parts.containsKey(ID)) {
      Map<String, Object> named = mapping(ID, parts.get(ID));
      if (model instanceof Map<?, ?> supplier) {
        supplier.forEach((key, value) -> named.put((String) key, value));
      } else {
        named.put("file", model);
      }
      root.put("models", List.of(named));
    } else {
      root.put(MODEL, model);
    }
    parts.forEach(
        (key, value) -> {
          if (!key.equals(MODEL) && !key.equals(ID)) {
            root.put(key, value);
          }
        });
    return SpecText.write(root);
  }

  /**
   * The spec.
   *
   * @throws io.sextant.spec.SpecException if a part is not usable
   */
  AuditSpec spec() {
    return SpecReader.parse(text(), Path.of("").toAbsolutePath());
  }

  private Map<String, Object> mapping(String key) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    if (parts.get(key) instanceof Map<?, ?> known) {
      known.forEach((name, value) -> mapping.put((String) name, value));
    }
    return mapping;
  }

  private List<Object> list(String key) {
    return parts.get(key) instanceof List<?> known ? List.copyOf(known) : List.of();
  }
}
