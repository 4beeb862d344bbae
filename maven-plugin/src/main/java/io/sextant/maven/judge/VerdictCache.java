package io.sextant.maven.judge;

import io.sextant.maven.cache.FileCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * The last verdicts of an execution with their outputs, for a build in which nothing changed:
 * reading results and writing reports would take most of its time.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class VerdictCache {
  private static final String LEVEL = "level.";
  private static final String MESSAGE = "message.";

  private final FileCache files;
  private final String execution;

  /**
   * The verdicts of one execution in one module.
   *
   * @param directory that may not exist yet
   * @param execution a name for it, fit for a folder
   * @param reasons receives the reason why nothing is used or kept
   */
  public VerdictCache(Path directory, String execution, Consumer<String> reasons) {
    this.files = new FileCache(directory, reasons);
    this.execution = execution;
  }

  /**
   * Says again what was said.
   *
   * @param key of the judgement
   * @param outputs where to put each file, by name
   * @return the conclusions, if the last judgement was this one
   * @throws IOException if files that do not belong together cannot be removed again
   */
  public Optional<List<Conclusion>> restore(String key, Map<String, Path> outputs)
      throws IOException {
    return files
        .restore(execution, key, outputs)
        .map(VerdictCache::conclusions)
        .filter(conclusions -> !conclusions.isEmpty());
  }

  /** None if one of them cannot be read. */
  private static List<Conclusion> conclusions(Map<String, String> notes) {
    List<Conclusion> conclusions = new ArrayList<>();
    for (int i = 0; notes.containsKey(LEVEL + i); i++) {
      String message = notes.getOrDefault(MESSAGE + i, "");
      Optional<Conclusion> conclusion =
          level(notes.getOrDefault(LEVEL + i, "")).map(level -> new Conclusion(level, message));
      if (conclusion.isEmpty()) {
        return List.of();
      }
      conclusions.add(conclusion.get());
    }
    return conclusions;
  }

  private static Optional<Conclusion.Level> level(String name) {
    return Arrays.stream(Conclusion.Level.values()).filter(l -> l.name().equals(name)).findFirst();
  }

  /**
   * Keeps verdicts, in place of those before.
   *
   * @param key of the judgement
   * @param outputs that were written, by name
   * @param conclusions that were drawn
   */
  public void store(String key, Map<String, Path> outputs, List<Conclusion> conclusions) {
    Map<String, String> notes = new TreeMap<>();
    for (int i = 0; i < conclusions.size(); i++) {
      notes.put(LEVEL + i, conclusions.get(i).level().name());
      notes.put(MESSAGE + i, conclusions.get(i).message());
    }
    files.store(execution, key, outputs, notes);
  }
}
