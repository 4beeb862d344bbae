package io.sextant.maven.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.PomSpec;
import io.sextant.maven.config.Selection;
import io.sextant.results.curtail.Curtail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementKeyTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("m.zip", "x.npy", "y.npy", "t.csv", "s.yaml")) {
      Files.writeString(folder.resolve(name), name);
    }
    Files.createDirectories(folder.resolve("classes/a"));
    Files.writeString(folder.resolve("classes/a/1.png"), "1");
  }

  private MeasurementKey key(String data, List<String> toolkit, Path... entries)
      throws IOException {
    Path spec =
        Files.writeString(folder.resolve("audit.yaml"), "model: m.zip\ndata: {" + data + "}\n");
    return MeasurementKey.of(
        EffectiveSpec.of(Optional.of(spec), PomSpec.NOTHING, Selection.EVERYTHING, folder, folder),
        toolkit,
        List.of(entries));
  }

  @Test
  void equal_things_have_equal_keys() throws IOException {
    String arrays = "images: x.npy, labels: y.npy";
    assertThat(key(arrays, List.of("0.1"))).isEqualTo(key(arrays, List.of("0.1")));
    assertThat(key(arrays, List.of("0.1"))).isNotEqualTo(key(arrays, List.of("0.2")));
    assertThat(key(arrays, List.of(), folder.resolve("classes")))
        .isNotEqualTo(key(arrays, List.of()));
  }

  @Test
  void every_file_that_the_spec_names_counts() throws IOException {
    requireSensitive("images: x.npy, labels: y.npy", "m.zip", "x.npy", "y.npy");
    requireSensitive("folder: classes", "m.zip", "classes/a/1.png");
    requireSensitive("csv: t.csv, label-column: c, schema: s.yaml", "m.zip", "t.csv", "s.yaml");
  }

  @Test
  void weights_beside_a_model_count() throws IOException {
    String data = "images: x.npy, labels: y.npy";
    MeasurementKey before = key(data, List.of());
    Files.writeString(folder.resolve("m.zip.data"), "weights");
    MeasurementKey with = key(data, List.of());
    assertThat(with).isNotEqualTo(before);
    assertThat(with.changedSince(before)).containsExactly(folder.resolve("m.zip.data").toString());
    Files.writeString(folder.resolve("m.zip.data"), "others");
    assertThat(key(data, List.of())).isNotEqualTo(with);
  }

  private void requireSensitive(String data, String... files) throws IOException {
    for (String file : files) {
      MeasurementKey before = key(data, List.of());
      String text = Files.readString(folder.resolve(file));
      Files.writeString(folder.resolve(file), text + "!");
      assertThat(key(data, List.of())).as(file).isNotEqualTo(before);
      Files.writeString(folder.resolve(file), text);
    }
  }

  @Test
  void a_missing_file_is_named() throws IOException {
    Files.delete(folder.resolve("m.zip"));

    assertThatThrownBy(() -> key("folder: classes", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the file of model model does not exist: ")
        .hasMessageContaining("m.zip; correct the path");
  }

  @Test
  void what_selected_rules_rest_on_is_not_the_whole_audit() throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("rules.yaml"),
            """
            model: m.zip
            data: {images: x.npy, labels: y.npy}
            rules: [{id: all, metric: clean-accuracy, minimum: 50%}]
            """);
    List<MeasurementKey> keys = new ArrayList<>();
    for (Selection selection :
        List.of(Selection.EVERYTHING, Selection.parse(List.of("all"), List.of()))) {
      EffectiveSpec asked =
          EffectiveSpec.of(Optional.of(spec), PomSpec.NOTHING, selection, folder, folder);
      keys.add(MeasurementKey.of(asked, List.of(), List.of()));
    }

    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void what_was_cut_short_depends_on_how() {
    MeasurementKey key = new MeasurementKey("s", Map.of());

    assertThat(
            List.of(
                key.complete(),
                key.curtailed(Curtail.FAIL, Set.of(), Set.of()),
                key.curtailed(Curtail.FAIL, Set.of(), Set.of("a")),
                key.curtailed(Curtail.BOTH, Set.of(), Set.of()),
                key.curtailed(Curtail.FAIL, Set.of("a"), Set.of()),
                new MeasurementKey("t", Map.of()).complete()))
        .doesNotHaveDuplicates();
    assertThat(key.curtailed(Curtail.FAIL, Set.of("a", "b"), Set.of()))
        .isEqualTo(key.curtailed(Curtail.FAIL, Set.of("b", "a"), Set.of()));
  }
}
