package io.sextant.maven.evaluation;

import io.sextant.maven.cache.PropertyText;
import io.sextant.results.AtomicFile;
import io.sextant.results.Limit;
import io.sextant.results.gate.GatePolicy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * What the results in an output folder are: which build put them there, what they were measured on
 * and how they are to be judged. Paths are relative to the folder.
 *
 * @param format version of this file
 * @param session which build put them there
 * @param execution of the plugin
 * @param subject digest of what was measured
 * @param spec file with every rule
 * @param models ids, in the order of the spec
 * @param baselines folder
 * @param policy of the gate
 * @param reused the folder of the cache that they come from; absent where this build measured them
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record RunRecord(
    int format,
    String session,
    String execution,
    String subject,
    String spec,
    List<String> models,
    String baselines,
    GatePolicy policy,
    Optional<String> reused) {
  /** The name of the file. */
  public static final String FILE = "run.properties";

  /** The version that this code writes. */
  public static final int FORMAT = 3;

  public RunRecord {
    models = List.copyOf(models);
  }

  /**
   * The record of a folder.
   *
   * @return nothing where there is none, or one of another version
   * @throws IOException if it cannot be read
   */
  public static Optional<RunRecord> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Map<String, String> found = PropertyText.read(Files.readString(file));
      return String.valueOf(FORMAT).equals(found.get("format"))
          ? Optional.of(parse(found))
          : Optional.empty();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static RunRecord parse(Map<String, String> found) {
    return new RunRecord(
        FORMAT,
        text(found, "session"),
        text(found, "execution"),
        text(found, "subject"),
        text(found, "spec"),
        text(found, "models").lines().toList(),
        text(found, "baselines"),
        new GatePolicy(
            Boolean.parseBoolean(text(found, "policy.fail-if-not-measured")),
            Boolean.parseBoolean(text(found, "policy.fail-on-inconclusive")),
            Boolean.parseBoolean(text(found, "policy.fail-on-unused-waiver")),
            Optional.ofNullable(found.get("policy.max-regression")).map(Limit::parse),
            new BigDecimal(text(found, "policy.significance"))),
        Optional.ofNullable(found.get("reused")));
  }

  private static String text(Map<String, String> found, String key) {
    String text = found.get(key);
    if (text == null) {
      throw new IllegalArgumentException("there is no " + key);
    }
    return text;
  }

  /**
   * Writes the record of a folder.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path folder) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    entries.put("format", String.valueOf(format));
    entries.put("session", session);
    entries.put("execution", execution);
    entries.put("subject", subject);
    entries.put("spec", spec);
    entries.put("models", String.join("\n", models));
    entries.put("baselines", baselines);
    entries.put("policy.fail-if-not-measured", String.valueOf(policy.failIfNotMeasured()));
    entries.put("policy.fail-on-inconclusive", String.valueOf(policy.failOnInconclusive()));
    entries.put("policy.fail-on-unused-waiver", String.valueOf(policy.failOnUnusedWaiver()));
    policy.maxRegression().ifPresent(limit -> entries.put("policy.max-regression", limit.text()));
    entries.put("policy.significance", policy.significance().toPlainString());
    reused.ifPresent(cache -> entries.put("reused", cache));
    AtomicFile.write(folder.resolve(FILE), PropertyText.write(entries));
  }

  /** A path as it stands in the record of a folder. */
  public static String relative(Path folder, Path path) {
    Path base = folder.toAbsolutePath().normalize();
    Path target = path.toAbsolutePath().normalize();
    boolean related = base.getRoot() != null && base.getRoot().equals(target.getRoot());
    return (related ? base.relativize(target) : target).toString().replace('\\', '/');
  }
}
