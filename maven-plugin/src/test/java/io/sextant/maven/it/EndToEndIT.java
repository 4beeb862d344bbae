package io.sextant.maven.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real worker, resolved by the plugin, on a real model. */
@Tag("slow")
class EndToEndIT {
  private static final String SPEC =
      """
      model: ../../../credit.zip
      data:
        csv: ../../../held_out.csv
        label-column: Class
        schema: ../../../schema.yaml
        samples: 200
      threats:
        - norm: linf
          epsilons: [%s]
      attacks: standard
      explainers: []
      rules:
      %s
      """;

  /** Two logits, -z and z with z = 10 x - 5. */
  private static final String NETWORK =
      """
      package demo;

      import java.util.function.Supplier;
      import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
      import org.deeplearning4j.nn.conf.layers.OutputLayer;
      import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
      import org.nd4j.linalg.activations.Activation;
      import org.nd4j.linalg.factory.Nd4j;
      import org.nd4j.linalg.lossfunctions.LossFunctions;

      public final class Network implements Supplier<MultiLayerNetwork> {
        @Override
        public MultiLayerNetwork get() {
          MultiLayerNetwork network =
              new MultiLayerNetwork(
                  new NeuralNetConfiguration.Builder()
                      .list()
                      .layer(
                          new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                              .nIn(1)
                              .nOut(2)
                              .activation(Activation.SOFTMAX)
                              .build())
                      .build());
          network.init();
          network.setParams(Nd4j.createFromArray(new float[] {-10, 10, 5, -5}).reshape(1, 4));
          return network;
        }
      }
      """;

  private static final String POINTS =
      """
      package demo;

      import java.util.function.Supplier;
      import org.nd4j.linalg.dataset.DataSet;
      import org.nd4j.linalg.factory.Nd4j;

      public final class Points implements Supplier<DataSet> {
        @Override
        public DataSet get() {
          float[][] x = new float[10][1];
          float[][] y = new float[10][2];
          for (int i = 0; i < 10; i++) {
            x[i][0] = i / 9f;
            y[i][i < 5 ? 0 : 1] = 1;
          }
          return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
        }
      }
      """;

  @TempDir Path directory;

  private Build project(String epsilon, String rules) throws Exception {
    Build project =
        Build.in(directory)
            .realWorker()
            .file(Build.SPEC, SPEC.formatted(epsilon, rules.indent(2).stripTrailing()));
    Path examples = Path.of(Build.setting("examples"));
    copy(examples.resolve("models/german-credit-mlp.zip"), "credit.zip");
    copy(examples.resolve("data/german-credit/held_out.csv"), "held_out.csv");
    copy(examples.resolve("data/german-credit/schema.yaml"), "schema.yaml");
    return project;
  }

  private void copy(Path file, String name) throws Exception {
    Files.copy(file, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void a_good_model_passes_and_is_not_measured_twice() throws Exception {
    Build project =
        project(
            "0.02",
            """
            - {id: clean, metric: clean-accuracy, minimum: 60%}
            - {id: small-changes, metric: robust-accuracy, norm: linf, epsilon: 0.02, minimum: 40%}
            """);

    BuildResult first =
        project.jar().run("verify").passes().says("2 of 2 robustness rules hold for model model.");
    assertThat(first.json("result.json").path("data").path("n").asInt()).isEqualTo(200);
    assertThat(first.text("report.html")).contains("small-changes");

    project
        .run("verify")
        .passes()
        .says("Model model: reused, measured on ", "2 of 2 robustness rules hold")
        .doesNotSay("worker |");
  }

  @Test
  void a_model_far_below_its_limit_fails_for_a_third_of_the_price() throws Exception {
    Build project =
        project(
            "0.2",
            """
            - {id: far, metric: robust-accuracy, norm: linf, epsilon: 0.2, minimum: 72%}
            """);

    BuildResult early =
        project
            .run("verify", "-Dsextant.cache=none")
            .fails()
            .says("FAIL far", "not run to the end", "limit      at least 72%");
    long some = gradients(early.json("result.json"));
    BuildResult whole =
        project
            .run("verify", "-Dsextant.cache=none", "-Dsextant.curtail=none")
            .fails()
            .says("FAIL far")
            .doesNotSay("not run to the end");
    long all = gradients(whole.json("result.json"));

    assertThat(some).isPositive().isLessThan(all / 3);
  }

  private static long gradients(JsonNode result) {
    long sum = 0;
    for (JsonNode count : result.path("queries")) {
      sum += count.path("backwards").asLong();
    }
    return sum;
  }

  @Test
  void a_model_and_data_that_classes_of_the_project_make_are_audited() throws Exception {
    BuildResult build =
        Build.in(directory)
            .jar()
            .realWorker()
            .without(Build.SPEC)
            .file("src/test/java/demo/Network.java", NETWORK)
            .file("src/test/java/demo/Points.java", POINTS)
            .configured(
                """
                <model><supplier>demo.Network</supplier></model>
                <data><supplier>demo.Points</supplier></data>
                <threats><threat><norm>linf</norm><epsilons><epsilon>0.1</epsilon></epsilons></threat></threats>
                <profile>quick</profile>
                <rules>
                  <rule><id>clean</id><metric>clean-accuracy</metric><minimum>100%</minimum></rule>
                  <rule>
                    <id>linf</id>
                    <metric>robust-accuracy</metric>
                    <norm>linf</norm>
                    <epsilon>0.1</epsilon>
                    <minimum>90%</minimum>
                  </rule>
                </rules>
                """)
            .project(
                """
                <dependencies>
                  <dependency>
                    <groupId>org.deeplearning4j</groupId>
                    <artifactId>deeplearning4j-nn</artifactId>
                    <version>1.0.0-M2.1</version>
                    <scope>test</scope>
                  </dependency>
                </dependencies>
                """)
            .run("verify")
            .fails()
            .says("1 of 2 robustness rules is broken for model model.", "FAIL linf");

    // The decision is x > 1/2: of 0, 1/9, ..., 1 the two in the middle are nearer than 0.1.
    build.says("at most 80.0% (8 of 10)");
    assertThat(build.text("worker.args"))
        .contains(directory.resolve("target/test-classes").toString());
  }

  @Test
  void a_class_path_without_a_backend_is_told_as_one() throws Exception {
    Build project = project("0.02", "- {id: clean, metric: clean-accuracy, minimum: 60%}\n");
    BuildResult build = project.run("verify").passes();
    String arguments = build.text("worker.args").replace("\"", "");
    String[] lines = arguments.split("\n");
    String classPath = lines[Arrays.asList(lines).indexOf("-cp") + 1];
    String rest =
        Arrays.stream(classPath.split(java.io.File.pathSeparator))
            .filter(jar -> !jar.contains("nd4j-native"))
            .collect(Collectors.joining(","));

    project
        .run("verify", "-Dsextant.fork.classPath=" + rest)
        .breaks()
        .says("the audit cannot be done: ", "ND4J backend");
  }
}
