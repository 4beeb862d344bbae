package io.sextant.reports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.reports.internal.JsonText;
import io.sextant.reports.internal.Reading;
import io.sextant.results.AtomicFile;
import io.sextant.results.Interval;
import io.sextant.results.Proportion;
import io.sextant.results.Rule;
import io.sextant.results.Scope;
import io.sextant.results.Severity;
import io.sextant.results.Statistic;
import io.sextant.results.Verdict;
import io.sextant.results.baseline.Comparison;
import io.sextant.results.gate.Finding;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.RuleReport;
import io.sextant.results.gate.Waiver;
import io.sextant.results.internal.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * The judgements of a build as SARIF 2.1.0, for code hosts and editors.
 *
 * <p>Every rule of every model is a result: {@code fail} when broken, {@code review} when a person
 * has to decide, {@code open} when there is no figure, {@code notApplicable} when skipped, else
 * {@code pass}. A broken rule has the level of its severity; every other result has the level
 * {@code none}, as the standard demands. A waived rule is a suppressed failure. Each result has a
 * physical location, without which code hosts refuse the whole file. There are no times, machines
 * or absolute paths in it: equal arguments give equal bytes.
 *
 * @see "OASIS: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020"
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Sarif {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
  private static final String BASE = "%SRCROOT%";
  private static final String FINGERPRINT = "sextantRule/v1";

  private final Anchor anchor;
  private final ObjectNode root = JsonText.object();
  private final ArrayNode descriptors;
  private final ArrayNode results;

  private Sarif(Anchor anchor, String toolVersion) {
    this.anchor = anchor;
    root.put("$schema", SCHEMA);
    root.put("version", "2.1.0");
    ObjectNode run = root.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "Sextant");
    driver.put("version", toolVersion);
    descriptors = driver.putArray("rules");
    text(
        run.putObject("originalUriBaseIds").putObject(BASE).putObject("description"),
        "The folder of the project.");
    run.put("columnKind", "utf16CodeUnits");
    results = run.putArray("results");
  }

  /**
   * Where results are shown: the file that declares the rules.
   *
   * @param uri path of the file relative to the project's root, with {@code /} between folders, as
   *     it is: it is percent-encoded when written
   * @param lines 1-based line of each rule, by id; line 1 for those that are missing
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Anchor(String uri, Map<String, Integer> lines) {
    public Anchor {
      lines = Map.copyOf(new TreeMap<>(lines));
      if (uri.isBlank()
          || uri.startsWith("/")
          || uri.contains("\\")
          || uri.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")
          || List.of(uri.split("/", -1)).contains("..")) {
        throw new IllegalArgumentException(
            "uri must be a path below the project's root with / between folders but was '%s'"
                .formatted(uri));
      }
      lines.forEach(
          (id, line) -> {
            if (line < 1) {
              throw new IllegalArgumentException(
                  "the line of rule %s must be at least 1 but was %d".formatted(id, line));
            }
          });
    }

    private String encoded() {
      StringBuilder encoded = new StringBuilder();
      for (byte b : Text.wellFormed(uri).getBytes(StandardCharsets.UTF_8)) {
        char c = (char) (b & 0xFF);
        boolean plain =
            (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~/".indexOf(c) >= 0;
        encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
      }
      return encoded.toString();
    }
  }

  /**
   * The file as text.
   *
   * @param models the judgements, each model once
   * @param anchor where results are shown
   * @param toolVersion version of Sextant
   */
  public static String render(List<GateReport> models, Anchor anchor, String toolVersion) {
    Sarif sarif = new Sarif(anchor, toolVersion);
    for (GateReport model : models) {
      model.rules().forEach(rule -> sarif.add(model, rule));
      model.findings().stream()
          .filter(Finding::fails)
          .forEach(finding -> sarif.add(model, finding));
    }
    return JsonText.print(sarif.root);
  }

  /**
   * Writes the file, in full or not at all.
   *
   * @param models the judgements, each model once
   * @param anchor where results are shown
   * @param toolVersion version of Sextant
   * @param file to write
   * @throws IOException if the file cannot be written
   */
  public static void write(List<GateReport> models, Anchor anchor, String toolVersion, Path file)
      throws IOException {
    AtomicFile.write(file, render(models, anchor, toolVersion));
  }

  private void add(GateReport gate, RuleReport report) {
    Rule rule = report.rule();
    Verdict verdict = report.verdict();
    String kind = kind(verdict);
    ObjectNode result =
        result(
            rule.id(),
            descriptor(rule),
            kind,
            kind.equals("fail") ? level(rule.severity()) : "none",
            "Model %s, %s. %s"
                .formatted(gate.model(), GateMessage.line(report), report.judged().explanation()));
    location(result, rule.id(), gate.model(), report.scope());
    result.putObject("partialFingerprints").put(FINGERPRINT, digest(gate.model(), rule.id()));
    report.change().ifPresent(change -> result.put("baselineState", state(report, change)));
    // An empty list says that nobody waived it; without one, readers would not know.
    ArrayNode suppressions = result.putArray("suppressions");
    report.waiver().ifPresent(waiver -> suppress(suppressions.addObject(), waiver));
    ObjectNode properties = result.putObject("properties");
    properties.put("model", gate.model());
    properties.put("verdict", verdict.name());
    report
        .judged()
        .share()
        .ifPresent(share -> properties.put("count", share.count()).put("n", share.n()));
    report.judged().bound().ifPresent(bound -> properties.put("bound", bound.key()));
  }

  private void add(GateReport gate, Finding finding) {
    String id = "sextant." + finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    ObjectNode descriptor = JsonText.object();
    descriptor.put("id", id);
    text(
        descriptor.putObject("shortDescription"),
        switch (finding.kind()) {
          case EXPIRED_WAIVER -> "A waiver's last day is over.";
          case UNUSED_WAIVER -> "A waiver is not needed.";
          case IMPROVEMENT -> "A figure rose above its baseline.";
          case NOT_IN_BASELINE -> "A rule has no figure in the baseline.";
          case REUSED -> "The results are those of an earlier build.";
        });
    ObjectNode result =
        result(
            id,
            index(descriptor),
            "fail",
            "error",
            "Model %s: %s".formatted(gate.model(), finding.text()));
    location(result, id, gate.model(), Scope.ALL);
    result
        .putObject("partialFingerprints")
        .put(FINGERPRINT, digest(gate.model(), id, finding.text()));
    result.putArray("suppressions");
    result.putObject("properties").put("model", gate.model());
  }

  private ObjectNode result(String id, int descriptor, String kind, String level, String message) {
    ObjectNode result = results.addObject();
    result.put("ruleId", id);
    result.put("ruleIndex", descriptor);
    result.put("kind", kind);
    result.put("level", level);
    text(result.putObject("message"), message);
    return result;
  }

  private void location(ObjectNode result, String id, String model, Scope scope) {
    ObjectNode location = result.putArray("locations").addObject();
    ObjectNode physical = location.putObject("physicalLocation");
    physical.putObject("artifactLocation").put("uri", anchor.encoded()).put("uriBaseId", BASE);
    physical.putObject("region").put("startLine", anchor.lines().getOrDefault(id, 1));
    ObjectNode logical = location.putArray("logicalLocations").addObject();
    String part = scope.describe();
    logical.put("name", part.isEmpty() ? model : part);
    logical.put("fullyQualifiedName", part.isEmpty() ? model : model + "/" + part);
    logical.put("kind", part.isEmpty() ? "model" : "threat");
  }

  private static String kind(Verdict verdict) {
    return switch (verdict) {
      case PASS -> "pass";
      case WARN, FAIL, WAIVED -> "fail";
      case INCONCLUSIVE -> "review";
      case NOT_MEASURED -> "open";
      case SKIPPED -> "notApplicable";
    };
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARN -> "warning";
      case INFO -> "note";
    };
  }

  /** What became of the result that the baseline's model would have had. */
  private static String state(RuleReport report, Comparison change) {
    boolean broken = kind(report.verdict()).equals("fail");
    if (broken && !isBroken(report.rule(), change.before())) {
      return "new";
    }
    return change.lost().isEmpty() && change.gained().isEmpty() ? "unchanged" : "updated";
  }

  /** Whether a figure is outside the limits of a rule. */
  private static boolean isBroken(Rule rule, Proportion share) {
    if (share.n() == 0) {
      return false;
    }
    if (rule.statistic() == Statistic.POINT) {
      return rule.minimum().filter(limit -> share.compareTo(limit.value()) < 0).isPresent()
          || rule.maximum().filter(limit -> share.compareTo(limit.value()) > 0).isPresent();
    }
    Interval interval = share.interval();
    return rule.minimum().filter(l -> interval.low() < l.value().doubleValue()).isPresent()
        || rule.maximum().filter(l -> interval.high() > l.value().doubleValue()).isPresent();
  }

  private static void suppress(ObjectNode suppression, Waiver waiver) {
    suppression.put("kind", "external");
    suppression.put("status", "accepted");
    suppression.put(
        "justification",
        "%s (%s, until %s)".formatted(waiver.reason(), waiver.owner(), waiver.until()));
  }

  /** The index of a rule's descriptor. Modules may use one id for different rules. */
  private int descriptor(Rule rule) {
    Reading reading = Reading.of(rule);
    ObjectNode descriptor = JsonText.object();
    descriptor.put("id", rule.id());
    text(descriptor.putObject("shortDescription"), reading.subject());
    text(
        descriptor.putObject("fullDescription"),
        "The %s must be %s%s."
            .formatted(
                reading.subject(),
                reading.limit(),
                reading.statistic().map(words -> " " + words).orElse("")));
    text(
        descriptor.putObject("help"),
        "The report has examples, the command that looks again, and a waiver to paste.");
    descriptor.putObject("defaultConfiguration").put("level", level(rule.severity()));
    descriptor.putObject("properties").put("metric", rule.metric().key());
    return index(descriptor);
  }

  private int index(ObjectNode descriptor) {
    for (int i = 0; i < descriptors.size(); i++) {
      if (descriptors.get(i).equals(descriptor)) {
        return i;
      }
    }
    descriptors.add(descriptor);
    return descriptors.size() - 1;
  }

  /** Braces are placeholders in SARIF, and brackets before parentheses are links. */
  private static void text(ObjectNode message, String text) {
    String plain = Text.line(text).replace("{", "{{").replace("}", "}}");
    message.put(
        "text",
        plain.contains("](")
            ? plain.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
            : plain);
  }

  private static String digest(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(Text.wellFormed(part).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
