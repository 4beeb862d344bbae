package io.sextant.gradients.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.IActivation;

/** No field of a supported class may be dropped without a decision. */
class OptionTableTest {
  /** Classes of networks that nothing is done for, by their simple names: each is refused. */
  private static final List<String> REFUSED =
      List.of(
          """
          ActivationPReLU ActivationRationalTanh AttentionVertex CapsuleLayer
          CapsuleStrengthLayer Cnn3DLossLayer CnnToRnnPreProcessor Cropping3D Deconvolution3D
          DuplicateToTimeSeriesVertex ElementWiseMultiplicationLayer EmbeddingLayer
          EmbeddingSequenceLayer FeedForwardToCnn3DPreProcessor L2Vertex
          LearnedSelfAttentionLayer LocallyConnected1D LocallyConnected2D MaskLayer
          MaskZeroLayer OCNNOutputLayer PoolHelperVertex PrimaryCapsules
          RecurrentAttentionLayer RnnToCnnPreProcessor SpaceToBatchLayer SpaceToDepthLayer
          TimeDistributed Upsampling3D Yolo2OutputLayer ZeroPadding3DLayer
          """
              .split("\\s+"));

  static Stream<Class<?>> supported() {
    return OptionTable.rows().keySet().stream()
        .filter(OptionTableTest::isHere)
        .<Class<?>>map(OptionTableTest::load)
        .filter(OptionTable::supports);
  }

  @ParameterizedTest
  @MethodSource("supported")
  void each_field_has_a_decision(Class<?> type) {
    assertThat(OptionTable.fields(type))
        .allSatisfy(
            field ->
                assertThat(OptionTable.decision(type, field))
                    .as("what to do about %s", field)
                    .isPresent());
  }

  @Test
  void each_decision_is_about_a_field() {
    OptionTable.rows()
        .forEach(
            (name, decided) -> {
              if (isHere(name)) {
                assertThat(OptionTable.fields(load(name)).stream().map(Field::getName))
                    .as(name)
                    .containsAll(decided);
              }
            });
  }

  /** The importer from Keras is on no class path of ours; its one class has no fields. */
  private static boolean isHere(String name) {
    return !name.startsWith("org.deeplearning4j.nn.modelimport.");
  }

  @Test
  void each_class_that_can_stand_in_a_network_is_supported_or_known_to_be_refused() {
    TreeSet<String> refused = new TreeSet<>();
    for (Class<?> type : classesOfNetworks()) {
      if (!OptionTable.supports(type)) {
        refused.add(type.getSimpleName());
      }
    }
    assertThat(refused).containsExactlyInAnyOrderElementsOf(REFUSED);
  }

  @Test
  void the_fields_of_superclasses_are_enumerated_too() {
    assertThat(OptionTable.fields(DenseLayer.class))
        .extracting(Field::getName)
        .contains("hasBias", "nIn", "activationFn");
    assertThat(supported()).hasSizeGreaterThan(50);
  }

  private static List<Class<?>> classesOfNetworks() {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> root : List.of(Layer.class, IActivation.class)) {
      for (String name : classNames(root)) {
        if (name.startsWith("org.deeplearning4j.nn.conf.")
            || name.startsWith("org.nd4j.linalg.activations.")) {
          Class<?> type = load(name);
          boolean inNetworks =
              Stream.of(
                      Layer.class,
                      GraphVertex.class,
                      InputPreProcessor.class,
                      IActivation.class,
                      IWeightNoise.class)
                  .anyMatch(kind -> kind.isAssignableFrom(type));
          if (inNetworks && !Modifier.isAbstract(type.getModifiers())) {
            found.add(type);
          }
        }
      }
    }
    return found;
  }

  private static List<String> classNames(Class<?> root) {
    URL jar = root.getProtectionDomain().getCodeSource().getLocation();
    try (JarFile classes = new JarFile(Path.of(jar.toURI()).toFile())) {
      return classes.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, OptionTableTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
