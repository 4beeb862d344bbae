package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keras files through the commands, from a look at them to the replay of an audit's evidence. */
class KerasTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  /**
   * Class 1 exactly where the sum of the four features is above 2, as {@link Bench#plane} has it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"plane.h5", "plane.keras"})
  void a_keras_model_is_inspected_attacked_explained_audited_and_replayed(String name)
      throws IOException {
    Bench bench = new Bench(folder);
    byte[] bytes;
    try (InputStream in = KerasTest.class.getResourceAsStream(name)) {
      bytes = Objects.requireNonNull(in, name).readAllBytes();
    }
    Path model = bench.bytes(name, bytes);
    bench.planeData();

    assertThat(sextant("inspect", model).succeeds().out())
        .contains("Keras", "[4]", "head softmax", "dense");
    for (String command : new String[] {"attack", "explain"}) {
      List<Object> arguments =
          new ArrayList<>(List.of(command, "--model", model, "--images", bench.path("x.npy")));
      arguments.addAll(
          List.of("--labels", bench.path("y.npy"), "--out", bench.path("out-" + command)));
      if (command.equals("attack")) {
        arguments.addAll(List.of("--epsilon", "0.05"));
      }
      sextant(arguments.toArray()).succeeds();
    }
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: %s
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.05]}]
            attacks: [fgsm]
            explainers: [vanilla-gradient]
            rules: [{id: clean, metric: clean-accuracy, minimum: 85%%}]
            evidence: full
            """
                .formatted(name));
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    AuditResult result = AuditResult.read(bench.path("out/result.json"));
    // Of the offsets from the plane four are within the radius.
    assertThat(result.accuracy().robust().get(0).worstCase().broken()).isEqualTo(4);
    Path kept = bench.path("out/evidence/model" + name.substring(name.indexOf('.')));
    assertThat(Files.readAllBytes(kept)).isEqualTo(bytes);
    assertThat(sextant("replay", bench.path("out")).succeeds().out())
        .startsWith("Verified: nothing differs.");
  }
}
