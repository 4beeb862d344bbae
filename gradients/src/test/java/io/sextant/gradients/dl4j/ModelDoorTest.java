package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.Feature;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.ModelInput;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.model.Head;
import io.sextant.gradients.model.HealthCheck;
import io.sextant.gradients.model.LoadedNetwork;
import io.sextant.gradients.model.ModelFile;
import io.sextant.gradients.model.ModelSettings;
import io.sextant.gradients.model.NormalizerUnits;
import io.sextant.gradients.model.TrainedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A model from a file decides as its own pipeline does: normaliser, then output. */
class ModelDoorTest {
  private static final int PIXELS = 4;
  private static final Shape IMAGE = Shape.of(1, 2, 2);

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static MultiLayerNetwork network(int outputs, Activation end, LossFunction loss) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .weightInit(new NormalDistribution(0, 1))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(PIXELS)
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(loss).nIn(6).nOut(outputs).activation(end).build())
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork classifier() {
    return network(3, Activation.SOFTMAX, LossFunction.MCXENT);
  }

  private Path saved(MultiLayerNetwork network, DataNormalization normalizer) throws IOException {
    Path file = folder.resolve("m.zip");
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, model, false);
    Files.write(file, model.toByteArray());
    ByteArrayOutputStream statistics = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normalizer, statistics);
    try (java.util.zip.ZipInputStream in =
            new java.util.zip.ZipInputStream(Files.newInputStream(file));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve("n.zip")))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        in.transferTo(out);
      }
      out.putNextEntry(new ZipEntry("normalizer.bin"));
      out.write(statistics.toByteArray());
    }
    return folder.resolve("n.zip");
  }

  private static double[][] rows(double scale) {
    double[][] rows = new double[40][];
    java.util.Random seeded = new java.util.Random(11);
    for (int r = 0; r < rows.length; r++) {
      rows[r] = seeded.ints(PIXELS, 0, 256).mapToDouble(b -> (float) (b * scale / 255)).toArray();
    }
    return rows;
  }

  private static double[][] own(
      MultiLayerNetwork network, DataNormalization normalizer, double[][] raw) {
    INDArray input = Nd4j.create(raw).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
    if (normalizer instanceof ImagePreProcessingScaler) {
      input = input.reshape(raw.length, 1, 2, 2);
    }
    DataSet set = new DataSet(input.dup(), Nd4j.zeros(raw.length, 1));
    normalizer.transform(set);
    return network.output(set.getFeatures().reshape(raw.length, PIXELS), false).toDoubleMatrix();
  }

  private static void same(double[][] actual, double[][] expected) {
    for (int r = 0; r < expected.length; r++) {
      assertThat(actual[r]).containsExactly(expected[r], within(1e-5));
    }
  }

  private static NormalizerStandardize fitted(double scale) {
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(
        new DataSet(
            Nd4j.create(rows(scale)).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT),
            Nd4j.zeros(40, 1)));
    return normalizer;
  }

  private static InputDomain box(double maximum) {
    return InputDomain.box(PIXELS, 0, maximum);
  }

  @Test
  void a_table_goes_through_the_normaliser_as_it_is_and_keeps_its_domain() throws IOException {
    NormalizerStandardize normalizer = fitted(300);
    MultiLayerNetwork network = classifier();
    InputDomain domain =
        InputDomain.of(
            List.of(
                Feature.real("a", 0, 400),
                Feature.real("b", 0, 300),
                Feature.real("c", -1, 300),
                Feature.real("d", 0, 301)),
            List.of());

    TrainedModel model =
        TrainedModel.read(saved(network, normalizer), ModelInput.of(Shape.of(PIXELS), domain));

    same(model.outputs(rows(300)), own(network, normalizer, rows(300)));
    assertThat(model.graph().nodes().get(1).operation()).isInstanceOf(Operation.Rescale.class);
    try (GradientService service = model.service()) {
      assertThat(service.domain()).isEqualTo(domain);
    }
  }

  @Test
  void bytes_reach_a_normaliser_of_bytes_as_bytes_however_they_are_kept() throws IOException {
    MultiLayerNetwork network = classifier();
    for (DataNormalization normalizer :
        List.of(fitted(255), new ImagePreProcessingScaler(0, 1), minMax(255))) {
      Path file = saved(network, normalizer);
      double[][] expected = own(network, normalizer, rows(255));

      same(TrainedModel.read(file, ModelInput.bytes(IMAGE)).outputs(rows(1)), expected);
      same(TrainedModel.read(file, ModelInput.of(IMAGE, box(255))).outputs(rows(255)), expected);
    }
  }

  @Test
  void a_normaliser_of_numbers_in_the_unit_range_gets_them() throws IOException {
    MultiLayerNetwork network = classifier();
    for (DataNormalization normalizer : List.of(fitted(1), minMax(1))) {
      Path file = saved(network, normalizer);
      double[][] expected = own(network, normalizer, rows(1));

      same(TrainedModel.read(file, ModelInput.bytes(IMAGE)).outputs(rows(1)), expected);
      same(TrainedModel.read(file, ModelInput.of(IMAGE, box(1))).outputs(rows(1)), expected);
    }
  }

  private static NormalizerMinMaxScaler minMax(double scale) {
    NormalizerMinMaxScaler normalizer = new NormalizerMinMaxScaler();
    normalizer.fit(
        new DataSet(
            Nd4j.create(rows(scale)).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT),
            Nd4j.zeros(40, 1)));
    return normalizer;
  }

  @Test
  void units_that_do_not_fit_are_refused_until_they_are_said() throws IOException {
    MultiLayerNetwork network = classifier();
    LoadedNetwork bytes = ModelFile.read(saved(network, new ImagePreProcessingScaler(0, 1)));
    ModelInput unit = ModelInput.of(IMAGE, box(1));

    assertThatThrownBy(() -> TrainedModel.of(bytes, unit, ModelSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("n.zip", "255", "normalizer-units: bytes", "as-is");
    same(
        TrainedModel.of(
                bytes, unit, ModelSettings.DEFAULT.withNormalizerUnits(NormalizerUnits.BYTES))
            .outputs(rows(1)),
        own(network, new ImagePreProcessingScaler(0, 1), rows(255)));
    same(
        TrainedModel.of(
                bytes, unit, ModelSettings.DEFAULT.withNormalizerUnits(NormalizerUnits.AS_IS))
            .outputs(rows(1)),
        own(network, new ImagePreProcessingScaler(0, 1), rows(1)));

    LoadedNetwork small = ModelFile.read(saved(network, fitted(1)));
    assertThatThrownBy(
            () -> TrainedModel.of(small, ModelInput.of(IMAGE, box(255)), ModelSettings.DEFAULT))
        .hasMessageContaining("normalizer-units");
    LoadedNetwork between = ModelFile.read(saved(network, minMax(3)));
    assertThatThrownBy(
            () -> TrainedModel.of(between, ModelInput.bytes(IMAGE), ModelSettings.DEFAULT))
        .hasMessageContaining("normalizer-units");
  }

  @Test
  void nothing_drops_a_normaliser_silently() throws IOException {
    LoadedNetwork file = ModelFile.read(saved(classifier(), fitted(1)));

    assertThatThrownBy(file::network)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("n.zip", "TrainedModel.read", "networkBehindNormalizer");
    assertThat(file.networkBehindNormalizer()).isNotNull();
    assertThatThrownBy(
            () ->
                TrainedModel.of(
                    file,
                    ModelInput.of(IMAGE, box(1)),
                    ModelSettings.DEFAULT.withPreprocessing(Operation.Rescale.all(2, 0))))
        .hasMessageContaining("brings its own normaliser");
  }

  @Test
  void units_of_a_normaliser_that_is_not_there_are_refused() throws IOException {
    Path file = folder.resolve("bare.zip");
    ModelSerializer.writeModel(classifier(), file.toFile(), false);
    LoadedNetwork bare = ModelFile.read(file);
    ModelSettings units = ModelSettings.DEFAULT.withNormalizerUnits(NormalizerUnits.BYTES);

    assertThatThrownBy(() -> TrainedModel.of(bare, ModelInput.bytes(IMAGE), units))
        .hasMessageContainingAll("bare.zip", "normalizer-units");
    assertThatThrownBy(() -> TrainedModel.of(bare.network(), ModelInput.bytes(IMAGE), units))
        .hasMessageContaining("no normaliser");
  }

  @Test
  void a_domain_that_does_not_fit_the_shape_is_refused() {
    InputDomain five = InputDomain.box(5, 0, 1);
    assertThatThrownBy(() -> ModelInput.of(IMAGE, five)).hasMessageContainingAll("5", "4");
  }

  @Test
  void outputs_without_activation_are_logits_when_somebody_says_so() {
    MultiLayerNetwork three = network(3, Activation.IDENTITY, LossFunction.MSE);
    ModelInput input = ModelInput.of(Shape.of(PIXELS), box(1));

    assertThat(TrainedModel.of(Dl4jNetwork.of(three), input, ModelSettings.DEFAULT).head())
        .isEqualTo(Head.REGRESSION);
    assertThatThrownBy(
            () ->
                TrainedModel.of(Dl4jNetwork.of(three), input, ModelSettings.DEFAULT)
                    .requireClassifier())
        .hasMessageContaining("output-kind: logits");
    TrainedModel said =
        TrainedModel.of(Dl4jNetwork.of(three), input, ModelSettings.DEFAULT.withLogits());
    assertThat(said.requireClassifier().head()).isEqualTo(Head.IDENTITY);
    checked(said);
  }

  @Test
  void one_unit_that_is_a_logit_decides_between_two_classes_at_zero() {
    MultiLayerNetwork one = network(1, Activation.IDENTITY, LossFunction.MSE);
    TrainedModel model =
        TrainedModel.of(
            Dl4jNetwork.of(one),
            ModelInput.of(Shape.of(PIXELS), box(1)),
            ModelSettings.DEFAULT.withLogits());

    assertThat(model.head()).isEqualTo(Head.LOGIT);
    assertThat(model.classes()).isEqualTo(2);
    double[][] outputs = model.outputs(rows(1));
    int[] predictions = model.predictions(rows(1));
    for (int r = 0; r < outputs.length; r++) {
      assertThat(predictions[r]).isEqualTo(outputs[r][0] > 0 ? 1 : 0);
    }
    assertThat(predictions).contains(0, 1);
    checked(model);
  }

  private static void checked(TrainedModel model) {
    try (GradientService service = model.service()) {
      assertThat(HealthCheck.run(model, service, box(1), 3).ok()).isTrue();
    }
  }

  @Test
  void logits_are_refused_where_the_network_says_otherwise() {
    ModelInput input = ModelInput.of(Shape.of(PIXELS), box(1));
    assertThatThrownBy(
            () ->
                TrainedModel.of(
                    Dl4jNetwork.of(classifier()), input, ModelSettings.DEFAULT.withLogits()))
        .hasMessageContainingAll("output-kind: logits", "SOFTMAX", "leave it out");
  }
}
