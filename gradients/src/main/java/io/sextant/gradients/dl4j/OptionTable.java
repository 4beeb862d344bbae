package io.sextant.gradients.dl4j;

import io.sextant.gradients.model.UnsupportedLayerException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BasePretrainNetwork;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BaseUpsamplingLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/**
 * What is done about each field of each Deeplearning4j class that is supported: a class that has no
 * row is refused, and so is a value that its row does not accept. A field that Deeplearning4j adds,
 * and that nobody has decided about, fails a test.
 */
@SuppressWarnings("deprecation") // networks hold layers that Deeplearning4j has deprecated
final class OptionTable {
  private static final Map<String, Row> ROWS = new LinkedHashMap<>();

  private static final String NWC = "sequences in NWC format";

  static {
    // Layers. What acts only in training, or only on a GPU, is inert.
    base(Layer.class).optional("layerName").inert("iDropout", "constraints");
    base(NoParamLayer.class);
    base(BaseLayer.class)
        .honoured("activationFn")
        .optional("weightNoise")
        .inert("weightInitFn", "biasInit", "gainInit")
        .inert("regularization", "regularizationBias", "iUpdater", "biasUpdater")
        .inert("gradientNormalization", "gradientNormalizationThreshold");
    base(FeedForwardLayer.class).honoured("nIn", "nOut").inert("timeDistributedFormat");
    base(BaseOutputLayer.class).honoured("hasBias").optional("lossFn");
    base(BasePretrainNetwork.class).inert("lossFunction", "visibleBiasInit");
    base(BaseUpsamplingLayer.class).inert("size"); // hidden by the field of Upsampling2D
    base(BaseWrapperLayer.class).honoured("underlying");

    layer(DenseLayer.class).honoured("hasBias").honoured("hasLayerNorm");
    layer(AutoEncoder.class).inert("corruptionLevel", "sparsity");
    layer(OutputLayer.class);
    layer(CenterLossOutputLayer.class).inert("alpha", "lambda", "gradientCheck");
    layer(LossLayer.class).optional("lossFn");
    layer(CnnLossLayer.class).optional("format").inert("lossFn");
    layer(ActivationLayer.class).honoured("activationFn");
    layer(DropoutLayer.class).inert("activationFn");
    layer(ConvolutionLayer.class)
        .honoured("hasBias", "kernelSize", "stride", "padding", "dilation")
        .optional("cnn2dDataFormat")
        .only("convolutionMode", "this mode on images", withoutCausal())
        .inert("cudnnAllowFallback", "cudnnAlgoMode", "cudnnFwdAlgo")
        .inert("cudnnBwdFilterAlgo", "cudnnBwdDataAlgo", "defaultValueOverriden");
    layer(Convolution2D.class);
    layer(DepthwiseConvolution2D.class).honoured("depthMultiplier");
    layer(SeparableConvolution2D.class).honoured("depthMultiplier");
    layer(SubsamplingLayer.class)
        .honoured("kernelSize", "stride", "padding", "pnorm", "avgPoolIncludePadInDivisor")
        .optional("cnn2dDataFormat")
        .only("convolutionMode", "this mode on images", withoutCausal())
        .only(
            "poolingType",
            "SUM pooling over a window, which Deeplearning4j has not either,",
            PoolingType.MAX,
            PoolingType.AVG,
            PoolingType.PNORM)
        .only(
            "dilation",
            "dilated pooling, for which Deeplearning4j's float and double results differ,",
            new int[] {1, 1})
        .inert("eps", "cudnnAllowFallback", "defaultValueOverridden");
    layer(Pooling2D.class);
    layer(GlobalPoolingLayer.class)
        .honoured("poolingType", "pnorm", "collapseDimensions")
        .optional("poolingDimensions");
    layer(BatchNormalization.class)
        .honoured("eps", "gamma", "beta", "lockGammaBeta", "useLogStd")
        .optional("cnn2DFormat")
        .inert("activationFn", "decay", "isMinibatch", "cudnnAllowFallback");
    layer(PReLULayer.class)
        .honoured("inputShape")
        .optional("sharedAxes")
        .inert("activationFn", "nIn", "nOut");
    layer(ZeroPaddingLayer.class).honoured("padding").optional("dataFormat");
    layer(Cropping2D.class).honoured("cropping").optional("dataFormat");
    layer(Upsampling2D.class)
        .optional("size", "format"); // one of two fields of this name is missing
    layer(LocalResponseNormalization.class)
        .honoured("n", "k", "alpha", "beta")
        .optional("dataFormat")
        .inert("cudnnAllowFallback");
    layer(Convolution1DLayer.class)
        .only("rnnDataFormat", NWC, null, RNNFormat.NCW)
        .only("convolutionMode", "this mode", (Object[]) ConvolutionMode.values());
    layer(Convolution1D.class);
    layer(Subsampling1DLayer.class)
        .only(
            "dilation",
            "dilated pooling, for which Deeplearning4j's float and double results differ,",
            new int[] {1, 1},
            new int[] {1});
    layer(Pooling1D.class);
    layer(Upsampling1D.class).optional("size"); // one of two fields of this name is missing
    layer(ZeroPadding1DLayer.class).honoured("padding");
    layer(Cropping1D.class).honoured("cropping");
    layer(Convolution3D.class)
        .inert("mode") // hidden by the convolution's own
        .only("dataFormat", "volumes in NDHWC format", Convolution3D.DataFormat.NCDHW);
    layer(Subsampling3DLayer.class)
        .honoured("kernelSize", "stride", "padding")
        .only("convolutionMode", "this mode on volumes", withoutCausal())
        .only("poolingType", "this pooling of volumes", PoolingType.MAX, PoolingType.AVG)
        .only("dilation", "dilated pooling of volumes", new int[] {1, 1, 1})
        .only("dataFormat", "volumes in NDHWC format", Convolution3D.DataFormat.NCDHW)
        .inert("cudnnAllowFallback");
    layer(Deconvolution2D.class);
    base(BaseRecurrentLayer.class)
        .only("rnnDataFormat", NWC, null, RNNFormat.NCW)
        .inert("weightInitFnRecurrent");
    base(AbstractLSTM.class)
        .optional("gateActivationFn") // one of two fields of this name is missing
        .inert("forgetGateBiasInit", "helperAllowFallback");
    layer(LSTM.class).optional("gateActivationFn").inert("forgetGateBiasInit");
    layer(GravesLSTM.class).optional("gateActivationFn").inert("forgetGateBiasInit");
    layer(GravesBidirectionalLSTM.class)
        .honoured("gateActivationFn")
        .inert("forgetGateBiasInit", "helperAllowFallback");
    layer(SimpleRnn.class)
        .only("hasLayerNorm", "layer normalisation inside a recurrent layer", false);
    layer(Bidirectional.class).honoured("fwd", "bwd", "mode").inert("initializer");
    layer(LastTimeStep.class);
    layer(RnnOutputLayer.class).only("rnnDataFormat", NWC, null, RNNFormat.NCW);
    layer(RnnLossLayer.class).only("rnnDataFormat", NWC, null, RNNFormat.NCW).optional("lossFn");
    layer(RepeatVector.class)
        .honoured("n")
        .only("dataFormat", NWC, null, RNNFormat.NCW)
        .inert("activationFn");
    base(AbstractSameDiffLayer.class)
        .inert("regularization", "regularizationBias", "updater", "biasUpdater", "layerParams")
        .inert("gradientNormalization", "gradientNormalizationThreshold");
    base(SameDiffLayer.class).inert("weightInit", "paramWeightInit");
    layer(SelfAttentionLayer.class).honoured("nIn", "nOut", "nHeads", "headSize", "projectInput");
    layer(VariationalAutoencoder.class)
        .honoured("encoderLayerSizes", "pzxActivationFn")
        .inert("decoderLayerSizes", "outputDistribution", "numSamples");
    layer(FrozenLayer.class).honoured("layer");
    layer(FrozenLayerWithBackprop.class);

    // Some of what training adds to weights stays at test time.
    row(IWeightNoise.class, WeightNoise.class)
        .only("applyToBias", "noise on biases, which Deeplearning4j adds at test time too,", false)
        .inert("distribution", "additive");
    row(IWeightNoise.class, DropConnect.class)
        .only(
            "applyToBiases",
            "DropConnect of biases, which Deeplearning4j applies at test time too,",
            false)
        .inert("weightRetainProb", "weightRetainProbSchedule");

    // Vertices
    base(GraphVertex.class);
    vertex(LayerVertex.class).honoured("layerConf").optional("preProcessor").inert("outputVertex");
    vertex(FrozenVertex.class).honoured("underlying");
    vertex(ElementWiseVertex.class).honoured("op");
    vertex(MergeVertex.class).honoured("mergeAxis").inert("modified");
    vertex(ScaleVertex.class).honoured("scaleFactor");
    vertex(ShiftVertex.class).honoured("shiftFactor");
    vertex(SubsetVertex.class).honoured("from", "to");
    vertex(StackVertex.class);
    vertex(UnstackVertex.class).honoured("from", "stackSize");
    vertex(L2NormalizeVertex.class)
        .honoured("eps")
        .only("dimension", "L2Normalize over chosen dimensions", null, new int[0]);
    // Masks are for training and for sequences of different lengths.
    vertex(LastTimeStepVertex.class).inert("maskArrayInputName");
    vertex(ReverseTimeSeriesVertex.class).inert("maskArrayInputName");
    vertex(PreprocessorVertex.class).honoured("preProcessor");
    vertex(ReshapeVertex.class)
        .honoured("newShape")
        .only("reshapeOrder", "a Reshape in another than c order", 'c')
        .inert("maskShape");

    // Preprocessors
    base(BaseInputPreProcessor.class);
    preprocessor(CnnToFeedForwardPreProcessor.class)
        .honoured("inputHeight", "inputWidth", "numChannels")
        .optional("format");
    preprocessor(FeedForwardToCnnPreProcessor.class)
        .honoured("inputHeight", "inputWidth", "numChannels")
        .inert("shape");
    preprocessor(RnnToFeedForwardPreProcessor.class)
        .only("rnnDataFormat", NWC, null, RNNFormat.NCW);
    preprocessor(FeedForwardToRnnPreProcessor.class)
        .only("rnnDataFormat", NWC, null, RNNFormat.NCW);
    preprocessor(Cnn3DToFeedForwardPreProcessor.class)
        .only("isNCDHW", "volumes in NDHWC format", true)
        .inert("inputDepth", "inputHeight", "inputWidth", "numChannels");
    preprocessor(ComposableInputPreProcessor.class).honoured("inputPreProcessors");
    // By name, because the importer that wrote it is not on the class path.
    ROWS.put(
        "org.deeplearning4j.nn.modelimport.keras.preprocessors"
            + ".TensorFlowCnnToFeedForwardPreProcessor",
        new Row(InputPreProcessor.class));

    // Activations
    base(BaseActivationFunction.class);
    activation(ActivationIdentity.class);
    activation(ActivationReLU.class).optional("max", "threshold", "negativeSlope");
    activation(ActivationReLU6.class);
    activation(ActivationLReLU.class).honoured("alpha");
    activation(ActivationRReLU.class).honoured("l", "u").inert("alpha");
    activation(ActivationThresholdedReLU.class).honoured("theta");
    activation(ActivationELU.class).honoured("alpha");
    activation(ActivationSELU.class);
    activation(ActivationGELU.class).honoured("precise");
    activation(ActivationSwish.class);
    activation(ActivationMish.class);
    activation(ActivationSigmoid.class);
    activation(ActivationHardSigmoid.class);
    activation(ActivationTanH.class);
    activation(ActivationHardTanH.class);
    activation(ActivationRectifiedTanh.class);
    activation(ActivationSoftPlus.class);
    activation(ActivationSoftSign.class);
    activation(ActivationCube.class);
    activation(ActivationSoftmax.class);
  }

