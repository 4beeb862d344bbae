package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Whatever is wrong with the input: exit code 2, one line that says so, and nothing written. */
class BadInputTest {
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

  @AfterEach
  void nothing_is_written_under_a_final_name() throws IOException {
    assertThat(Bench.content(folder.resolve("out")).keySet())
        .noneMatch(name -> !name.startsWith("work/"));
  }

  private Command attack(Object... more) {
    return sextant(
        with(
            new Object[] {
              "attack",
              "--model",
              bench.path("model.zip"),
              "--images",
              bench.path("x.npy"),
              "--labels",
              bench.path("y.npy"),
              "--out",
              bench.path("out")
            },
            more));
  }

  private Command attackOn(Path model) {
    Command explained =
        sextant(
            "explain",
            "--model",
            model,
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--out",
            bench.path("out"));
    Command attacked =
        sextant(
            "attack",
            "--model",
            model,
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--epsilon",
            "0.1",
            "--out",
            bench.path("out"));
    assertThat(explained.err()).isEqualTo(attacked.err());
    return attacked;
  }

  private Command audit(String spec) throws IOException {
    return sextant("audit", bench.text("audit.yaml", spec), "--out", bench.path("out"));
  }

  private Command auditWith(String more) throws IOException {
    return audit("model: model.zip\ndata: {images: x.npy, labels: y.npy}\n" + more);
  }

  private static Object[] with(Object[] first, Object... more) {
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void a_model_whose_health_is_not_ok_is_refused_unless_told_to_go_on() throws IOException {
    float large = 3e38f;
    float[][] weights = {{large, 0}, {large, 0}, {large, 0}, {large, 0}};
    Path model = bench.model("inf.zip", Bench.linear(weights, 0, 0));

    attackOn(model).refuses("inf.zip", "health NOT OK", "finite", "--ignore-health");
    Command inspected = sextant("inspect", model);
    assertThat(inspected.code()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(inspected.out()).contains("health: NOT OK");
    assertThat(inspected.err()).contains("inf.zip", "health NOT OK", "--ignore-health");
    assertThat(sextant("inspect", model, "--ignore-health").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void missing_model() {
    attackOn(bench.path("none.zip")).refuses("none.zip", "does not exist");
    sextant("inspect", bench.path("none.zip")).refuses("none.zip", "does not exist");
  }

  @Test
  void truncated_model() throws IOException {
    byte[] whole = Files.readAllBytes(bench.path("model.zip"));
    for (int length : new int[] {0, 3, 40, whole.length / 2, whole.length - 1}) {
      Path cut = bench.bytes("cut.zip", Arrays.copyOf(whole, length));
      attackOn(cut).refuses("cut.zip");
      sextant("inspect", cut).refuses("cut.zip");
    }
  }

  @Test
  void zip_that_is_not_a_model() throws IOException {
    attackOn(bench.zip("more.zip", bench.path("model.zip"), Map.of("readme.txt", new byte[3])))
        .refuses("more.zip", "readme.txt", "allowed");
    attackOn(bench.text("model.txt", "a model, I swear"))
        .refuses("model.txt", "not a model file", "supported are");
  }

  @Test
  void zip_that_leaves_the_archive() throws IOException {
    Path evil = bench.path("evil").resolve("deep");
    Files.createDirectories(evil);
    attackOn(
            bench.zip(
                "slip.zip", bench.path("model.zip"), Map.of("../../stolen.txt", new byte[] {1})))
        .refuses("slip.zip", "../../stolen.txt");
    assertThat(folder.resolve("stolen.txt")).doesNotExist();
  }

  @Test
  void zip_with_a_serialised_java_object() throws IOException {
    for (String entry : new String[] {"preprocessor.bin", "objects/listener"}) {
      attackOn(
              bench.zip(
                  "object.zip", bench.path("model.zip"), Map.of(entry, new byte[] {(byte) 0xac})))
          .refuses("object.zip", entry, "serialised Java object");
    }
  }

  @Test
  void unsupported_layer_by_name() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new EmbeddingLayer.Builder().name("words").nIn(4).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(3)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    attackOn(bench.model("words.zip", network)).refuses("EmbeddingLayer", "support");
  }

  @Test
  void several_inputs() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("a", new DenseLayer.Builder().nIn(4).nOut(3).build(), "left", "right")
                .addLayer("out", new OutputLayer.Builder().nIn(3).nOut(2).build(), "a")
                .setInputTypes(
                    org.deeplearning4j.nn.conf.inputs.InputType.feedForward(2),
                    org.deeplearning4j.nn.conf.inputs.InputType.feedForward(2))
                .setOutputs("out")
                .build());
    graph.init();
    attackOn(bench.model("two.zip", graph)).refuses("input", "left, right");
  }

  @Test
  void regression_model_by_name() throws IOException {
    MultiLayerNetwork network =
        Bench.network(
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(4)
                .nOut(2)
                .build());
    attackOn(bench.model("regression.zip", network)).refuses("classifier", "REGRESSION");
  }

  @Test
  void shapes_that_do_not_fit() throws IOException {
    bench.arrays(Bench.spread(2, 5), 0, 1);
    attackOn(bench.path("model.zip")).refuses("4", "5");
    bench.arrays(Bench.spread(2, 12), new int[] {3, 2, 2}, new int[] {0, 1});
    attackOn(bench.path("model.zip")).refuses("4 inputs", "[3, 2, 2]");
    bench.arrays(Bench.spread(3, 4), 0, 1);
    attackOn(bench.path("model.zip")).refuses("x.npy has 3 rows", "y.npy has 2 labels");
  }

  @Test
  void labels_out_of_range() throws IOException {
    bench.arrays(Bench.spread(2, 4), 0, 2);
    attackOn(bench.path("model.zip")).refuses("0..1", "2 classes", "one was 2");
    auditWith("").refuses("0..1", "2 classes", "one was 2");
    bench.arrays(Bench.spread(2, 4), 0, -1);
    attackOn(bench.path("model.zip")).refuses("y.npy", "row 1", "-1");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, finite",
    "Infinity, finite",
    "-Infinity, finite",
    "1.01, '[0.0, 1.0]'",
    "-0.01, '[0.0, 1.0]'"
  })
  void values_that_are_no_input(double value, String said) throws IOException {
    double[][] rows = Bench.spread(3, 4);
    rows[2][1] = value;
    bench.arrays(rows, 0, 1, 0);
    attackOn(bench.path("model.zip")).refuses("x.npy", "row 2", "x1", said);
    auditWith("").refuses("x.npy", "row 2", "x1", said);
  }

