package io.sextant.spec;

import io.sextant.results.Conditions;
import io.sextant.results.Epsilon;
import io.sextant.results.Limit;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.Severity;
import io.sextant.results.Slice;
import io.sextant.results.Statistic;
import io.sextant.results.gate.Waiver;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Writes specs. What it writes, {@link SpecReader} reads back as an equal spec: defaults are
 * written out, paths are relative to a folder.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SpecWriter {
  private final Path folder;

  /**
   * A writer.
   *
   * @param folder of the file, which paths are relative to
   */
  public SpecWriter(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** The spec as text. */
  public String write(AuditSpec spec) {
    return SpecText.write(parts(spec));
  }

  /**
   * The parts of a spec: texts, lists and mappings, as {@link SpecText} takes them.
   *
   * @throws IllegalArgumentException when a model's preprocessing has no form in a spec
   */
  public Map<String, Object> parts(AuditSpec spec) {
    Map<String, Object> parts = models(spec.models());
    if (!spec.classes().isEmpty()) {
      parts.put("classes", spec.classes());
    }
    parts.put("data", data(spec.data()));
    parts.put("threats", spec.threats().stream().map(SpecWriter::threat).toList());
    parts.put("attacks", configured(spec.attacks()));
    if (!spec.explainsByDefault()) {
      parts.put("explainers", configured(spec.explainers()));
    }
    spec.corruptions().ifPresent(own -> parts.put("corruptions", corruptions(own)));
    spec.attributions()
        .ifPresent(
            kept -> parts.put("attributions", Map.of("samples", String.valueOf(kept.samples()))));
    spec.explanationQuality()
        .ifPresent(quality -> parts.put("explanation-quality", explanationQuality(quality)));
    spec.adaptation().ifPresent(adaptation -> parts.put("adaptation", adaptation(adaptation)));
    if (!spec.slices().isEmpty()) {
      parts.put("slices", spec.slices().stream().map(SpecWriter::slice).toList());
    }
    if (!spec.rules().isEmpty()) {
      parts.put("rules", spec.rules().stream().map(SpecWriter::rule).toList());
    }
    if (!spec.waivers().isEmpty()) {
      parts.put("waivers", spec.waivers().stream().map(SpecWriter::waiver).toList());
    }
    parts.put("report", Map.of("examples", String.valueOf(spec.reportExamples())));
    parts.put("evidence", key(spec.evidence()));
    parts.put("seed", String.valueOf(spec.seed()));
    parts.put("engine", spec.engine());
    return parts;
  }

  /** Models, as the parts of a spec that are about them. */
  public Map<String, Object> models(List<ModelSpec> models) {
    Map<String, Object> parts = new LinkedHashMap<>();
    if (models.size() == 1 && models.get(0).id().equals(ModelSpec.ONLY)) {
      parts.put(
          "model",
          models.get(0).source() instanceof ModelSpec.File file
              ? path(file.path())
              : source(models.get(0)));
      settings(parts, models.get(0));
    } else {
      parts.put("models", models.stream().map(this::model).toList());
    }
    return parts;
  }

  private Map<String, Object> model(ModelSpec model) {
    Map<String, Object> entry = mapping("id", model.id());
    entry.putAll(source(model));
    settings(entry, model);
    return entry;
  }

  private Map<String, Object> source(ModelSpec model) {
    return model.source() instanceof ModelSpec.Supplied supplied
        ? mapping("supplier", supplied.className())
        : mapping("file", path(((ModelSpec.File) model.source()).path()));
  }

  private static void settings(Map<String, Object> entry, ModelSpec model) {
    model
        .preprocessing()
        .ifPresent(
            preprocessing -> {
              if (preprocessing instanceof ModelSpec.Standardize standard) {
                entry.put(
                    "preprocessing",
                    mapping("mean", texts(standard.mean()), "std", texts(standard.std())));
              } else if (preprocessing instanceof ModelSpec.Stretch stretch) {
                entry.put("scale", texts(List.of(stretch.from(), stretch.to())));
              } else {
                throw new IllegalArgumentException(
                    "model %s: a spec knows the preprocessing mean and std, or scale, but not %s"
                        .formatted(model.id(), preprocessing));
              }
            });
    model.output().ifPresent(output -> entry.put("output", output));
    if (model.logits()) {
      entry.put("output-kind", "logits");
    }
    model.normalizerUnits().ifPresent(units -> entry.put("normalizer-units", key(units)));
  }

  /** The data, as the value of {@code data}. */
  public Map<String, Object> data(DataSpec data) {
    Map<String, Object> entry = new LinkedHashMap<>();
    if (data.source() instanceof DataSpec.Arrays arrays) {
      entry.put("images", path(arrays.images()));
      entry.put("labels", path(arrays.labels()));
    } else if (data.source() instanceof DataSpec.Folder images) {
      entry.put("folder", path(images.folder()));
    } else if (data.source() instanceof DataSpec.Supplied supplied) {
      entry.put("supplier", supplied.className());
    } else if (data.source() instanceof DataSpec.Table table) {
      entry.put("csv", path(table.csv()));
      entry.put("label-column", table.labelColumn());
      table.schema().ifPresent(schema -> entry.put("schema", path(schema)));
      if (table.missing() != Missing.REFUSE) {
        entry.put("missing", table.missing().key());
      }
    }
    entry.put("samples", String.valueOf(data.samples()));
    entry.put("sampling", key(data.sampling()));
    if (!data.rows().isEmpty()) {
      entry.put("rows", texts(data.rows()));
    }
    data.train().ifPresent(train -> entry.put("train", String.valueOf(train)));
    if (data.minimum() != 0 || data.maximum() != 1) {
      entry.put("box", texts(List.of(data.minimum(), data.maximum())));
    }
    return entry;
  }

  /** A threat as its entry in a spec. */
  public static Map<String, Object> threat(ThreatSpec threat) {
    Map<String, Object> entry =
        mapping(
            "norm",
            threat.norm().key(),
            "epsilons",
            threat.epsilons().stream().map(Epsilon::text).toList());
    threat.targetClass().ifPresent(target -> entry.put("target", String.valueOf(target)));
    if (threat.categoryChanges() != 0) {
      entry.put("category-changes", String.valueOf(threat.categoryChanges()));
    }
    threat.budget().ifPresent(budget -> entry.put("budget", String.valueOf(budget)));
    return entry;
  }

  private static Map<String, Object> explanationQuality(ExplanationQualitySpec spec) {
    Map<String, Object> entry = new LinkedHashMap<>();
    spec.metrics().ifPresent(metrics -> entry.put("metrics", configured(metrics)));
    entry.put("samples", String.valueOf(spec.samples()));
    if (!spec.attacks().isEmpty()) {
      entry.put("attacks", configured(spec.attacks()));
    }
    return entry;
  }

  private static Map<String, Object> adaptation(AdaptationSpec spec) {
    Map<String, Object> entry = new LinkedHashMap<>();
    spec.methods().ifPresent(methods -> entry.put("methods", configured(methods)));
    spec.corruptions().ifPresent(kinds -> entry.put("corruptions", kinds));
    entry.put("parameters", spec.parameters());
    entry.put("severity", String.valueOf(spec.severity()));
    entry.put("streams", spec.streams().stream().map(StreamSpec::text).toList());
    entry.put("batch-sizes", texts(spec.batchSizes()));
    entry.put("seeds", String.valueOf(spec.seeds()));
    entry.put("source-samples", String.valueOf(spec.sourceSamples()));
    entry.put("attacks", adaptedAttacks(spec.attacks()));
    return entry;
  }

  private static Map<String, Object> adaptedAttacks(AdaptedAttackSpec spec) {
    Map<String, Object> entry = new LinkedHashMap<>();
    spec.epsilons()
        .ifPresent(radii -> entry.put("epsilons", radii.stream().map(Epsilon::text).toList()));
    entry.put("shares", spec.shares().stream().map(Limit::text).toList());
    entry.put("samples", String.valueOf(spec.samples()));
    return entry;
  }

  private static List<Object> configured(List<Configured> methods) {
    return methods.stream().map(SpecWriter::configured).toList();
  }

  private static Object configured(Configured method) {
    boolean named = !method.id().equals(method.name());
    if (!named && method.settings().isEmpty()) {
      return method.name();
    }
    Map<String, Object> entry = mapping(method.name(), method.settings());
    if (named) {
      entry.put("id", method.id());
    }
    return entry;
  }

  /** Corruptions, as the value of {@code corruptions}. */
  public static Map<String, Object> corruptions(CorruptionSpec corruptions) {
    Map<String, Object> entry =
        mapping(
            "kinds",
            corruptions.kinds(),
            "severities",
            texts(corruptions.severities()),
            "parameters",
            corruptions.parameters());
    if (!corruptions.shifts().isEmpty()) {
      entry.put("shifts", corruptions.shifts().stream().map(SpecWriter::shift).toList());
    }
    return entry;
  }

  private static Map<String, Object> shift(CorruptionSpec.Shift shift) {
    Map<String, Object> entry = mapping("column", shift.column());
    shift.from().ifPresent(from -> entry.put("from", String.valueOf(from)));
    shift.to().ifPresent(to -> entry.put("to", String.valueOf(to)));
    shift.tilt().ifPresent(tilt -> entry.put("tilt", String.valueOf(tilt)));
    return entry;
  }

  private static Map<String, Object> slice(Slice slice) {
    return mapping("name", slice.name(), "samples", texts(List.copyOf(slice.samples())));
  }

  /** A rule as its entry in a spec. */
  public static Map<String, Object> rule(Rule rule) {
    Map<String, Object> entry = mapping("id", rule.id(), "metric", rule.metric().key());
    rule.condition()
        .filter(Conditions::areCorruptions)
        .ifPresent(condition -> entry.put("condition", condition.text()));
    rule.norm().map(Norm::key).ifPresent(norm -> entry.put("norm", norm));
    rule.epsilon().map(Epsilon::text).ifPresent(epsilon -> entry.put("epsilon", epsilon));
    rule.attack().ifPresent(attack -> entry.put("attack", attack));
    rule.className().ifPresent(name -> entry.put("class", name));
    rule.slice().ifPresent(slice -> entry.put("slice", slice));
    rule.explainer().ifPresent(explainer -> entry.put("explainer", explainer));
    rule.minimum().map(Limit::text).ifPresent(limit -> entry.put("minimum", limit));
    rule.maximum().map(Limit::text).ifPresent(limit -> entry.put("maximum", limit));
    rule.maxRegression().map(Limit::text).ifPresent(limit -> entry.put("max-regression", limit));
    if (rule.statistic() != Statistic.POINT) {
      entry.put("statistic", rule.statistic().key());
    }
    if (rule.severity() != Severity.ERROR) {
      entry.put("severity", rule.severity().key());
    }
    return entry;
  }

  private static Map<String, Object> waiver(Waiver waiver) {
    Map<String, Object> entry = mapping("rule", waiver.rule());
    waiver.model().ifPresent(model -> entry.put("model", model));
    entry.put("reason", waiver.reason());
    entry.put("owner", waiver.owner());
    entry.put("until", waiver.until().toString());
    return entry;
  }

  private String path(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    boolean together = absolute.getRoot() == null || absolute.getRoot().equals(folder.getRoot());
    String text = (together ? folder.relativize(absolute) : absolute).toString();
    return text.isEmpty() ? "." : text.replace(file.getFileSystem().getSeparator(), "/");
  }

  private static String key(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> texts(List<? extends Number> numbers) {
    return numbers.stream().map(String::valueOf).toList();
  }

  private static Map<String, Object> mapping(Object... entries) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      mapping.put((String) entries[i], entries[i + 1]);
    }
    return mapping;
  }
}
