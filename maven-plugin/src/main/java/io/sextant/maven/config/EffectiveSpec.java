package io.sextant.maven.config;

import io.sextant.results.AtomicFile;
import io.sextant.results.Rule;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import io.sextant.spec.SpecText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The spec that a build means: the user's file with what the POM says. It goes through the same
 * reader as any spec, so a mistake in the POM is found and reported like one in the file.
 *
 * @param spec with every rule
 * @param measured canonical text of what the worker measures: without waivers, which only judge
 * @param worker the file that the worker gets: the user's own where nothing is added to it
 * @param user the user's file, where there is one
 * @param selection the part that is looked at
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record EffectiveSpec(
    AuditSpec spec, String measured, Path worker, Optional<Path> user, Selection selection) {
  /** The name of the written file. */
  public static final String FILE = "audit.yaml";

  /**
   * Reads the user's file, puts the POM over it, and writes the outcome where it differs.
   *
   * @param user the user's file
   * @param pom what the POM says
   * @param selection the part to look at
   * @param base folder that the POM's paths are relative to
   * @param folder for the written file
   * @throws IllegalArgumentException if it is not usable; the place and the next step are named
   * @throws IOException if a file cannot be read or written
   */
  public static EffectiveSpec of(
      Optional<Path> user, PomSpec pom, Selection selection, Path base, Path folder)
      throws IOException {
    Map<String, Object> written = user.isPresent() ? read(user.get()) : new LinkedHashMap<>();
    Map<String, Object> whole = pom.over(written, base);
    SpecPaths there = new SpecPaths(folder.toAbsolutePath().normalize());
    AuditSpec spec = parse(SpecPaths.map(whole, there::relative), there.folder(), pom, user);
    Map<String, Object> part = SpecPaths.map(select(whole, spec, selection), there::relative);
    if (!selection.isEverything()) {
      parse(part, there.folder(), pom, user);
    }
    Path worker = there.folder().resolve(FILE);
    if (user.isPresent() && pom.isEmpty() && selection.isEverything()) {
      worker = user.get();
    } else {
      AtomicFile.write(worker, SpecText.write(part));
    }
    Map<String, Object> measured = new LinkedHashMap<>(part);
    measured.remove("waivers");
    return new EffectiveSpec(spec, SpecText.write(measured), worker, user, selection);
  }

  private static Map<String, Object> read(Path file) throws IOException {
    Path folder =
        Optional.ofNullable(file.toAbsolutePath().normalize().getParent())
            .orElseThrow(() -> new IllegalArgumentException("not a spec file: " + file));
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "the spec %s does not exist; write one with sextant init, or give <model>, <data> and <rules> in the POM"
              .formatted(file));
    }
    String text = Files.readString(file);
    Optional<Map<String, Object>> spec = SpecText.read(text);
    if (spec.isEmpty()) {
      // Says what is wrong with it.
      SpecReader.parse(text, folder);
      throw new IllegalArgumentException("the spec %s must be a mapping".formatted(file));
    }
    return SpecPaths.map(spec.get(), new SpecPaths(folder)::absolute);
  }

  private static AuditSpec parse(
      Map<String, Object> spec, Path folder, PomSpec pom, Optional<Path> user) {
    try {
      return SpecReader.parse(SpecText.write(spec), folder);
    } catch (IllegalArgumentException e) {
      String where =
          user.map(file -> "the spec " + file + (pom.isEmpty() ? "" : ", with what the POM adds"))
              .orElse("the configuration of sextant-maven-plugin in the POM");
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static Map<String, Object> select(
      Map<String, Object> whole, AuditSpec spec, Selection selection) {
    Map<String, Object> part = new LinkedHashMap<>(whole);
    if (!selection.rules().isEmpty()) {
      List<String> known = spec.rules().stream().map(Rule::id).toList();
      Set<String> unknown = new LinkedHashSet<>(selection.rules());
      unknown.removeAll(known);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(
            "sextant.rules must name some of the rules %s but names %s"
                .formatted(
                    String.join(", ", known),
                    unknown.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "))));
      }
      part.computeIfPresent("rules", (key, rules) -> chosen(rules, selection.rules()));
    }
    if (!selection.samples().isEmpty()) {
      Map<String, Object> data = new LinkedHashMap<>();
      if (part.get("data") instanceof Map<?, ?> given) {
        given.forEach((key, value) -> data.put(String.valueOf(key), value));
      }
      data.put("rows", selection.samples().stream().map(String::valueOf).toList());
      part.put("data", data);
    }
    return part;
  }

  private static Object chosen(Object rules, Set<String> ids) {
    if (!(rules instanceof List<?> list)) {
      return rules;
    }
    return list.stream()
        .filter(
            rule -> rule instanceof Map<?, ?> map && ids.contains(String.valueOf(map.get("id"))))
        .toList();
  }

  /** The 1-based line on which each rule begins in the user's file, for those that do. */
  public Map<String, Integer> ruleLines() throws IOException {
    return user.isPresent() ? SpecText.ruleLines(Files.readString(user.get())) : Map.of();
  }

  /** Whether a class of the project makes the model or the data. */
  public boolean needsProject() {
    return spec.models().stream()
            .anyMatch(model -> model.source() instanceof io.sextant.spec.ModelSpec.Supplied)
        || spec.data().source() instanceof io.sextant.spec.DataSpec.Supplied;
  }
}