  @Test
  void empty_data() throws IOException {
    bench.arrays(new double[0][]);
    attackOn(bench.path("model.zip")).refuses("x.npy", "no rows");
    bench.bytes("x.npy", new byte[0]);
    attackOn(bench.path("model.zip")).refuses("x.npy", "truncated");
    bench.text("t.csv", "");
    table("t.csv").refuses("t.csv", "empty");
    bench.text("t.csv", "a,b,c,d,y\n");
    table("t.csv").refuses("t.csv", "no rows");
  }

  @Test
  void missing_and_damaged_data_files() throws IOException {
    byte[] whole = Files.readAllBytes(bench.path("x.npy"));
    bench.bytes("x.npy", Arrays.copyOf(whole, whole.length - 1));
    attackOn(bench.path("model.zip")).refuses("x.npy", "truncated");
    bench.text("x.npy", "pixels");
    attackOn(bench.path("model.zip")).refuses("x.npy", "neither an IDX nor an NPY");
    Files.delete(bench.path("x.npy"));
    attackOn(bench.path("model.zip")).refuses("x.npy", "does not exist");
  }

  private Command table(String csv) {
    return sextant(
        "attack",
        "--model",
        bench.path("model.zip"),
        "--csv",
        bench.path(csv),
        "--label-column",
        "y",
        "--epsilon",
        "0.1",
        "--out",
        bench.path("out"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b,c,d,z~0,0,0,0,1             | label column 'y'     | missing",
        "a,b,c,d,y~0,0,0,0,1~1,1,1,0      | line 3 has 4 columns | header has 5",
        "a,b,c,d,y~0,0,0,0,1~1,1,1,1,0,1  | line 3 has 6 columns | header has 5",
        "a,b,c,d,y~0,0,0,0,1~1,1,low,1,0  | line 3, column 'c'   | 'low' is not a number",
        "a,b,c,d,y~0,0,0,0,1~1,,1,1,0     | line 3, column 'b'   | missing",
        "a,b,c,d,y~0,0,0,0,1~1,nan,1,1,0  | line 3, column 'b'   | missing: skip",
        "a,b,c,d,y~0,0,0,0,1~1,inf,1,1,0  | line 3, column 'b'   | finite",
        "a,b,c,d,y~0,0,0,0,1~1,1,1e99,1,0 | line 3, column 'c'   | finite",
        "a,b,c,d,y~0,0,0,0,1~1,1,1,1,good | line 3, column 'y'   | labels",
        "a,b,c,a,y~0,0,0,0,1              | column 'a'           | twice",
        "a,b,c,y~0,0,0,1~1,1,1,0          | 3                    | 4"
      })
  void tables_that_do_not_fit(String csv, String place, String said) throws IOException {
    bench.text("t.csv", csv.replace('~', '\n') + "\n");
    table("t.csv").refuses(place.strip(), said);
  }

  @Test
  void tables_outside_their_schema() throws IOException {
    bench.text("t.csv", "a,b,c,d,y\n0,0,0,0,1\n1,1,7,1,0\n");
    String features = "{a: {type: real, minimum: 0, maximum: 1}, b: {type: binary}, ";
    for (String schema :
        new String[] {
          "features: "
              + features
              + "c: {type: real, minimum: 0, maximum: 5}, d: {type: real,"
              + " minimum: 0, maximum: 1}}\n",
        }) {
      bench.text("s.yaml", schema);
      tableWithSchema().refuses("line 3, column 'c'", "[0.0, 5.0]", "7.0");
    }
    bench.text("s.yaml", "features: " + features + "c: {type: integer, minimum: 0, maximum: 9}}\n");
    tableWithSchema().refuses("d");
    bench.text("s.yaml", "feature: {}\n");
    tableWithSchema().refuses("s.yaml", "feature", "features");
    Files.delete(bench.path("s.yaml"));
    tableWithSchema().refuses("s.yaml", "does not exist");
  }

  private Command tableWithSchema() {
    return sextant(
        "attack",
        "--model",
        bench.path("model.zip"),
        "--csv",
        bench.path("t.csv"),
        "--label-column",
        "y",
        "--schema",
        bench.path("s.yaml"),
        "--epsilon",
        "0.1",
        "--out",
        bench.path("out"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0.0", "-0.1", "0/255", "8/0", "8/", "ten", "10%", "", "nan", "1e999"})
  void epsilon(String text) throws IOException {
    attack("--epsilon=" + text).refuses("epsilon", "'" + text + "'");
    auditWith("threats: [{norm: linf, epsilons: [0.1, '%s']}]\n".formatted(text))
        .refuses("threats[0].epsilons[1]", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "threat: []                                       | 'threat'              | 'threats'",
        "rules: [{id: a, metrics: clean-accuracy}]        | rules[0]              | 'metric'",
        "threats: [{norm: linf, epsilon: [0.1]}]          | threats[0]            | 'epsilons'",
        "report: {example: true}                          | report                | 'examples'",
        "attacks: quik                                    | 'quik'                | 'quick'",
        "attacks: [pgf]                                   | pgf                   | pgd",
        "attacks: [{pgd: {step: 3}}]                      | step                  | steps",
        "attacks: [{pgd: {steps: 0}}]                     | steps                 | 0",
        "attacks: [{pgd: {steps: many}}]                  | steps                 | many",
        "attacks: []                                      | attacks               | at least one",
        "attacks: [pgd, pgd]                              | 'pgd'                 | twice",
        "explainers: [gradients]                          | gradients             |"
            + " vanilla-gradient",
        "explainers: [{smoothgrad: {draws: 3}}]           | draws                 | samples",
        "engine: gpu                                      | gpu                   | nd4j",
        "evidence: some                                   | 'some'                | full",
        "seed: seven                                      | seed                  | 'seven'",
        "classes: [a]                                     | 2 classes             | 1",
        "classes: [a, a]                                  | differ                | a",
        "threats: [{norm: l9, epsilons: [1]}]             | linf                  | 'l9'",
        "threats: [{norm: l0, epsilons: [1]}]             | none of the attacks   | l0",
        "threats: [{norm: linf, epsilons: []}]            | threats[0]            | at least one",
        "threats: [{norm: linf, epsilons: [0.1, 0.10]}]   | differ                | 0.10",
        "threats: [{norm: linf, epsilons: [1], target: 2}]| 0..1                  | 2",
        "scale: [0]                                       | scale                 | [a, b]",
        "preprocessing: {mean: [0, 0, 0], std: [1, 1, 1]} | 3                     | 4",
        "preprocessing: {mean: 0, std: 0}                 | std                   | 0",
        "output: left                                     | left                  | one output",
        "rules: [{id: a, metric: robust-accuracy, epsilon: 0.5, minimum: 1}] | epsilon 0.5 | 8/255",
        "rules: [{id: a, metric: robust-accuracy, norm: l2, minimum: 1}] | norm l2 | threats",
        "rules: [{id: a, metric: robust-accuracy, attack: noise, minimum: 1}] | noise | pgd",
        "rules: [{id: a, metric: clean-accuracy, class: x, minimum: 1}] | class 'x' | 0, 1",
        "rules: [{id: a, metric: clean-accuracy, minimum: 85}] | rules[0].minimum | %",
        "rules: [{id: a, metric: clean-accuracy}]         | rules[0]              | minimum",
      })
  void spec_entries(String entry, String place, String said) throws IOException {
    auditWith(entry.strip() + "\n").refuses(place.strip(), said.strip());
  }

  @Test
  void specs_that_cannot_be_read() throws IOException {
    sextant("audit", bench.path("none.yaml"), "--out", bench.path("out"))
        .refuses("none.yaml", "does not exist", "sextant init");
    audit("").refuses("empty", "sextant init");
    audit("data: {images: x.npy, labels: y.npy}\n").refuses("'model'", "'models'");
    audit("model: model.zip\n").refuses("'data'", "missing");
    audit("model: model.zip\nmodel: other.zip\ndata: {images: x.npy, labels: y.npy}\n")
        .refuses("'model' is given twice", "line 2");
    audit("model: [model.zip\n").refuses("not valid YAML", "line");
    audit("- model\n").refuses("the spec", "mapping");
    audit("model: model.zip\ndata: {images: x.npy}\n").refuses("data", "'labels'");
    audit("model: model.zip\ndata: {image: x.npy, labels: y.npy}\n")
        .refuses("data", "'image'", "'images'");
    audit("model: model.zip\ndata: {images: x.npy, labels: y.npy, samples: 0}\n")
        .refuses("data", "samples", "0");
    audit("model: model.zip\ndata: {images: x.npy, labels: y.npy, box: [1, 0]}\n")
        .refuses("data.box", "[1.0, 0.0]");
    audit("models: [{id: ../a, file: model.zip}]\ndata: {images: x.npy, labels: y.npy}\n")
        .refuses("models[0].id", "../a");
  }

  @Test
  void output_folder_that_cannot_be_written() throws IOException {
    Path file = bench.text("file", "in the way");
    Path below = file.resolve("out");
    auditTo(below).refuses(below.toString(), "cannot be written", "--out");
    sextant(
            "attack",
            "--model",
            bench.path("model.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--epsilon",
            "0.1",
            "--out",
            below)
        .refuses(below.toString(), "cannot be written", "--out");
    sextant(
            "explain",
            "--model",
            bench.path("model.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--out",
            below)
        .refuses(below.toString(), "cannot be written", "--out");
    sextant(
            "init",
            "--model",
            bench.path("model.zip"),
            "--images",
            bench.path("x.npy"),
            "--labels",
            bench.path("y.npy"),
            "--out",
            below)
        .refuses(below.toString(), "cannot be written", "--out");
    assertThat(file).hasContent("in the way");
  }

  private Command auditTo(Path out) throws IOException {
    Path spec =
        bench.text("audit.yaml", "model: model.zip\ndata: {images: x.npy, labels: y.npy}\n");
    return sextant("audit", spec, "--out", out);
  }

  @Test
  void settings_of_commands() {
    attack("--epsilon", "0.1", "--attack", "pgf").refuses("pgf", "pgd");
    attack("--epsilon", "0.1", "--attack", "fgsm", "--steps", "3").refuses("fgsm", "steps");
    attack("--epsilon", "0.1", "--steps", "0").refuses("steps", "0");
    attack("--epsilon", "0.1", "--step-size", "-1").refuses("step-size", "-1");
    attack("--epsilon", "0.1", "--norm", "l7").refuses("'l7'", "linf");
    attack("--epsilon", "3", "--norm", "l0").refuses("l0", "linf");
    attack("--epsilon", "0.1", "--norm", "l0").refuses("whole number", "0.1");
    attack("--epsilon", "0.1", "--engine", "gpu").refuses("gpu", "nd4j");
    attack("--epsilon", "0.1", "--threads", "0").refuses("threads", "0");
    attack("--epsilon", "0.1", "--batch-size", "0").refuses("batch", "0");
    attack("--epsilon", "0.1", "--samples", "0").refuses("samples", "0");
    attack("--epsilon", "0.1", "--target", "2").refuses("--target must be in 0..1", "2");
    attack("--epsilon", "0.1", "--target-class", "-1").refuses("-1");
    explain("--method", "gradients").refuses("gradients", "vanilla-gradient");
    explain("--method", "vanilla-gradient", "--steps", "3").refuses("steps");
    explain("--steps", "0").refuses("from 1 to 10000", "'0'");
    explain("--set", "steps=x").refuses("steps", "'x'");
    explain("--steps", "3", "--set", "steps=4").refuses("given twice", "'4'", "'3'");
    attack("--epsilon", "0.1", "--set", "stepz=3").refuses("did you mean 'steps'?");
    sextant("attack", "--list", "pgf").refuses("did you mean 'pgd'?");
    explain("--quadrature", "simpson").refuses("simpson", "gauss-legendre");
    explain("--output", "loss").refuses("loss", "logit");
    explain("--target", "2").refuses("0..1", "2");
    explain("--target", "best").refuses("best", "predicted");
    explain("--baseline", "grey").refuses("grey", "zero");
  }

  private Command explain(Object... more) {
    return sextant(
        with(
            new Object[] {
              "explain",
              "--model",
              bench.path("model.zip"),
              "--images",
              bench.path("x.npy"),
              "--labels",
              bench.path("y.npy"),
              "--out",
              bench.path("out")
            },
            more));
  }

  @Test
  void usage() {
    sextant().refuses("a command is missing");
    assertThat(sextant("adit").refuses("'adit'").err()).contains("audit");
    sextant("audit").refuses("SPEC", "--out");
    attack().refuses("--epsilon");
    attack("--epsilon", "0.1", "--epsilom", "0.2").refuses("--epsilom");
    attack("--epsilon", "0.1", "--seed", "x").refuses("--seed", "'x'");
    attack("--epsilon", "0.1", "--precision", "half").refuses("--precision", "'half'");
    attack("--epsilon", "0.1", "--csv", "t.csv").refuses("exactly one of --images");
    sextant("attack", "--model", "m", "--images", "x", "--epsilon", "1", "--out", bench.path("out"))
        .refuses("--images needs --labels");
    sextant("attack", "--model", "m", "--csv", "x", "--epsilon", "1", "--out", bench.path("out"))
        .refuses("--csv needs --label-column");
    sextant("report", bench.path("nowhere")).refuses("nowhere", "result.json");
    sextant("replay", bench.path("nowhere")).refuses("nowhere", "manifest.json");
    sextant("inspect", bench.path("model.zip"), "--input-shape", "wide").refuses("wide", "3,32,32");
  }

  @Test
  void verbose_shows_the_stack_trace() {
    Command quiet = sextant("inspect", bench.path("none.zip"));
    Command verbose = sextant("inspect", "--verbose", bench.path("none.zip"));
    assertThat(quiet.err()).doesNotContain("\tat ");
    assertThat(verbose.err()).startsWith(quiet.err()).contains("\tat ");
    assertThat(verbose.code()).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void a_damaged_report_source() throws IOException {
    Files.createDirectories(folder.resolve("old"));
    Files.write(
        folder.resolve("old/result.json"), "{\"schema\": 1".getBytes(StandardCharsets.UTF_8));
    sextant("report", folder.resolve("old")).refuses("result.json");
  }
}
