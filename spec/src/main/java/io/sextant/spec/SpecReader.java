package io.sextant.spec;

import io.sextant.results.Condition;
import io.sextant.results.Conditions;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Slice;
import io.sextant.results.Statistic;
import io.sextant.results.gate.Waiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Reads audit specs. Everything but the model and the data has a default; unknown keys are errors
 * that name the nearest known one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SpecReader {
  private static final List<String> KEYS =
      List.of(
          "model",
          "models",
          "classes",
          "data",
          "threats",
          "attacks",
          "explainers",
          "attributions",
          "explanation-quality",
          "corruptions",
          "adaptation",
          "slices",
          "rules",
          "waivers",
          "report",
          "evidence",
          "seed",
          "engine",
          "preprocessing",
          "scale",
          "output",
          "output-kind",
          "normalizer-units");
  private static final List<String> DATA_KEYS =
      List.of(
          "images",
          "inputs",
          "labels",
          "folder",
          "csv",
          "supplier",
          "label-column",
          "schema",
          "missing",
          "samples",
          "sampling",
          "rows",
          "train",
          "box");

  private static final String ID = "id";

  private final Path folder;
  private final String text;

  private SpecReader(Path folder, String text) {
    this.folder = folder;
    this.text = text;
  }

  /**
   * Reads a spec file.
   *
   * @param file YAML; paths in it are relative to its folder
   * @throws SpecException when it is not usable
   */
  public static AuditSpec read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new SpecException(
          "the spec %s does not exist; write one with sextant init".formatted(file), e);
    } catch (IOException e) {
      throw new SpecException("the spec %s cannot be read: %s".formatted(file, e), e);
    }
    Path parent = file.toAbsolutePath().getParent();
    return parse(text, parent == null ? Path.of("") : parent);
  }

  /**
   * Reads a spec from text.
   *
   * @param text YAML
   * @param folder what paths in it are relative to
   * @throws SpecException when it is not usable
   */
  public static AuditSpec parse(String text, Path folder) {
    return new SpecReader(folder, text).spec();
  }

  private AuditSpec spec() {
    SpecNode root = SpecNode.parse(text).requireKeys(KEYS);
    List<ThreatSpec> threats = threats(root.find("threats"));
    List<Configured> attacks = attacks(root.find("attacks"));
    List<Slice> slices = slices(root.find("slices"));
    List<Rule> rules = rules(root.find("rules"));
    DataSpec data = data(root.get("data"));
    boolean table = data.source() instanceof DataSpec.Table;
    Optional<CorruptionSpec> corruptions =
        root.find("corruptions").map(node -> corruptions(node, table));
    List<Configured> explainers = explainers(root.find("explainers"));
    Optional<AttributionsSpec> attributions =
        root.find("attributions").map(SpecReader::attributions);
    requireMeasured(rules, threats, corruptions, attacks, slices);
    requireExplained(rules, explainers, attributions);
    return new AuditSpec(
        models(root),
        root.find("classes").map(SpecNode::texts).orElse(List.of()),
        data,
        threats,
        attacks,
        explainers,
        root.find("explainers").isEmpty(),
        corruptions,
        attributions,
        root.find("explanation-quality").map(SpecReader::explanationQuality),
        root.find("adaptation").map(SpecReader::adaptation),
        slices,
        rules,
        waivers(root.find("waivers")),
        root.find("report")
            .map(report -> report.requireKeys(List.of("examples")))
            .flatMap(report -> report.find("examples"))
            .map(SpecNode::flag)
            .orElse(true),
        root.find("evidence").map(SpecReader::evidence).orElse(AuditSpec.Evidence.FULL),
        root.find("seed").map(node -> node.read(Long::parseLong)).orElse(42L),
        root.text("engine").orElse("auto"),
        text);
  }

  private List<ModelSpec> models(SpecNode root) {
    Optional<ModelSpec.Preprocessing> preprocessing = preprocessing(root);
    Optional<String> output = root.text("output");
    Optional<Boolean> logits = logits(root);
    Optional<ModelSpec.NormalizerUnits> units = normalizerUnits(root);
    if (root.find("model").isPresent() == root.find("models").isPresent()) {
      throw new SpecException("exactly one of 'model' and 'models' must be given");
    }
    if (root.find("model").isPresent()) {
      SpecNode model = root.get("model");
      ModelSpec.Source source =
          model.isText()
              ? new ModelSpec.File(path(model))
              : supplied(model.requireKeys(List.of("supplier")));
      return List.of(
          new ModelSpec(
              ModelSpec.ONLY, source, preprocessing, output, logits.orElse(false), units));
    }
    List<ModelSpec> models = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (SpecNode node : root.get("models").list()) {
      node.requireKeys(
          List.of(
              "id",
              "file",
              "supplier",
              "preprocessing",
              "scale",
              "output",
              "output-kind",
              "normalizer-units"));
      String id = node.get("id").text();
      if (!ids.add(id)) {
        throw new SpecException("%s: model id '%s' is used twice".formatted(node.path(), id));
      }
      Optional<ModelSpec.Preprocessing> own = preprocessing(node);
      Optional<String> ownOutput = node.text("output");
      if (node.find("file").isPresent() == node.find("supplier").isPresent()) {
        throw new SpecException(
            "%s: exactly one of 'file' and 'supplier' must be given".formatted(node.path()));
      }
      ModelSpec.Source source =
          node.find("file").isPresent()
              ? new ModelSpec.File(path(node.get("file")))
              : supplied(node);
      models.add(
          node.get("id")
              .read(
                  text ->
                      new ModelSpec(
                          text,
                          source,
                          own.isPresent() ? own : preprocessing,
                          ownOutput.isPresent() ? ownOutput : output,
                          logits(node).or(() -> logits).orElse(false),
                          normalizerUnits(node).or(() -> units))));
    }
    if (models.isEmpty()) {
      throw new SpecException("models must list at least one model");
    }
    return models;
  }

  private static Optional<Boolean> logits(SpecNode node) {
    return node.find("output-kind").map(kind -> kind.read(ModelSpec::parseLogits));
  }

  private static Optional<ModelSpec.NormalizerUnits> normalizerUnits(SpecNode node) {
    return node.find("normalizer-units").map(units -> units.read(ModelSpec.NormalizerUnits::parse));
  }

  private static ModelSpec.Source supplied(SpecNode node) {
    return node.get("supplier").read(ModelSpec.Supplied::new);
  }

  private static Optional<ModelSpec.Preprocessing> preprocessing(SpecNode node) {
    Optional<SpecNode> standard = node.find("preprocessing");
    Optional<SpecNode> scale = node.find("scale");
    if (standard.isPresent() && scale.isPresent()) {
      throw new SpecException("only one of 'preprocessing' and 'scale' may be given");
    }
    if (standard.isPresent()) {
      SpecNode map = standard.get().requireKeys(List.of("mean", "std"));
      return Optional.of(
          at(
              map,
              () -> new ModelSpec.Standardize(numbers(map.get("mean")), numbers(map.get("std")))));
    }
    return scale.map(
        range -> {
          List<Double> ends = numbers(range);
          if (ends.size() != 2) {
            throw new SpecException("%s must be [a, b]".formatted(range.path()));
          }
          return new ModelSpec.Stretch(ends.get(0), ends.get(1));
        });
  }

  private DataSpec data(SpecNode node) {
    node.requireKeys(DATA_KEYS);
    List<String> kinds =
        List.of("images", "inputs", "folder", "csv", "supplier").stream()
            .filter(key -> node.find(key).isPresent())
            .toList();
    if (kinds.size() != 1) {
      throw new SpecException(
          "data: exactly one of 'images' or 'inputs' (with 'labels'), 'folder', 'csv' and"
              + " 'supplier' must be given but there were "
              + kinds);
    }
    DataSpec.Source source =
        switch (kinds.get(0)) {
          case "images", "inputs" ->
              new DataSpec.Arrays(path(node.get(kinds.get(0))), path(node.get("labels")));
          case "folder" -> new DataSpec.Folder(path(node.get("folder")));
          case "supplier" -> node.get("supplier").read(DataSpec.Supplied::new);
          default ->
              new DataSpec.Table(
                  path(node.get("csv")),
                  node.get("label-column").text(),
                  node.find("schema").map(this::path),
                  node.find("missing")
                      .map(n -> choice(n, Missing.values()))
                      .orElse(Missing.REFUSE));
        };
    for (String key : List.of("label-column", "schema", "missing")) {
      if (node.find(key).isPresent() && !(source instanceof DataSpec.Table)) {
        throw new SpecException(
            "data: '%s' is about tables and must be left out without 'csv'".formatted(key));
      }
    }
    if (node.find("box").isPresent() && source instanceof DataSpec.Table) {
      throw new SpecException(
          "data: 'box' is about images and must be left out with 'csv'; the schema has the bounds"
              + " of columns");
    }
    List<Double> box = node.find("box").map(SpecReader::numbers).orElse(List.of(0.0, 1.0));
    if (box.size() != 2 || !(box.get(0) < box.get(1))) {
      throw new SpecException("data.box must be [minimum, maximum] but was " + box);
    }
    return at(
        node,
        () ->
            new DataSpec(
                source,
                node.find("samples").map(n -> n.read(Integer::parseInt)).orElse(256),
                node.find("sampling").map(SpecReader::sampling).orElse(Sampling.STRATIFIED),
                node.find("rows")
                    .map(n -> n.list().stream().map(r -> r.read(Integer::parseInt)).toList())
                    .orElse(List.of()),
                box.get(0),
                box.get(1),
                node.find("train")
                    .map(n -> OptionalInt.of(n.read(Integer::parseInt)))
                    .orElse(OptionalInt.empty())));
  }

  private static Sampling sampling(SpecNode node) {
    return choice(node, Sampling.values());
  }

  private static AuditSpec.Evidence evidence(SpecNode node) {
    return choice(node, AuditSpec.Evidence.values());
  }

  private static <E extends Enum<E>> E choice(SpecNode node, E[] values) {
    List<String> known = new ArrayList<>();
    for (E value : values) {
      String key = value.name().toLowerCase(Locale.ROOT);
      if (key.equals(node.text())) {
        return value;
      }
      known.add(key);
    }
    throw new SpecException(
        "%s must be one of %s but was '%s'"
            .formatted(node.path(), String.join(", ", known), node.text()));
  }

  private static List<ThreatSpec> threats(Optional<SpecNode> node) {
    if (node.isEmpty()) {
      return List.of(
          new ThreatSpec(Norm.LINF, List.of(Epsilon.parse("8/255")), OptionalInt.empty(), 0));
    }
    List<ThreatSpec> threats = new ArrayList<>();
    Set<Norm> norms = new HashSet<>();
    for (SpecNode threat : node.get().list()) {
      threat.requireKeys(List.of("norm", "epsilons", "target", "category-changes", "budget"));
      Norm norm = threat.get("norm").read(Norm::parse);
      if (!norms.add(norm)) {
        throw new SpecException(
            "%s: norm %s is listed twice; put its epsilons into one threat"
                .formatted(threat.path(), norm.key()));
      }
      List<Epsilon> epsilons =
          threat.get("epsilons").list().stream().map(e -> e.read(Epsilon::parse)).toList();
      Optional<Integer> target = threat.find("target").map(t -> t.read(Integer::parseInt));
      threats.add(
          at(
              threat,
              () ->
                  new ThreatSpec(
                      norm,
                      epsilons,
                      target.isPresent() ? OptionalInt.of(target.get()) : OptionalInt.empty(),
                      threat.find("category-changes").map(n -> n.read(Integer::parseInt)).orElse(0),
                      threat
                          .find("budget")
                          .map(n -> OptionalDouble.of(n.read(Double::parseDouble)))
                          .orElse(OptionalDouble.empty()))));
    }
    if (threats.isEmpty()) {
      throw new SpecException("threats must list at least one norm with its epsilons");
    }
    return threats;
  }

  private static List<Configured> attacks(Optional<SpecNode> node) {
    if (node.isEmpty() || node.get().isText()) {
      return Profiles.attacks(node.map(SpecNode::text).orElse(Profiles.STANDARD));
    }
    List<Configured> attacks = configured(node.get());
    if (attacks.isEmpty()) {
      throw new SpecException("attacks must list at least one attack");
    }
    return attacks;
  }

  private static List<Configured> explainers(Optional<SpecNode> node) {
    return node.map(SpecReader::configured).orElseGet(Profiles::explainers);
  }

  private static AttributionsSpec attributions(SpecNode node) {
    node.requireKeys(List.of("samples"));
    return new AttributionsSpec(count(node, "samples", AttributionsSpec.SAMPLES));
  }

  private static ExplanationQualitySpec explanationQuality(SpecNode node) {
    node.requireKeys(List.of("metrics", "samples", "attacks"));
    return new ExplanationQualitySpec(
        node.find("metrics").map(SpecReader::configured),
        count(node, "samples", ExplanationQualitySpec.SAMPLES),
        node.find("attacks").map(SpecReader::configured).orElse(List.of()));
  }

  private static AdaptationSpec adaptation(SpecNode node) {
    node.requireKeys(
        List.of(
            "methods",
            "corruptions",
            "parameters",
            "severity",
            "streams",
            "batch-sizes",
            "seeds",
            "source-samples",
            "attacks"));
    return new AdaptationSpec(
        node.find("methods").map(SpecReader::configured),
        node.find("corruptions").map(SpecNode::texts),
        node.text("parameters").orElse("cifar-c"),
        count(node, "severity", 5),
        node.find("streams")
            .map(
                streams ->
                    streams.list().stream().map(stream -> stream.read(StreamSpec::parse)).toList())
            .orElseGet(StreamSpec::usual),
        node.find("batch-sizes")
            .map(sizes -> sizes.list().stream().map(size -> size.read(Integer::parseInt)).toList())
            .orElse(List.of(200, 64, 16, 1)),
        count(node, "seeds", 3),
        count(node, "source-samples", 256),
        node.find("attacks").map(SpecReader::adaptedAttacks).orElse(AdaptedAttackSpec.DEFAULT));
  }

  private static AdaptedAttackSpec adaptedAttacks(SpecNode node) {
    node.requireKeys(List.of("epsilons", "shares", "samples"));
    AdaptedAttackSpec usual = AdaptedAttackSpec.DEFAULT;
    return new AdaptedAttackSpec(
        node.find("epsilons")
            .map(
                radii -> radii.list().stream().map(radius -> radius.read(Epsilon::parse)).toList()),
        node.find("shares")
            .map(shares -> shares.list().stream().map(share -> share.read(Limit::parse)).toList())
            .orElse(usual.shares()),
        count(node, "samples", usual.samples()));
  }

  private static int count(SpecNode node, String key, int usual) {
    return node.find(key).map(number -> number.read(Integer::parseInt)).orElse(usual);
  }

  /**
   * A list of names, and of maps from a name to its settings, beside which an {@code id} may stand.
   */
  static List<Configured> configured(SpecNode node) {
    List<Configured> list = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (SpecNode entry : node.list()) {
      Configured configured = at(entry, () -> one(entry));
      if (!ids.add(configured.id())) {
        throw new SpecException(
            "%s: '%s' is listed twice; give one of them an id of its own, such as {id: %s-2, %s:"
                    .formatted(entry.path(), configured.id(), configured.name(), configured.name())
                + " {...}}");
      }
      list.add(configured);
    }
    return list;
  }

  private static Configured one(SpecNode entry) {
    if (entry.isText()) {
      return Configured.of(entry.text());
    }
    List<String> keys = new ArrayList<>(entry.keys());
    keys.remove(ID);
    if (keys.size() != 1) {
      throw new SpecException(
          "%s must be a name, or a name with a mapping of settings, maybe beside an id, but had the"
                  .formatted(entry.path())
              + " keys %s".formatted(entry.keys()));
    }
    String name = keys.get(0);
    SpecNode settings = entry.get(name);
    return new Configured(
        entry.text(ID).orElse(name), name, settings.isBlank() ? Map.of() : settings.settings());
  }

  /** A profile, a list of kinds, or a mapping. */
  private static CorruptionSpec corruptions(SpecNode node, boolean table) {
    if (!node.isMap()) {
      List<String> kinds = kinds(node);
      return at(
          node,
          () ->
              new CorruptionSpec(
                  kinds, CorruptionSpec.SEVERITIES, CorruptionSpec.PARAMETERS, List.of()));
    }
    node.requireKeys(List.of("kinds", "severities", "parameters", "shifts"));
    List<CorruptionSpec.Shift> shifts =
        node.find("shifts").map(SpecNode::list).orElse(List.of()).stream()
            .map(shift -> shift(shift.requireKeys(List.of("column", "from", "to", "tilt"))))
            .toList();
    if (!shifts.isEmpty() && !table) {
      throw new SpecException(
          "corruptions: 'shifts' is about columns of tables and must be left out without 'csv'");
    }
    return at(
        node,
        () ->
            new CorruptionSpec(
                node.find("kinds")
                    .map(SpecReader::kinds)
                    .orElseGet(
                        () -> Profiles.corruptions(table ? Profiles.TABLE : Profiles.STANDARD)),
                node.find("severities")
                    .map(n -> n.list().stream().map(s -> s.read(Integer::parseInt)).toList())
                    .orElse(CorruptionSpec.SEVERITIES),
                node.text("parameters").orElse(CorruptionSpec.PARAMETERS),
                shifts));
  }

  private static List<String> kinds(SpecNode node) {
    return node.isText() ? Profiles.corruptions(node.text()) : node.texts();
  }

  private static CorruptionSpec.Shift shift(SpecNode node) {
    return at(
        node,
        () ->
            new CorruptionSpec.Shift(
                node.get("column").text(),
                optional(node, "from"),
                optional(node, "to"),
                optional(node, "tilt")));
  }

  private static OptionalDouble optional(SpecNode node, String key) {
    return node.find(key)
        .map(n -> OptionalDouble.of(n.read(SpecReader::number)))
        .orElse(OptionalDouble.empty());
  }

  private static List<Rule> rules(Optional<SpecNode> node) {
    if (node.isEmpty()) {
      return List.of();
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (SpecNode rule : node.get().list()) {
      rule.requireKeys(
          List.of(
              "id",
              "metric",
              "norm",
              "epsilon",
              "condition",
              "attack",
              "class",
              "slice",
              "explainer",
              "minimum",
              "maximum",
              "max-regression",
              "statistic",
              "severity"));
      String id = rule.get("id").text();
      if (!ids.add(id)) {
        throw new SpecException("%s: rule id '%s' is used twice".formatted(rule.path(), id));
      }
      rules.add(at(rule, () -> rule(id, rule)));
    }
    return rules;
  }

  private static Rule rule(String id, SpecNode node) {
    Rule.Builder builder = Rule.builder(id, node.get("metric").read(Metric::parse));
    node.find("norm").ifPresent(n -> builder.norm(n.read(Norm::parse)));
    node.find("epsilon").ifPresent(n -> builder.epsilon(n.read(Epsilon::parse)));
    if (node.find("condition").isPresent()) {
      if (node.find("norm").isPresent() || node.find("epsilon").isPresent()) {
        throw new SpecException(
            "%s: 'condition' says what 'norm' and 'epsilon' say; give one of them"
                .formatted(node.path()));
      }
      builder.condition(node.get("condition").read(Conditions::parse));
    }
    node.text("attack").ifPresent(builder::attack);
    node.text("class").ifPresent(builder::className);
    node.text("slice").ifPresent(builder::slice);
    node.text("explainer").ifPresent(builder::explainer);
    node.find("minimum").ifPresent(n -> builder.minimum(n.read(Limit::parse)));
    node.find("maximum").ifPresent(n -> builder.maximum(n.read(Limit::parse)));
    node.find("max-regression").ifPresent(n -> builder.maxRegression(n.read(Limit::parse)));
    node.find("statistic").ifPresent(n -> builder.statistic(n.read(Statistic::parse)));
    node.find("severity").ifPresent(n -> builder.severity(n.read(Severity::parse)));
    return builder.build();
  }

  private static List<Slice> slices(Optional<SpecNode> node) {
    List<Slice> slices = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SpecNode slice : node.map(SpecNode::list).orElse(List.of())) {
      slice.requireKeys(List.of("name", "samples"));
      String name = slice.get("name").text();
      if (!names.add(name)) {
        throw new SpecException("%s: slice '%s' is given twice".formatted(slice.path(), name));
      }
      List<Integer> rows =
          slice.get("samples").list().stream().map(n -> n.read(Integer::parseInt)).toList();
      slices.add(at(slice, () -> Slice.of(name, rows)));
    }
    return slices;
  }

  private static List<Waiver> waivers(Optional<SpecNode> node) {
    List<Waiver> waivers = new ArrayList<>();
    for (SpecNode waiver : node.map(SpecNode::list).orElse(List.of())) {
      waiver.requireKeys(List.of("rule", "model", "reason", "owner", "until"));
      waivers.add(
          at(
              waiver,
              () ->
                  new Waiver(
                      waiver.get("rule").text(),
                      waiver.text("model"),
                      waiver.get("reason").text(),
                      waiver.get("owner").text(),
                      waiver.get("until").read(Waiver::date))));
    }
    return waivers;
  }

  /** A rule about something that is not asked for is a mistake in the spec, not a result. */
  private static void requireMeasured(
      List<Rule> rules,
      List<ThreatSpec> threats,
      Optional<CorruptionSpec> corruptions,
      List<Configured> attacks,
      List<Slice> slices) {
    List<Condition> planned =
        Stream.concat(
                threats.stream().flatMap(threat -> threat.conditions().stream()),
                CorruptionSpec.conditions(corruptions))
            .toList();
    for (Rule rule : rules) {
      if (rule.slice().isPresent()
          && slices.stream().noneMatch(slice -> slice.name().equals(rule.slice().get()))) {
        throw new SpecException(
            "rule %s names slice %s, which is not in slices; they are %s"
                .formatted(
                    rule.id(), rule.slice().get(), slices.stream().map(Slice::name).toList()));
      }
      requirePlanned(rule, planned);
      if (rule.attack().isPresent()
          && attacks.stream().noneMatch(a -> a.id().equals(rule.attack().get()))) {
        throw new SpecException(
            "rule %s names attack %s, which is not in attacks; they are %s"
                .formatted(
                    rule.id(), rule.attack().get(), attacks.stream().map(Configured::id).toList()));
      }
    }
  }

  private static void requireExplained(
      List<Rule> rules, List<Configured> explainers, Optional<AttributionsSpec> attributions) {
    List<String> known = explainers.stream().map(Configured::id).toList();
    for (Rule rule : rules) {
      if (rule.explainer().filter(id -> !known.contains(id)).isPresent()) {
        throw new SpecException(
            "rule %s names explainer %s, which is not in explainers; they are %s"
                .formatted(rule.id(), rule.explainer().get(), known));
      }
      if (rule.metric() == Metric.ATTRIBUTION_DRIFT && attributions.isEmpty()) {
        throw new SpecException(
            "rule %s asks for attribution-drift, and the audit keeps no attributions; add for example 'attributions: {samples: %d}'"
                .formatted(rule.id(), AttributionsSpec.SAMPLES));
      }
    }
  }

  private static void requirePlanned(Rule rule, List<Condition> planned) {
    boolean corrupted = rule.metric() == Metric.CORRUPTED_ACCURACY;
    if (!corrupted && rule.condition().isEmpty() || planned.stream().anyMatch(rule::asksFor)) {
      return;
    }
    List<String> known =
        planned.stream()
            .filter(condition -> condition.areCorruptions() == corrupted)
            .map(Condition::text)
            .toList();
    String asked = rule.condition().map(SpecReader::asked).orElse(rule.metric().key());
    throw new SpecException(
        corrupted
            ? "rule %s asks for %s, which is not in corruptions; add it there%s"
                .formatted(
                    rule.id(),
                    asked,
                    known.isEmpty()
                        ? ", such as corruptions: standard"
                        : ", or name one of " + known)
            : "rule %s asks for %s, which is not in threats; add it there, or name one of %s"
                .formatted(rule.id(), asked, known));
  }

  /** In the keys of a rule: {@code norm l2, epsilon 0.5}. */
  private static String asked(Conditions conditions) {
    if (conditions.areCorruptions()) {
      return "condition " + conditions.text();
    }
    return Stream.concat(
            conditions.sharedNorm().map(norm -> "norm " + norm.key()).stream(),
            conditions.sharedRadius().map(radius -> "epsilon " + radius.text()).stream())
        .collect(Collectors.joining(", "));
  }

  private Path path(SpecNode node) {
    try {
      return folder.resolve(node.text()).normalize();
    } catch (InvalidPathException e) {
      throw new SpecException("%s is not a path: '%s'".formatted(node.path(), node.text()), e);
    }
  }

  private static List<Double> numbers(SpecNode node) {
    if (node.isText()) {
      return List.of(node.read(SpecReader::number));
    }
    return node.list().stream().map(n -> n.read(SpecReader::number)).toList();
  }

  private static double number(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a number must be finite but was '" + text + "'");
    }
    return value;
  }

  private static <T> T at(SpecNode node, java.util.function.Supplier<T> maker) {
    try {
      return maker.get();
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SpecException("%s: %s".formatted(node.path(), e.getMessage()), e);
    }
  }
}