  /** What is done about a field. */
  sealed interface Decision {
    /** The graph computes what it says; sizes of parameters are read from the parameters. */
    record Honoured() implements Decision {}

    /** Honoured, and a missing value means something. */
    record MayBeMissing() implements Decision {}

    /** It changes nothing about what Deeplearning4j computes at test time. */
    record Inert() implements Decision {}

    /**
     * Other values are refused.
     *
     * @param what what the other values ask for
     * @param accepted values with the effect that the graph has, compared deeply
     */
    record Only(String what, List<@Nullable Object> accepted) implements Decision {}
  }

  private static final class Row {
    private final @Nullable Class<?> kind;
    private final Map<String, Decision> decisions = new LinkedHashMap<>();

    Row(@Nullable Class<?> kind) {
      this.kind = kind;
    }

    Row honoured(String... fields) {
      return decide(new Decision.Honoured(), fields);
    }

    Row optional(String... fields) {
      return decide(new Decision.MayBeMissing(), fields);
    }

    Row inert(String... fields) {
      return decide(new Decision.Inert(), fields);
    }

    Row only(String field, String what, @Nullable Object... accepted) {
      return decide(new Decision.Only(what, Arrays.asList(accepted)), field);
    }

    private Row decide(Decision decision, String... fields) {
      for (String field : fields) {
        decisions.put(field, decision);
      }
      return this;
    }
  }

