package io.sextant.explainers.layer;

import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The feature maps of a layer times the gradient by them, place by place, added up over the
 * channels:
 *
 * <pre>
 * map = ReLU(sum over k of df/dA^k A^k)
 * </pre>
 *
 * <p>Where one dense layer follows the feature maps, the raw map adds up to the logit without its
 * bias, each place with its own share; {@link GradCam} mixes the places there.
 *
 * <p>Draelos, Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional
 * neural networks", 2020, arXiv:2011.08891.
 *
 * @param cam the layer, and what is done with the sum
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record HiResCam(Cam cam) implements OnePassCam {
  private static final Declaration<HiResCam> DECLARATION =
      Declaration.of("hires-cam", Kind.LAYER_ATTRIBUTION, HiResCam.class)
          .summary("feature maps times the gradient of the output by them, added up over channels")
          .source(
              "Draelos, Carin, \"Use HiResCAM instead of Grad-CAM for faithful explanations of"
                  + " convolutional neural networks\", 2020, arXiv:2011.08891")
          .settings(Cam.SETTINGS)
          .made(HiResCam::new, values -> new HiResCam(Cam.of(values)));

  /** Of the last feature maps. */
  public static final HiResCam DEFAULT = new HiResCam();

  public HiResCam {
    Objects.requireNonNull(cam, "cam");
  }

  /** The {@link #DEFAULT}. */
  public HiResCam() {
    this(Cam.DEFAULT);
  }

  @Override
  public Declaration<HiResCam> declaration() {
    return DECLARATION;
  }

  @Override
  public double[] raw(FeatureMaps maps, FeatureMaps gradient) {
    return maps.times(gradient);
  }
}
