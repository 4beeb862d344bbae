package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.evaluation.data.NpyWriter;
import io.sextant.evaluation.data.NumberArray;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import io.sextant.results.SamplesCsv;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Files and output of the commands other than audit and replay. */
class CommandsTest {
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

  private Command images(String command, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                bench.path("model.zip"),
                "--images",
                bench.path("x.npy"),
                "--labels",
                bench.path("y.npy"),
                "--out",
                bench.path("out")));
    all.addAll(List.of(more));
    return sextant(all.toArray());
  }

  private Path out(String name) {
    return bench.path("out").resolve(name);
  }

  private String header(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(out(name));
    assertThat(bytes).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    int length = (bytes[8] & 0xff) | (bytes[9] & 0xff) << 8;
    assertThat((10 + length) % 64).isZero();
    return new String(bytes, 10, length, StandardCharsets.US_ASCII).strip();
  }

  @Test
  void attack_writes_the_files_of_the_contract() throws IOException {
    Command ended = images("attack", "--epsilon", "0.10", "--attack", "fgsm").succeeds();
    // 6 of the 12 offsets are below 0.1.
    assertThat(ended.out())
        .isEqualTo("6 of 12 examples broken by fgsm at L∞ 0.10; 0 were wrong before%n".formatted());
    assertThat(Bench.content(bench.path("out")).keySet())
        .containsExactly("adversarial.npy", "samples.csv", "work/lock");
    List<String> lines = Files.readAllLines(out("samples.csv"));
    assertThat(lines.get(0))
        .isEqualTo(
            "sample,label,predicted,norm,epsilon,attack,outcome,distance,forwards,backwards");
    assertThat(lines).hasSize(1 + 24);
    assertThat(lines.get(1)).startsWith("0,1,1,linf,0.10,fgsm,broken,0.").endsWith(",2,1");
    assertThat(lines.get(2)).startsWith("0,1,1,linf,0.10,worst-case,broken,0.");
    assertThat(lines.get(lines.size() - 2)).startsWith("11,0,0,linf,0.10,fgsm,held,,");
    assertThat(header("adversarial.npy"))
        .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (12, 4), }");
    NumberArray changed = NumberArray.read(out("adversarial.npy"));
    NumberArray clean = NumberArray.read(bench.path("x.npy"));
    List<SampleRow> rows = SamplesCsv.read(out("samples.csv"));
    for (int i = 0; i < 12; i++) {
      double sign = Bench.OFFSETS[i] > 0 ? -0.1 : 0.1;
      double largest = 0;
      for (int j = 0; j < 4; j++) {
        // One signed step of the whole radius, whether it broke the example or not.
        assertThat(changed.row(i)[j] - clean.row(i)[j]).isCloseTo(sign, within(1e-6));
        largest = Math.max(largest, Math.abs(changed.row(i)[j] - clean.row(i)[j]));
      }
      SampleRow row = rows.get(2 * i);
      if (row.outcome() == Outcome.BROKEN) {
        assertThat(row.distance().orElseThrow()).isEqualTo(largest).isLessThanOrEqualTo(0.1 + 1e-9);
      }
    }
  }

  @Test
  void attack_at_several_radii_searches_each_example_in_vain_once() throws IOException {
    Command ended = images("attack", "--epsilon", "0.05,0.2,0.10", "--attack", "pgd").succeeds();
    assertThat(ended.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("6 of 12 examples broken by pgd at L∞ 0.10"));
    assertThat(Bench.content(bench.path("out")).keySet())
        .containsExactlyInAnyOrder(
            "adversarial-linf-0.05.npy",
            "adversarial-linf-0.10.npy",
            "adversarial-linf-0.2.npy",
            "samples.csv",
            "work/lock");
    List<SampleRow> rows =
        SamplesCsv.read(out("samples.csv")).stream().filter(row -> !row.isWorstCase()).toList();
    assertThat(rows).hasSize(36);
    for (int i = 0; i < 12; i++) {
      List<SampleRow> own = rows.subList(3 * i, 3 * i + 3);
      assertThat(own)
          .extracting(row -> row.condition().text())
          .containsExactly("linf 0.05", "linf 0.10", "linf 0.2");
      assertThat(own.stream().filter(row -> row.backwards() >= 40).count()).isLessThanOrEqualTo(1);
      for (int k = 0; k < 2; k++) {
        if (own.get(k + 1).outcome() == Outcome.HELD) {
          assertThat(own.get(k).outcome()).isEqualTo(Outcome.HELD);
          assertThat(own.get(k).forwards()).isEqualTo(1);
        }
      }
    }
    images("attack", "--epsilon", "0.1,1/10").refuses("each radius once", "0.1,1/10");
  }

  @Test
  void attack_takes_the_first_rows_and_leaves_wrong_ones_alone() throws IOException {
    double[][] rows = Bench.spread(6, 4);
    int[] labels = {0, 0, 1, 1, 0, 1};
    bench.arrays(rows, labels);
    images("attack", "--epsilon", "0.9", "--samples", "5", "--seed", "3").succeeds();
    List<SampleRow> found = SamplesCsv.read(out("samples.csv"));
    assertThat(found).extracting(SampleRow::sample).containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    NumberArray changed = NumberArray.read(out("adversarial.npy"));
    assertThat(changed.shape()).containsExactly(5, 4);
    assertThat(found).anyMatch(row -> row.outcome() == Outcome.ALREADY_WRONG);
    for (int i = 0; i < 5; i++) {
      double sum = Arrays.stream(rows[i]).sum();
      assertThat(found.get(2 * i).predicted()).isEqualTo(sum > 2 ? 1 : 0);
      boolean wrong = found.get(2 * i).outcome() == Outcome.ALREADY_WRONG;
      assertThat(wrong).isEqualTo(found.get(2 * i).predicted() != labels[i]);
      if (wrong) {
        assertThat(changed.row(i)).isEqualTo(NumberArray.read(bench.path("x.npy")).row(i));
      }
    }
  }

  @Test
  void a_preset_writes_a_row_for_each_part_that_was_tried() throws IOException {
    bench.arrays(Bench.spread(6, 4), 1, 1, 0, 0, 1, 1);
    images("attack", "--attack", "quick", "--epsilon", "0.05").succeeds();
    List<SampleRow> found = SamplesCsv.read(out("samples.csv"));
    List<SampleRow> whole = found.stream().filter(r -> r.attack().equals("quick")).toList();
    assertThat(whole).hasSize(6).anyMatch(row -> row.outcome() == Outcome.HELD);
    for (SampleRow row : whole) {
      List<SampleRow> parts =
          found.stream()
              .filter(r -> r.sample() == row.sample() && r.attack().startsWith("quick/"))
              .toList();
      assertThat(parts.isEmpty()).isEqualTo(row.outcome() == Outcome.ALREADY_WRONG);
      if (!parts.isEmpty()) {
        assertThat(parts.get(0).attack()).isEqualTo("quick/margin");
        assertThat(parts.get(parts.size() - 1).outcome()).isEqualTo(row.outcome());
        assertThat(parts.stream().mapToLong(SampleRow::backwards).sum()).isEqualTo(row.backwards());
        assertThat(found.indexOf(row)).isEqualTo(found.indexOf(parts.get(parts.size() - 1)) + 1);
      }
    }
  }

  @Test
  void targeted_attacks_count_only_the_class_aimed_at() throws IOException {
    MultiLayerNetwork network =
        Bench.linear(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}}, 0, 0, 0);
    bench.model("model.zip", network);
    double[][] rows = {{0.6, 0.5, 0.3, 0}, {0.3, 0.5, 0.6, 0}, {0.2, 0.9, 0.1, 0}};
    bench.arrays(rows, 0, 2, 1);
    images("attack", "--epsilon", "0.2", "--target", "2").succeeds();
    List<SampleRow> found =
        SamplesCsv.read(out("samples.csv")).stream().filter(r -> !r.isWorstCase()).toList();
    // 0.3 behind class 0: two radii suffice. Already class 2: nothing to steer. 0.8 behind: no.
    assertThat(found)
        .extracting(SampleRow::outcome)
        .containsExactly(Outcome.BROKEN, Outcome.HELD, Outcome.HELD);
    assertThat(
            Bench.decisions(
                network, new double[][] {NumberArray.read(out("adversarial.npy")).row(0)}))
        .containsExactly(2);
    images("attack", "--epsilon", "0.08", "--target-class", "2").succeeds();
    assertThat(SamplesCsv.read(out("samples.csv")))
        .as("class 1 is nearer but does not count")
        .noneMatch(row -> row.outcome() == Outcome.BROKEN);
  }

  @Test
  void images_keep_their_shape_and_bytes_are_shares_of_255() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(2, 2).nOut(2).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(3, 5, 1))
                .build());
    network.init();
    bench.model("model.zip", network);
    int[] pixels = new int[2 * 15];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i * 37 % 256;
    }
    bench.idx("x.npy", new int[] {2, 3, 5}, pixels);
    bench.idx("y.npy", new int[] {2}, 0, 1);
    images("attack", "--epsilon", "1/255").succeeds();
    assertThat(header("adversarial.npy"))
        .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 3, 5), }");
    NumberArray changed = NumberArray.read(out("adversarial.npy"));
    for (int i = 0; i < pixels.length; i++) {
      assertThat(changed.row(i / 15)[i % 15])
          .isBetween(
              Math.max(0, pixels[i] / 255.0 - 1 / 255.0 - 1e-6),
              pixels[i] / 255.0 + 1 / 255.0 + 1e-6);
    }
    images("explain", "--steps", "5").succeeds();
    assertThat(header("attributions.npy"))
        .isEqualTo("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 3, 5), }");
  }

  @Test
  void integrated_gradients_of_a_linear_model_are_weight_times_input() throws IOException {
    float[][] weights = {{0.5f, -1}, {2, 0.25f}, {0, 3}, {-1.5f, 1}};
    bench.model("model.zip", Bench.linear(weights, 0.5f, -0.5f));
    double[][] rows = Bench.spread(5, 4);
    bench.arrays(rows, 0, 1, 0, 1, 0);
    for (String rule : new String[] {"", "midpoint", "trapezoid", "adaptive"}) {
      Object[] quadrature = rule.isEmpty() ? new Object[] {} : new Object[] {"--quadrature", rule};
      List<Object> more = new ArrayList<>(List.of("--target", "label", "--precision", "double"));
      more.addAll(List.of(quadrature));
      images("explain", more.toArray()).succeeds();
      NumberArray found = NumberArray.read(out("attributions.npy"));
      NumberArray x = NumberArray.read(bench.path("x.npy"));
      assertThat(found.shape()).containsExactly(5, 4);
      for (int r = 0; r < 5; r++) {
        for (int i = 0; i < 4; i++) {
          assertThat(found.row(r)[i]).isCloseTo(weights[i][r % 2] * x.row(r)[i], within(1e-9));
        }
      }
    }
  }

  @Test
  void explain_writes_the_certificates_of_the_contract() throws IOException {
    bench.model("model.zip", Bench.curved());
    bench.arrays(Bench.spread(4, 4), 0, 1, 2, 0);
    images("explain", "--steps", "7", "--samples", "3", "--target", "1", "--precision", "double")
        .succeeds();
    List<String> lines = Files.readAllLines(out("certificates.csv"));
    assertThat(lines.get(0))
        .isEqualTo(
            "sample,target,output,nodes,f_input,f_baseline,gap,tolerance_met,standard_error,forwards,"
                + "backwards");
    assertThat(lines).hasSize(4);
    NumberArray found = NumberArray.read(out("attributions.npy"));
    double[][] logits =
        Bench.curved()
            .feedForward(
                org.nd4j.linalg.factory.Nd4j.create(NumberArray.read(bench.path("x.npy")).rows())
                    .castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT))
            .get(1)
            .mmul(Bench.curved().getParam("1_W"))
            .addRowVector(Bench.curved().getParam("1_b"))
            .toDoubleMatrix();
    for (int r = 0; r < 3; r++) {
      String[] fields = lines.get(r + 1).split(",", -1);
      assertThat(fields).hasSize(11);
      assertThat(fields[0]).isEqualTo("" + r);
      assertThat(fields[1]).isEqualTo("1");
      assertThat(fields[2]).as("the default output").isEqualTo("logit");
      assertThat(fields[3]).as("exactly the nodes asked for").isEqualTo("7");
      double input = Double.parseDouble(fields[4]);
      assertThat(input).isCloseTo(logits[r][1], within(1e-4));
      double gap = Double.parseDouble(fields[6]);
      double sum = Arrays.stream(found.row(r)).sum();
      // The gap closes the sum of the attributions to the difference of the outputs.
      assertThat(Math.abs(sum - (input - Double.parseDouble(fields[5]))))
          .isCloseTo(Math.abs(gap), within(1e-9));
      assertThat(Math.abs(gap)).isLessThan(1e-4);
      assertThat(Integer.parseInt(fields[10])).isEqualTo(7);
    }
  }

  @Test
  void explain_without_steps_meets_its_tolerance() throws IOException {
    bench.model("model.zip", Bench.curved());
    bench.arrays(Bench.spread(4, 4), 0, 1, 2, 0);
    Command ended = images("explain").succeeds();
    assertThat(ended.out()).contains("4 of 4 within their tolerance");
    for (String line : Files.readAllLines(out("certificates.csv")).subList(1, 5)) {
      String[] fields = line.split(",", -1);
      assertThat(fields[7]).isEqualTo("true");
      double scale = Math.abs(Double.parseDouble(fields[4]) - Double.parseDouble(fields[5]));
      assertThat(Math.abs(Double.parseDouble(fields[6]))).isLessThanOrEqualTo(0.01 * scale + 1e-9);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vanilla-gradient, false",
    "gradient-x-input, false",
    "smoothgrad, true",
    "smoothgrad-squared, true",
    "vargrad, true"
  })
  void every_method_writes_its_files(String method, boolean random) throws IOException {
    images("explain", "--method", method, "--output", "probability", "--target", "predicted")
        .succeeds();
    assertThat(NumberArray.read(out("attributions.npy")).shape()).containsExactly(12, 4);
    List<String> lines = Files.readAllLines(out("certificates.csv"));
    assertThat(lines).hasSize(13);
    for (int i = 0; i < 12; i++) {
      String[] fields = lines.get(i + 1).split(",", -1);
      assertThat(fields[1]).as("predicted").isEqualTo(Bench.OFFSETS[i] > 0 ? "1" : "0");
      assertThat(fields[2]).isEqualTo("probability");
      assertThat(fields[8].isEmpty()).isNotEqualTo(random);
    }
    String first = Bench.content(bench.path("out")).toString();
    images("explain", "--method", method, "--output", "probability", "--threads", "1").succeeds();
    assertThat(Bench.content(bench.path("out")).toString()).isEqualTo(first);
  }

  @Test
  void tables_keep_what_cannot_change() throws IOException {
    bench.model(
        "model.zip",
        Bench.linear(new float[][] {{0, 0.05f}, {0, 4}, {0, 4}, {0, 4}, {0, 4}, {0, -4}}, 0, -4));
    bench.text(
        "schema.yaml",
        """
        features:
          age: {type: integer, minimum: 18, maximum: 90, mutable: false}
          months: {type: integer, minimum: 0, maximum: 10}
          share: {type: real, minimum: 0, maximum: 1}
          tenure: {type: integer, minimum: 0, maximum: 4, monotone: increase}
        groups:
          house: [own, rent]
        labels: [Bad, Good]
        """);
    bench.text(
        "t.csv",
        """
        age,months,share,tenure,own,rent,grade
        40,1,0.25,1,1,0,Good
        18,0,0.5,2,0,1,Bad
        61,3,0.75,0,1,0,Good
        30,2,0.1,1,0,1,Good
        """);
    Object[] data = {
      "--model", bench.path("model.zip"), "--csv", bench.path("t.csv"), "--label-column", "grade",
      "--schema", bench.path("schema.yaml"), "--out", bench.path("out"), "--epsilon", "0.3"
    };
    List<Object> all = new ArrayList<>(List.of("attack"));
    all.addAll(List.of(data));
    sextant(all.toArray()).succeeds();
    assertThat(header("adversarial.npy")).contains("(4, 6)");
    double[][] clean = {
      {40, 1, 0.25, 1, 1, 0}, {18, 0, 0.5, 2, 0, 1}, {61, 3, 0.75, 0, 1, 0}, {30, 2, 0.1, 1, 0, 1}
    };
    double[][] changed = NumberArray.read(out("adversarial.npy")).rows();
    boolean moved = false;
    for (int r = 0; r < 4; r++) {
      for (int frozen : new int[] {0, 4, 5}) {
        assertThat(Double.doubleToRawLongBits(changed[r][frozen]))
            .isEqualTo(Double.doubleToRawLongBits(clean[r][frozen]));
      }
      for (int whole : new int[] {1, 3}) {
        assertThat(changed[r][whole]).isEqualTo(Math.rint(changed[r][whole]));
      }
      assertThat(changed[r][3]).isGreaterThanOrEqualTo(clean[r][3]);
      assertThat(Math.abs(changed[r][1] - clean[r][1])).isLessThanOrEqualTo(3);
      assertThat(Math.abs(changed[r][2] - clean[r][2])).isLessThanOrEqualTo(0.3 + 1e-6);
      moved |= changed[r][1] != clean[r][1];
    }
    assertThat(moved).isTrue();
    assertThat(Files.readString(out("samples.csv"))).contains("broken");
  }

  @Test
  void init_writes_a_spec_that_audit_accepts_and_keeps_a_file_that_exists() throws IOException {
    Path spec = bench.path("audit.yaml");
    Object[] init = {
      "init",
      "--model",
      bench.path("model.zip"),
      "--images",
      bench.path("x.npy"),
      "--labels",
      bench.path("y.npy"),
      "--out",
      spec
    };
    assertThat(sextant(init).succeeds().out()).contains("Wrote " + spec);
    String text = Files.readString(spec);
    assertThat(text).contains("model: model.zip", "classes: [0, 1]", "  images: x.npy", "# rules:");
    sextant(init).refuses("exists already");
    assertThat(spec).hasContent(text);
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    // The commented rules are an example that works.
    Path ruled =
        bench.text(
            "ruled.yaml",
            text.replace("attacks: standard", "attacks: [fgsm]")
                .replace("# rules:", "rules:")
                .replaceAll("(?m)^#   - \\{", "  - {"));
    assertThat(Files.readString(ruled)).contains("\nrules:\n  - {id: clean");
    sextant("audit", ruled, "--out", bench.path("ruled")).ends(0);
  }

  @Test
  void init_quotes_names_and_knows_tables() throws IOException {
    Path odd = folder.resolve("an odd: name's");
    Files.createDirectories(odd);
    Files.copy(bench.path("model.zip"), odd.resolve("m #1.zip"));
    Files.writeString(odd.resolve("t.csv"), "a,b,c,d,the: label\n0,0,0,0,0\n1,1,1,1,1\n");
    Path spec = odd.resolve("audit.yaml");
    sextant(
            "init",
            "--model",
            odd.resolve("m #1.zip"),
            "--csv",
            odd.resolve("t.csv"),
            "--label-column",
            "the: label",
            "--out",
            spec)
        .succeeds();
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
  }

  @Test
  void inspect_shows_layers_and_health() throws IOException {
    bench.model("model.zip", Bench.curved());
    String text = sextant("inspect", bench.path("model.zip")).succeeds().out();
    assertThat(text)
        .contains("model.zip: ", "SHA-256 ", "input [4], 3 classes", "67 parameters", "health: ok")
        .containsPattern("Affine +\\[8\\] +40")
        .containsPattern("Affine +\\[3\\] +27")
        .contains("engine: ");
  }

  @Test
  void report_is_the_same_each_time() throws IOException {
    Path spec =
        bench.text(
            "audit.yaml",
            "model: model.zip\ndata: {images: x.npy, labels: y.npy}\nreport: {examples: false}\n");
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    byte[] first = Files.readAllBytes(out("report.html"));
    Files.delete(out("report.html"));
    assertThat(sextant("report", bench.path("out")).succeeds().out())
        .isEqualTo("Report: %s%n".formatted(out("report.html")));
    assertThat(out("report.html")).hasBinaryContent(first);
    Files.delete(out("report.html"));
    sextant("audit", spec, "--out", bench.path("out"), "--no-report").succeeds();
    assertThat(out("report.html")).doesNotExist();
  }

  @Test
  void methods_are_listed_with_their_settings() {
    String attacks = sextant("attack", "--list").succeeds().out();
    assertThat(attacks).contains("fgsm", "noise", "pgd", "asks for logits, linf l2 l1");
    assertThat(sextant("attack", "--list", "pgd").succeeds().out())
        .contains("arXiv:1706.06083", "--set step-size=... (default: cosine epsilon)");
    assertThat(sextant("explain", "--list").succeeds().out()).contains("vargrad", "infidelity");
    assertThat(sextant("explain", "--list", "smoothgrad").succeeds().out())
        .contains("--set base=... (default: vanilla-gradient)", "its settings are base.KEY");
  }

  @Test
  void every_setting_can_be_given() throws IOException {
    images("attack", "--norm", "l2", "--epsilon", "0.5", "--attack", "noise", "--set", "draws=3")
        .succeeds();
    assertThat(SamplesCsv.read(out("samples.csv"))).allMatch(row -> row.forwards() <= 3);
    images(
            "explain",
            "--method",
            "smoothgrad",
            "--samples",
            "2",
            "--set",
            "base=integrated-gradients",
            "--set",
            "base.steps=3",
            "--set",
            "samples=4")
        .succeeds();
    // Four draws of three nodes each.
    assertThat(Files.readString(out("certificates.csv"))).contains(",12,");
  }

  @ParameterizedTest
  @CsvSource({
    "init, '--model --images --labels --csv --schema --out'",
    "inspect, 'MODEL --input-shape --precision'",
    "audit, 'SPEC --out --overwrite --no-report --threads --batch-size'",
    "attack, '--model --images --labels --attack --norm --epsilon --steps --step-size --restarts"
        + " --seed --samples --target --engine --precision --threads --batch-size --out'",
    "explain, '--model --images --labels --method --target --output --steps --quadrature --baseline"
        + " --samples --out'",
    "report, DIR",
    "replay, 'DIR --model'"
  })
  void help_names_every_option(String command, String options) {
    Command help = sextant(command, "--help").succeeds();
    assertThat(help.out()).contains("Usage: sextant " + command).contains(options.split(" "));
    assertThat(help.err()).isEmpty();
  }

  @Test
  void help_and_version_of_the_whole() {
    Command help = sextant("--help").succeeds();
    assertThat(help.out())
        .contains("init", "inspect", "audit", "attack", "explain", "corrupt", "report", "replay")
        .contains("Exit codes:", "71", "A first audit:");
    assertThat(sextant("--version").succeeds().out()).matches("sextant \\d+\\.\\d+\\.\\d+\\S*\\R");
    assertThat(Main.run("--version")).isZero();
  }

  @Test
  void several_outputs_need_a_name() throws IOException {
    // A model with one output has no other to choose.
    images("attack", "--epsilon", "0.1", "--output-name", "left").refuses("left", "one output");
    NpyWriter.write(
        bench.path("x.npy"), NpyWriter.Element.FLOAT32, new double[][] {{1, 1, 1, 1}}, 4);
    NpyWriter.write(bench.path("y.npy"), NpyWriter.Element.FLOAT32, new double[][] {{1}});
    images("attack", "--epsilon", "0.1").succeeds();
  }

  @Test
  void a_plan_says_what_an_audit_can_cost_and_attacks_nothing() throws IOException {
    Path spec =
        bench.text(
            "plan.yaml",
            """
            models: [{id: a, file: model.zip}, {id: b, file: model.zip}]
            data: {images: x.npy, labels: y.npy}
            threats: [{norm: linf, epsilons: [0.02, 0.1]}]
            attacks: [fgsm, {pgd: {steps: 10, restarts: 2}}]
            rules: [{id: clean, metric: clean-accuracy, minimum: 50%}]
            """);
    String out = sextant("plan", spec).succeeds().out();
    assertThat(out).containsPattern("about \\d+ MB of Java heap, of [\\d,]+ MB here\n");
    // 12 examples, all of them right: 2 + 1 passes for FGSM, 1 + 2 * 11 and 20 for PGD.
    assertThat(out)
        .contains("Model a (model.zip)", "Model b (model.zip)", "12 examples, of which 12")
        .containsPattern("fgsm +linf +0.02 +24 +12")
        .containsPattern("pgd +linf +0.1 +276 +240")
        .containsPattern("noise-baseline +linf +0.1 +132 +0")
        .containsPattern("huge-epsilon +linf +1 +504 +480")
        // Twice the steps, for the examples that the attack did not break.
        .containsPattern("convergence +linf +0.02 +516 +480")
        .containsPattern("convergence +linf +0.1 +516 +480")
        // Points near the clean inputs, and 500 queries of Square and the clean one.
        .containsPattern("unstable-predictions.* 252 +0")
        .containsPattern("shattered-gradients.* 60 +60")
        .containsPattern("black-box-breaks +linf +0.1 +6,012 +0")
        .containsPattern("epsilon-monotone +linf +0.02 +276 +240")
        .containsPattern("at most +8,868 +2,244")
        .contains("Rules: 1");
    assertThat(folder).isDirectoryNotContaining(path -> path.endsWith("result.json"));
    sextant("plan", bench.path("none.yaml")).refuses("none.yaml", "does not exist");
  }

  @Test
  void a_plan_has_the_probe_without_gradients_where_no_attack_may_take_its_place()
      throws IOException {
    String data =
        "model: model.zip\ndata: {images: x.npy, labels: y.npy}\n"
            + "threats: [{norm: linf, epsilons: [0.1]}]\n";
    String probe = "black-box-breaks +linf +0.1 +6,012 +0";
    for (String own : List.of("quick", "standard", "noise")) {
      Path spec = bench.text("plan.yaml", data + "attacks: [" + own + "]\n");
      assertThat(sextant("plan", spec).succeeds().out()).as(own).containsPattern(probe);
    }
    for (String own : List.of("autoattack", "thorough", "square")) {
      Path spec = bench.text("plan.yaml", data + "attacks: [" + own + "]\n");
      assertThat(sextant("plan", spec).succeeds().out()).as(own).doesNotContain("black-box-breaks");
    }
  }

  @Test
  void two_audits_stand_side_by_side() throws IOException {
    String data = "model: model.zip\ndata: {images: x.npy, labels: y.npy}\nattacks: [fgsm]\n";
    Path small = bench.text("small.yaml", data + "threats: [{norm: linf, epsilons: [0.05]}]\n");
    Path large =
        bench.text("large.yaml", data + "threats: [{norm: linf, epsilons: [0.05, 0.1]}]\n");
    Path some =
        bench.text(
            "some.yaml",
            data.replace("y.npy", "y.npy, samples: 6, sampling: first")
                + "threats: [{norm: linf, epsilons: [0.05]}]\n");
    for (Path spec : List.of(small, large, some)) {
      sextant("audit", spec, "--out", bench.path(spec.getFileName() + ".out")).succeeds();
    }
    Path first = bench.path("small.yaml.out");
    assertThat(sextant("compare", first, first).succeeds().out())
        .contains("clean accuracy: 100.0% (12 of 12) -> 100.0% (12 of 12); 0 lost, 0 gained")
        .contains("L∞ 0.05, worst case: 66.7% (8 of 12) -> 66.7% (8 of 12); 0 lost, 0 gained");
    assertThat(sextant("compare", first, bench.path("large.yaml.out")).succeeds().out())
        .contains("different attacks or settings")
        .contains("L∞ 0.1, worst case: not measured -> 50.0% (6 of 12)");
    assertThat(sextant("compare", first, bench.path("some.yaml.out")).succeeds().out())
        .contains("different examples")
        .doesNotContain("lost");
    sextant("compare", first, bench.path("none")).refuses("holds no finished audit", "result.json");
    sextant("compare", first, folder).refuses("holds no finished audit of several models");
    assertThat(sextant("compare", folder, folder).succeeds().out())
        .contains("Model large.yaml.out:", "Model small.yaml.out:");
    Path wide =
        bench.text(
            "wide.yaml",
            data.replace("y.npy", "y.npy, box: [-1, 2]")
                + "threats: [{norm: linf, epsilons: [0.05]}]\n");
    sextant("audit", wide, "--out", bench.path("wide.out")).succeeds();
    assertThat(sextant("compare", first, bench.path("wide.out")).succeeds().out())
        .contains("within other bounds (schema)");
  }

  @Test
  void one_of_several_models_can_be_audited_alone() throws IOException {
    Path spec =
        bench.text(
            "two.yaml",
            """
            models: [{id: a, file: model.zip}, {id: b, file: model.zip}]
            data: {images: x.npy, labels: y.npy}
            attacks: [fgsm]
            """);
    sextant("audit", spec, "--out", bench.path("out"), "--only", "b").succeeds();
    assertThat(bench.path("out/b/result.json")).exists();
    assertThat(bench.path("out/a")).doesNotExist();
    sextant("audit", spec, "--out", bench.path("out"), "--only", "c")
        .refuses("--only names model c", "a, b");
  }
}
