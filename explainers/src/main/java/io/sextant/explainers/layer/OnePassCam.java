package io.sextant.explainers.layer;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Explained;
import io.sextant.gradients.Step;
import io.sextant.methods.Passes;
import java.util.Optional;
import java.util.OptionalDouble;

/** A class activation map of the feature maps of one input and the gradient by them. */
interface OnePassCam extends ClassActivationMap {
  /**
   * The map before ReLU and resizing, {@code [height, width]}.
   *
   * @param maps the feature maps
   * @param gradient of the output by them
   */
  double[] raw(FeatureMaps maps, FeatureMaps gradient);

  @Override
  default Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  default Step<Attribution> attribute(Explained x) {
    CamFrame frame = frame(x.graph());
    return x.layerAtInput(frame.layer().name())
        .then(
            at ->
                Step.done(
                    new Attribution(
                        frame.finished(raw(frame.maps(at.activation()), frame.maps(at.gradient()))),
                        x.certificate(
                            1,
                            at.value(),
                            OptionalDouble.empty(),
                            OptionalDouble.empty(),
                            Optional.empty()))));
  }
}
