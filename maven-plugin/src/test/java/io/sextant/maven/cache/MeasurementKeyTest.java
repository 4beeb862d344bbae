package io.sextant.maven.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.PomSpec;
import io.sextant.maven.config.Selection;
import io.sextant.results.curtail.Curtail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** A field of a message: its number, and bytes of its length. */
  private static byte[] field(int number, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    for (int rest = content.size(); ; rest >>>= 7) {
      if (rest < 0x80) {
        out.write(rest);
        break;
      }
      out.write(rest & 0x7f | 0x80);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  private static byte[] entry(String key, String value) {
    return field(13, field(1, key.getBytes(UTF_8)), field(2, value.getBytes(UTF_8)));
  }

  /** An ONNX model with a tensor in a file. */
  private static byte[] onnx(String file) {
    byte[] tensor =
        field(
            5,
            field(8, "weight".getBytes(UTF_8)),
            field(9, new byte[300]),
            entry("offset", "0"),
            entry("location", file));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {8, 9});
    out.writeBytes(field(2, "exporter".getBytes(UTF_8)));
    out.writeBytes(field(7, field(2, "graph".getBytes(UTF_8)), tensor));
    return out.toByteArray();
  }

  @Test
  void weights_beside_a_model_count_whatever_their_name() throws IOException {
    String data = "images: x.npy, labels: y.npy";
    for (String name : List.of("weights.bin", "sub/b", "m.zip.data")) {
      Path weights = folder.resolve(name);
      Files.createDirectories(weights.getParent());
      Files.write(folder.resolve("m.zip"), onnx(name));
      MeasurementKey before = key(data, List.of());
      Files.writeString(weights, "weights");
      MeasurementKey with = key(data, List.of());
      assertThat(with.changedSince(before)).containsExactly(weights.toString());
      assertThat(with.subject()).isNotEqualTo(before.subject());
      Files.writeString(weights, "others");
      assertThat(key(data, List.of())).isNotEqualTo(with);
    }
  }

  @Test
  void other_files_beside_a_model_do_not_count() throws IOException {
    String data = "images: x.npy, labels: y.npy";
    Files.writeString(folder.resolveSibling("outside.bin"), "1");
    byte[] cut = onnx("weights.bin");
    for (byte[] model :
        List.of(
            "m.zip".getBytes(UTF_8),
            onnx("../outside.bin"),
            onnx("absent.bin"),
            onnx("weights\0.bin"),
            Arrays.copyOf(cut, cut.length - 20))) {
      Files.write(folder.resolve("m.zip"), model);
      MeasurementKey before = key(data, List.of());
      Files.writeString(folder.resolve("m.zip.bak"), "1");
      Files.writeString(folder.resolve("weights.bin"), "1");
      assertThat(key(data, List.of())).isEqualTo(before);
      Files.delete(folder.resolve("weights.bin"));
    }
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