  private OptionTable() {}

  private static Object[] withoutCausal() {
    return new Object[] {ConvolutionMode.Strict, ConvolutionMode.Truncate, ConvolutionMode.Same};
  }

  private static Row layer(Class<? extends Layer> type) {
    return row(Layer.class, type);
  }

  private static Row vertex(Class<? extends GraphVertex> type) {
    return row(GraphVertex.class, type);
  }

  private static Row preprocessor(Class<? extends InputPreProcessor> type) {
    return row(InputPreProcessor.class, type);
  }

  private static Row activation(Class<? extends IActivation> type) {
    return row(IActivation.class, type);
  }

  /** A class whose fields others inherit; it is not supported itself. */
  private static Row base(Class<?> type) {
    return row(null, type);
  }

  private static Row row(@Nullable Class<?> kind, Class<?> type) {
    Row row = new Row(kind);
    ROWS.put(type.getName(), row);
    return row;
  }

  /**
   * Refuses what would not be computed as Deeplearning4j computes it.
   *
   * @param layer for messages
   * @param configuration a layer, vertex, preprocessor, activation or weight noise
   * @throws UnsupportedLayerException when its class or the value of a field is not supported
   */
  static void check(String layer, Object configuration) {
    Class<?> type = configuration.getClass();
    Row own = ROWS.get(type.getName());
    if (own == null || own.kind == null) {
      throw new UnsupportedLayerException(
          layer,
          "%s is not supported; supported are %s"
              .formatted(shown(configuration), String.join(", ", supported(type))));
    }
    for (Field field : fields(type)) {
      Decision decision = decision(type, field).orElseGet(Decision.Inert::new);
      if (decision instanceof Decision.Honoured && value(configuration, field) == null) {
        throw new UnsupportedLayerException(
            layer, "%s of %s is missing".formatted(field.getName(), type.getSimpleName()));
      }
      if (decision instanceof Decision.Only only) {
        check(layer, type, field, only, value(configuration, field));
      }
    }
  }

