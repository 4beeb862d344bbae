package io.sextant.explainers.layer;

import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The feature maps of a layer added up, each times the mean of the gradient by it:
 *
 * <pre>
 * map = ReLU(sum over k of a_k A^k)     a_k = mean over places of df/dA^k
 * </pre>
 *
 * <p>Where a global average and one dense layer follow the feature maps, it is the class activation
 * map of Zhou et al. (CVPR 2016, arXiv:1512.04150), divided by the number of places. Elsewhere the
 * mean can credit places that the class does not rest on; {@link HiResCam} does not.
 *
 * <p>Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra, "Grad-CAM: Visual Explanations from Deep
 * Networks via Gradient-based Localization", ICCV 2017, arXiv:1610.02391. As there, the ReLU comes
 * after the sum, and the map is enlarged bilinearly. It is not scaled: maps can be compared.
 *
 * @param cam the layer, and what is done with the sum
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GradCam(Cam cam) implements OnePassCam {
  private static final Declaration<GradCam> DECLARATION =
      Declaration.of("grad-cam", Kind.LAYER_ATTRIBUTION, GradCam.class)
          .summary("feature maps added up, each times the mean gradient of the output by it")
          .source(
              "Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra, \"Grad-CAM: Visual Explanations"
                  + " from Deep Networks via Gradient-based Localization\", ICCV 2017,"
                  + " arXiv:1610.02391")
          .settings(Cam.SETTINGS)
          .made(GradCam::new, values -> new GradCam(Cam.of(values)));

  /** Of the last feature maps. */
  public static final GradCam DEFAULT = new GradCam();

  public GradCam {
    Objects.requireNonNull(cam, "cam");
  }

  /** The {@link #DEFAULT}. */
  public GradCam() {
    this(Cam.DEFAULT);
  }

  @Override
  public Declaration<GradCam> declaration() {
    return DECLARATION;
  }

  @Override
  public double[] raw(FeatureMaps maps, FeatureMaps gradient) {
    return maps.weighted(gradient.means());
  }
}
