package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Beginning;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.Listener;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Reverification;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attack says of its finds counts for nothing: an audit and a replay look themselves. */
class LyingAttackTest {
  private static final int SIDE = 4;
  private static final int ROWS = 6;

  /** An attack from elsewhere that fools the model, and lies about how. */
  public record Liar(Lie lie) implements Attack {
    /** What it does. */
    public enum Lie {
      /** Changes far more than the threat allows. */
      BEYOND,
      /** Changes four corners, and declares a stretch of four values. */
      SCATTERED,
      /** Changes four corners, and says that it was one. */
      BOASTFUL
    }

    private static final Setting<Liar, Lie> LIE =
        Setting.of("lie", Form.choice(Lie.class), "what it does", Liar::lie);
    private static final Declaration<Liar> DECLARATION =
        Declaration.of("liar", Kind.FIXED_RADIUS, Liar.class)
            .norms(EnumSet.of(Norm.LINF, Norm.L0))
            .setting(LIE)
            .made(Liar::new, values -> new Liar(values.of(LIE)));

    public Liar() {
      this(Lie.BEYOND);
    }

    @Override
    public Declaration<Liar> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 0);
    }

    @Override
    public Optional<Footprint> footprint(Shape shape, double radius) {
      return lie == Lie.SCATTERED ? Optional.of(Footprint.anywhere(1, 4)) : Optional.empty();
    }

    @Override
    public Step<Trial> search(Trial trial) {
      throw new AssertionError("it does not search");
    }

    @Override
    public AttackResult run(
        GradientService service,
        Examples examples,
        int[] predicted,
        List<Beginning> beginnings,
        ThreatModel threat,
        long seed,
        Listener listener) {
      List<ExampleResult> results = new ArrayList<>();
      for (int i = 0; i < examples.size(); i++) {
        double[] input = examples.row(i).clone();
        if (lie == Lie.BEYOND) {
          Arrays.fill(input, 1);
        } else {
          for (int corner : new int[] {0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1}) {
            input[corner] = 1;
          }
        }
        results.add(
            new ExampleResult(
                examples.id(i),
                examples.label(i),
                predicted[i],
                new io.sextant.attacks.Outcome.Broken(lie == Lie.BOASTFUL ? 1 : 0.01, 0, 0),
                input,
                1,
                0,
                Set.of(),
                List.of()));
      }
      return new AttackResult(name(), threat, results);
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @SuppressWarnings("NullAway.Init")
  private ClassLoader own;

  /**
   * Dark images in rows, as the model takes them; four bright corners are enough to be called
   * bright.
   */
  @BeforeEach
  void audited() throws IOException {
    Path services = Files.createDirectories(folder.resolve("more/META-INF/services"));
    Files.writeString(services.resolve(Method.class.getName()), Liar.class.getName() + "\n");
    own = Thread.currentThread().getContextClassLoader();
    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(
                new URL[] {folder.resolve("more").toUri().toURL()},
                LyingAttackTest.class.getClassLoader()));
    bench = new Bench(folder);
    float[][] weights = new float[SIDE * SIDE][];
    Arrays.setAll(weights, i -> new float[] {0, 1});
    bench.model("model.zip", Bench.linear(weights, 0, -SIDE * SIDE / 2f));
    double[][] rows = new double[ROWS][SIDE * SIDE];
    for (int r = 0; r < ROWS; r++) {
      Arrays.fill(rows[r], 0.42 + 0.005 * r);
    }
    bench.arrays(rows, new int[] {1, SIDE, SIDE}, new int[ROWS]);
    Path spec =
        bench.text(
            "audit.yaml",
            """
            model: model.zip
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.01]}, {norm: l0, epsilons: [4]}]
            attacks:
              - {id: beyond, liar: {lie: beyond}}
              - {id: scattered, liar: {lie: scattered}}
              - {id: boastful, liar: {lie: boastful}}
            explainers: []
            """);
    sextant("audit", spec, "--out", out()).succeeds();
  }

  @AfterEach
  void others() {
    Thread.currentThread().setContextClassLoader(own);
  }

  private Path out() {
    return bench.path("out");
  }

  private List<SampleRow> rows(String attack, Norm norm) throws IOException {
    return SamplesCsv.read(out().resolve("samples.csv")).stream()
        .filter(row -> row.attack().equals(attack))
        .filter(row -> row.condition().sharedNorm().orElseThrow() == norm)
        .toList();
  }

  @Test
  void what_lies_outside_the_threat_or_the_footprint_breaks_nothing_in_an_audit()
      throws IOException {
    AuditResult result = AuditResult.read(out().resolve("result.json"));
    for (String attack : List.of("beyond", "scattered")) {
      assertThat(rows(attack, Norm.L0))
          .as(attack)
          .hasSize(ROWS)
          .allMatch(row -> row.outcome() == Outcome.INCONCLUSIVE);
    }
    assertThat(rows("scattered", Norm.LINF)).allMatch(row -> row.outcome() == Outcome.INCONCLUSIVE);
    // What the other one changed is allowed, and as far away as it is, not as it says.
    assertThat(rows("boastful", Norm.L0))
        .hasSize(ROWS)
        .allSatisfy(row -> assertThat(row.distance()).hasValue(4));
    assertThat(result.reverification().verified()).isEqualTo(ROWS);
    assertThat(result.reverification().rejected()).hasSize(5 * ROWS);
    assertThat(reasons(result, "beyond", Norm.L0)).allMatch(why -> why.contains("exceeds epsilon"));
    assertThat(reasons(result, "beyond", Norm.LINF))
        .allMatch(why -> why.contains("exceeds epsilon"));
    assertThat(reasons(result, "scattered", Norm.L0))
        .allMatch(why -> why.contains("spans 1 by 16 positions but the patch has 1 by 4"));
  }

  private static List<String> reasons(AuditResult result, String attack, Norm norm) {
    List<String> reasons =
        result.reverification().rejected().stream()
            .filter(one -> one.cell().method().equals(attack))
            .filter(one -> one.cell().condition().sharedNorm().orElseThrow() == norm)
            .map(Reverification.Rejection::reason)
            .toList();
    assertThat(reasons).hasSize(ROWS);
    return reasons;
  }

  @Test
  void a_replay_verifies_that_they_broke_nothing() {
    assertThat(sextant("replay", out()).succeeds().out())
        .contains(ROWS + " adversarial inputs", 8 * ROWS + " rows of samples.csv");
  }

  /** What was allowed is not, once the attack is said to be one that changes a patch alone. */
  @Test
  void a_replay_holds_the_inputs_to_the_footprint_and_the_radius_that_are_said() throws Exception {
    for (String name : List.of("result.json", "samples.csv")) {
      Files.delete(out().resolve(name));
    }
    Path manifest = out().resolve("evidence/manifest.json");
    String recorded = Files.readString(manifest);
    String patched = recorded.replaceAll("(\"lie\"\\s*:\\s*)\"boastful\"", "$1\"scattered\"");
    assertThat(patched).isNotEqualTo(recorded);
    Files.writeString(manifest, patched);
    String told = sextant("replay", out()).ends(1).out();
    for (int sample = 0; sample < ROWS; sample++) {
      assertThat(told)
          .contains(
              "sample %d, boastful at l0 4: what was changed spans 1 by 16 positions"
                  .formatted(sample));
    }
    Path index = out().resolve("evidence/index.csv");
    String old = Files.readString(index);
    String smaller = old.replace(",l0 4,", ",l0 3,");
    assertThat(smaller).isNotEqualTo(old);
    Files.writeString(index, smaller);
    Files.writeString(manifest, recorded.replace(sha256(old), sha256(smaller)));
    assertThat(sextant("replay", out()).ends(1).out())
        .contains("sample 0, boastful at l0 3: distance 4.0 exceeds epsilon 3")
        .doesNotContain("altered");
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