  private static void check(
      String layer, Class<?> type, Field field, Decision.Only only, @Nullable Object value) {
    if (only.accepted().stream().anyMatch(accepted -> Objects.deepEquals(accepted, value))) {
      return;
    }
    throw new UnsupportedLayerException(
        layer,
        "%s is not supported: %s of %s must be %s but was %s"
            .formatted(
                only.what(),
                field.getName(),
                type.getSimpleName(),
                only.accepted().stream().map(OptionTable::text).collect(Collectors.joining(" or ")),
                text(value)));
  }

  /** The fields of a class and of what it inherits from, in that order. */
  static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /** What was decided about a field of an object of this class; its own row goes first. */
  static Optional<Decision> decision(Class<?> type, Field field) {
    for (Class<?> at : List.of(type, field.getDeclaringClass())) {
      Row row = ROWS.get(at.getName());
      if (row != null && row.decisions.containsKey(field.getName())) {
        return Optional.of(row.decisions.get(field.getName()));
      }
    }
    return Optional.empty();
  }

  /** The names of all classes with a row, and of the fields that it decides about. */
  static Map<String, List<String>> rows() {
    return ROWS.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, e -> List.copyOf(e.getValue().decisions.keySet())));
  }

  /** True for a class that may stand in a network. */
  static boolean supports(Class<?> type) {
    Row row = ROWS.get(type.getName());
    return row != null && row.kind != null;
  }

  private static List<String> supported(Class<?> type) {
    return ROWS.entrySet().stream()
        .filter(e -> e.getValue().kind != null && e.getValue().kind.isAssignableFrom(type))
        .map(e -> e.getKey().substring(e.getKey().lastIndexOf('.') + 1))
        .toList();
  }

  private static String shown(Object configuration) {
    String name = configuration.getClass().getSimpleName();
    return configuration instanceof IActivation
        ? "the activation %s (%s)".formatted(configuration, name)
        : name;
  }

  private static @Nullable Object value(Object configuration, Field field) {
    try {
      field.setAccessible(true);
      return field.get(configuration);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot read " + field, e);
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof int[] numbers ? Arrays.toString(numbers) : String.valueOf(value);
  }
}
