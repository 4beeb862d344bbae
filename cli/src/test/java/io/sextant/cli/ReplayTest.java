package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private Path evidence;

  @BeforeEach
  void audited() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    bench.planeData();
    audit("full");
    evidence = bench.path("out/evidence");
  }

  private void audit(String extent) throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.05, 8/255]}]
            attacks: [fgsm]
            explainers: [vanilla-gradient]
            evidence: %s
            """
                .formatted(extent));
    sextant("audit", spec, "--out", bench.path("out"), "--overwrite").succeeds();
  }

  private Command replay(Object... more) {
    Object[] all = new Object[more.length + 2];
    all[0] = "replay";
    all[1] = bench.path("out");
    System.arraycopy(more, 0, all, 2, more.length);
    return sextant(all);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(evidence)) {
      return list.sorted().toList();
    }
  }

  @Test
  void verifies_what_was_not_touched() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "adversarial-linf-0.05.npy",
            "adversarial-linf-8d255.npy",
            "clean.npy",
            "index.csv",
            "manifest.json",
            "model.zip");
    assertThat(replay().succeeds().out())
        .isEqualTo("Verified: 5 files and 24 adversarial inputs are as recorded.%n".formatted());
    sextant("replay", evidence).succeeds();
    // Nothing but the folder is needed.
    Files.delete(bench.path("model.zip"));
    Files.delete(bench.path("x.npy"));
    replay().succeeds();
  }

  @Test
  void finds_one_altered_byte_in_each_file() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      // The first byte, the middle, the last one but a line's end, and a bit that keeps text text.
      for (int place : new int[] {0, 9, whole.length / 3, whole.length / 2, whole.length - 2}) {
        for (int flip : new int[] {1, 0x80}) {
          byte[] altered = whole.clone();
          altered[place] ^= (byte) flip;
          Files.write(file, altered);
          Command found = replay();
          assertThat(found.code())
              .as("%s, byte %d xor %d: %s %s", file, place, flip, found.out(), found.err())
              .isEqualTo(ExitCode.FAILED);
          assertThat(found.out()).contains(file.getFileName().toString());
          assertThat(found.err()).isEmpty();
        }
      }
      Files.write(file, whole);
    }
    replay().succeeds();
  }

  @Test
  void finds_a_missing_file() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      if (file.endsWith("manifest.json")) {
        replay().refuses("manifest.json");
      } else {
        assertThat(replay().ends(1).out()).contains(file.getFileName() + ": missing");
      }
      Files.write(file, whole);
    }
  }

  @Test
  void finds_changed_inputs_even_where_the_digests_were_changed_too() throws IOException {
    // result.json pins the manifest, so a forger would have to change it as well.
    Path manifest = evidence.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceFirst("\"toolkit\" : \"[^\"]*\"", "\"toolkit\" : \"9\""));
    assertThat(replay().ends(1).out()).contains("manifest.json: digest", "result.json records");
  }

  @Test
  void judges_inputs_and_not_only_digests() throws IOException {
    Files.delete(bench.path("out/result.json"));
    // Swap one radius for the other in the index and forge the digest: the inputs tell.
    Path index = evidence.resolve("index.csv");
    String old = Files.readString(index);
    String forged = old.replace(",linf,0.05,", ",linf,0.001,");
    assertThat(forged).isNotEqualTo(old);
    Path manifest = evidence.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(old), sha256(forged)));
    Files.writeString(index, forged);
    assertThat(replay().ends(1).out()).contains("exceeds epsilon 0.001").doesNotContain("altered");
    // The same with a prediction.
    String other = old.replaceFirst("(?m)^0,0,1,1,(.*),0,(\\S+)$", "0,0,1,1,$1,1,$2");
    assertThat(other).isNotEqualTo(old);
    Files.writeString(manifest, Files.readString(manifest).replace(sha256(forged), sha256(other)));
    Files.writeString(index, other);
    assertThat(replay().ends(1).out()).contains("recorded was 1");
  }

  private static String sha256(String text) {
    try {
      return java.util.HexFormat.of()
          .formatHex(
              java.security.MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_forged_manifest_reaches_no_other_folder() throws IOException {
    Path secret = bench.text("secret.npy", "secret");
    Path manifest = evidence.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"clean.npy\"", "\"../../secret.npy\""));
    replay().refuses("outside its folder", "../../secret.npy");
    Files.writeString(manifest, text.replace("\"model.zip\"", "\"..\\\\..\\\\model.zip\""));
    replay().refuses("outside its folder");
    Files.delete(bench.path("out/result.json"));
    replay().refuses("outside its folder");
    assertThat(secret).hasContent("secret");
  }

  @Test
  void another_model_is_found_by_its_digest() throws IOException {
    replay("--model", bench.path("model.zip")).succeeds();
    Path same =
        bench.model(
            "same.zip", Bench.linear(new float[][] {{0, 2}, {0, 2}, {0, 2}, {0, 2}}, 0, -4));
    assertThat(replay("--model", same).ends(1).out())
        .contains("same.zip is not the audited one: its digest is ");
    Path other = bench.model("wide.zip", Bench.linear(new float[][] {{0, 2}, {0, 2}}, 0, -4));
    assertThat(replay("--model", other).ends(1).out()).contains("wide.zip is not the audited one");
    replay("--model", bench.path("none.zip")).refuses("none.zip", "does not exist");
  }

  @Test
  void adversarial_evidence_needs_the_model() throws IOException {
    audit("adversarial");
    assertThat(evidence.resolve("model.zip")).doesNotExist();
    replay().refuses("no model", "--model FILE");
    replay("--model", bench.path("model.zip")).succeeds();
  }

  @Test
  void without_evidence_there_is_nothing_to_replay() throws IOException {
    audit("none");
    assertThat(evidence).doesNotExist();
    replay().refuses("manifest.json");
  }
}
