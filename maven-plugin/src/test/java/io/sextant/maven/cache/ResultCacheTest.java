package io.sextant.maven.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.AuditFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final List<String> reasons = new ArrayList<>();

  private ResultCache cache() {
    return new ResultCache(folder.resolve("deep/cache"), reasons::add);
  }

  private Map<String, Path> measured() throws IOException {
    return Map.of(
        "a",
        AuditFixture.of("ggbw").model("a").write(folder.resolve("out/a")),
        "b",
        AuditFixture.of("gbbw").model("b").write(folder.resolve("out/b")));
  }

  private static final Map<String, ResultCache.Origin> ORIGINS =
      Map.of(
          "a", new ResultCache.Origin("Monday with äöü = :\\", Optional.of("abc")),
          "b", new ResultCache.Origin("Tuesday", Optional.empty()));

  private void store() throws IOException {
    cache().store(KEY, measured(), ORIGINS);
  }

  private boolean restores(String key) throws IOException {
    return cache().restore(key, elsewhere()).isPresent();
  }

  private Map<String, Path> elsewhere() {
    return Map.of("a", folder.resolve("new/a"), "b", folder.resolve("new/b"));
  }

  @Test
  void gives_back_what_was_kept() throws IOException {
    store();

    assertThat(cache().restore(KEY, elsewhere())).hasValue(ORIGINS);

    for (String file : List.of("a/result.json", "a/samples.csv", "b/result.json")) {
      assertThat(folder.resolve("new").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("out").resolve(file));
    }
    assertThat(reasons).isEmpty();
    try (Stream<Path> entries = Files.list(folder.resolve("deep/cache"))) {
      assertThat(entries.map(p -> p.getFileName().toString())).containsExactly(KEY);
    }
  }

  @Test
  void knows_nothing_of_other_keys() throws IOException {
    store();

    assertThat(restores(KEY.replace('0', '1'))).isFalse();
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void passes_over_what_was_changed() throws IOException {
    store();
    Path kept = folder.resolve("deep/cache").resolve(KEY);
    Path csv = kept.resolve("b/samples.csv");
    Files.writeString(csv, Files.readString(csv).replace("broken", "held"));

    assertThat(restores(KEY)).isFalse();
    assertThat(reasons)
        .singleElement()
        .asString()
        .contains("b/samples.csv is missing or was changed");
    try (Stream<Path> left = Files.walk(folder.resolve("new"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void passes_over_what_is_partial_or_foreign() throws IOException {
    store();
    Path kept = folder.resolve("deep/cache").resolve(KEY);

    Path entry = kept.resolve("entry.properties");
    String text = Files.readString(entry);
    Files.writeString(entry, text.replace("format=3", "format=4"));
    assertThat(restores(KEY)).isFalse();
    Files.writeString(entry, "format=3\nkey=\\u00");
    assertThat(restores(KEY)).isFalse();
    Files.writeString(entry, text);
    assertThat(restores(KEY)).isTrue();
    Files.delete(entry);
    assertThat(restores(KEY)).isFalse();
    assertThat(reasons).hasSize(3).allMatch(reason -> reason.startsWith("cache entry " + KEY));
  }

  @Test
  void a_bad_entry_is_replaced() throws IOException {
    store();
    Files.delete(folder.resolve("deep/cache").resolve(KEY).resolve("a/result.json"));

    store();

    assertThat(restores(KEY)).isTrue();
  }

  @Test
  void a_cache_that_cannot_be_written_is_told_and_no_more() throws IOException {
    Files.createDirectories(folder.resolve("deep"));
    Files.writeString(folder.resolve("deep/cache"), "a file");

    store();

    assertThat(reasons)
        .singleElement()
        .asString()
        .startsWith("nothing is kept in the cache under " + KEY);
  }

  @Test
  void keeps_the_last_evidence() throws IOException {
    Path evidence = Files.createDirectories(folder.resolve("evidence"));
    for (String name :
        List.of("index.csv", "manifest.json", "clean.npy", "adversarial-linf-0.1.npy", "m.zip")) {
      Files.writeString(evidence.resolve(name), name);
    }
    LastEvidence last = new LastEvidence(folder.resolve("last"), reasons::add);
    assertThat(last.exists()).isFalse();

    last.keep("a", evidence);
    Files.delete(evidence.resolve("adversarial-linf-0.1.npy"));
    last.keep("a", evidence);
    last.keep("b", folder.resolve("none"));

    assertThat(last.exists()).isTrue();
    try (Stream<Path> kept = Files.list(folder.resolve("last/a"))) {
      assertThat(kept.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("index.csv", "manifest.json", "clean.npy", "m.zip");
    }
    assertThat(folder.resolve("last/b")).doesNotExist();
    assertThat(reasons).isEmpty();
  }
}
