package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.results.AuditResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What the commands make of the data that they are given, and what they remark on it. */
class DataOptionsTest {
  private static final String SWAPPED = "With the two classes swapped it would be right on 12";

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() throws IOException {
    bench = new Bench(folder);
    bench.plane("model.zip");
    bench.planeData();
  }

  private Path spec(String labels, String epsilons) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: model.zip
        data: {images: x.npy, labels: %s}
        threats: [{norm: linf, epsilons: [%s]}]
        attacks: [fgsm]
        report: {examples: false}
        """
            .formatted(labels, epsilons));
  }

  /** A table whose label is 1 exactly where the model of the bench says so. */
  private Path table(String... more) throws IOException {
    return bench.text(
        "t.csv",
        "a,b,home.own,home.rent,y\n"
            + "0.1,0.2,0,1,Bad\n0.9,0.8,1,0,Good\n0.15,0.3,1,0,Bad\n0.85,0.7,0,1,Good\n"
            + String.join("", more));
  }

  private Command table(String command, Object... more) {
    Object[] fixed = {
      command,
      "--model",
      bench.path("model.zip"),
      "--csv",
      bench.path("t.csv"),
      "--label-column",
      "y",
    };
    return sextant(with(fixed, more));
  }

  @Test
  void an_audit_remarks_on_decisions_no_better_than_chance() throws IOException {
    double[][] swapped =
        Arrays.stream(Bench.OFFSETS)
            .mapToObj(offset -> new double[] {offset > 0 ? 0 : 1})
            .toArray(double[][]::new);
    NpyWriter.write(bench.path("swapped.npy"), NpyWriter.Element.FLOAT32, swapped);
    Path wrong = spec("swapped.npy", "0.05");
    // The second time the result is read, not made.
    for (int time = 0; time < 2; time++) {
      assertThat(sextant("audit", wrong, "--out", bench.path("wrong")).succeeds().out())
          .contains("  remark: the model decides rightly on 0 of 12 examples", SWAPPED);
    }
    Path right = spec("y.npy", "0.05");
    Command sound = sextant("audit", right, "--out", bench.path("right")).succeeds();
    assertThat(sound.out()).doesNotContain("remark");
    assertThat(sound.err()).doesNotContain("note:");
    AuditResult result = AuditResult.read(bench.path("right").resolve("result.json"));
    assertThat(result.plan().threats().get(0).notes()).isEmpty();
  }

  @Test
  void a_radius_beyond_the_domain_is_remarked_in_plan_audit_result_and_report() throws IOException {
    Path spec = spec("y.npy", "0.05, 8");
    String remark =
        "epsilon 8 in L∞ is more than the largest distance in the domain, 1: nothing limits the"
            + " attacker; is 8/255 meant?";
    assertThat(sextant("plan", spec).succeeds().err()).contains("note: " + remark);
    Path out = bench.path("out");
    assertThat(sextant("audit", spec, "--out", out).succeeds().err()).contains("note: " + remark);
    assertThat(AuditResult.read(out.resolve("result.json")).plan().threats().get(0).notes())
        .containsExactly(remark);
    assertThat(out.resolve("report.html")).content().contains(remark);
  }

  @Test
  void init_drafts_a_schema_that_its_audit_uses_and_overwrites_nothing() throws IOException {
    table();
    Path spec = bench.path("audit.yaml");
    Path schema = bench.path("t.schema.yaml");
    Command init = table("init", "--out", spec).succeeds();
    assertThat(init.out()).contains("Wrote " + schema, "Wrote " + spec);
    assertThat(init.err())
        .contains("t.schema.yaml was drafted", "2 real", "1 one-hot group", "labels is a guess");
    assertThat(spec).content().contains("  schema: t.schema.yaml", "classes: [Bad, Good]");
    String drafted = Files.readString(schema);
    assertThat(drafted)
        .contains("a: {type: real, minimum: 0.1, maximum: 0.9}", "home: [home.own, home.rent]");

    Path out = bench.path("out");
    sextant("audit", spec, "--out", out, "--no-report").succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.validity().reliable()).isTrue();
    assertThat(result.accuracy().clean().count()).isEqualTo(4);
    assertThat(result.data().domain().features())
        .extracting(feature -> feature.kind())
        .containsExactly("real", "real", "binary", "binary");

    // With the spec out of the way the schema still stays, as does a spec without a schema.
    String written = Files.readString(spec);
    table("init", "--out", bench.path("other.yaml")).refuses("t.schema.yaml", "--schema");
    assertThat(bench.path("other.yaml")).doesNotExist();
    table("init", "--schema", schema, "--out", spec).refuses("audit.yaml", "exists already");
    Files.delete(schema);
    table("init", "--out", spec).refuses("audit.yaml", "exists already");
    assertThat(schema).doesNotExist();
    assertThat(spec).hasContent(written);
  }

  @Test
  void init_remarks_on_what_its_audit_would_see() throws IOException {
    table();
    bench.text(
        "s.yaml",
        """
        features: {a: {type: real, minimum: 0, maximum: 1}, b: {type: real, minimum: 0, maximum: 1}}
        groups: {home: [home.own, home.rent]}
        labels: [Good, Bad]
        """);
    Command init =
        table("init", "--schema", bench.path("s.yaml"), "--out", bench.path("audit.yaml"));
    assertThat(init.succeeds().err())
        .contains("warning: the model decides rightly on 0 of 4", "swapped it would be right on 4");
  }

  @Test
  void rows_with_a_missing_value_are_left_out_when_asked() throws IOException {
    table("0.2,,0,1,Bad\n", "?,0.4,0,1,Bad\n");
    Path numbered = bench.path("t.csv");
    Files.writeString(
        numbered, Files.readString(numbered).replace("Bad", "0").replace("Good", "1"));
    Path out = bench.path("out");
    Object[] attack = {"--epsilon", "0.01", "--attack", "fgsm", "--out", out};
    table("attack", attack).refuses("missing", "skip");
    assertThat(table("attack", with(attack, "--missing", "skip")).succeeds().out())
        .contains(" of 4 examples broken by fgsm");
    table("attack", with(attack, "--missing", "drop")).refuses("refuse or skip", "'drop'");
  }

  @Test
  void a_box_holds_the_values_of_arrays() throws IOException {
    double[][] rows = new double[Bench.OFFSETS.length][4];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], 255 * (0.5 + Bench.OFFSETS[i]));
    }
    NpyWriter.write(bench.path("x255.npy"), NpyWriter.Element.FLOAT32, rows, 4);
    float weight = 1 / 255f;
    float[] column = {0, weight};
    bench.model("bytes.zip", Bench.linear(new float[][] {column, column, column, column}, 0, -2));
    Object[] attack = {
      "attack",
      "--model",
      bench.path("bytes.zip"),
      "--images",
      bench.path("x255.npy"),
      "--labels",
      bench.path("y.npy"),
      "--attack",
      "fgsm",
      "--epsilon",
      "25.5",
      "--out",
      bench.path("out")
    };
    sextant(attack).refuses("--box", "255");
    // A tenth of the box: 6 of the 12 offsets are smaller.
    assertThat(sextant(with(attack, "--box", "0,255")).succeeds().out())
        .contains("6 of 12 examples broken");
    sextant(with(attack, "--box", "255,0")).refuses("--box", "MIN,MAX");
    sextant(with(attack, "--box", "0")).refuses("--box", "MIN,MAX");
    table();
    table("attack", "--epsilon", "0.1", "--box", "0,255", "--out", bench.path("out"))
        .refuses("--box", "schema");
  }

  @Test
  void folders_are_matched_with_classes_by_name() throws IOException {
    // White images are class 1 of the model, named by its own order, not by the alphabet.
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(2, 2, 1))
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}));
    network.setParam("0_b", Nd4j.create(new float[] {0, -2}).reshape(1, 2));
    bench.model("pictures.zip", network);
    for (String name : List.of("night", "day")) {
      Path images = Files.createDirectories(bench.path("pictures").resolve(name));
      for (int i = 0; i < 6; i++) {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        int level = (name.equals("day") ? 250 : 0) - i * (name.equals("day") ? 1 : -1);
        for (int pixel = 0; pixel < 4; pixel++) {
          image.getRaster().setSample(pixel % 2, pixel / 2, 0, level);
        }
        ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
      }
    }
    Object[] attack = {
      "attack",
      "--model",
      bench.path("pictures.zip"),
      "--image-folder",
      bench.path("pictures"),
      "--epsilon",
      "0.1",
      "--attack",
      "fgsm",
      "--out",
      bench.path("out")
    };
    Command named = sextant(with(attack, "--classes", "night,day")).succeeds();
    assertThat(named.out()).contains("0 were wrong before");
    assertThat(named.err()).doesNotContain("swapped");
    assertThat(sextant(with(attack, "--classes", "day,night")).succeeds().err()).contains(SWAPPED);
    sextant(with(attack, "--classes", "night,dawn")).refuses("dawn", "day");
  }

  private static Object[] with(Object[] arguments, Object... more) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }
}
