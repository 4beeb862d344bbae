package io.sextant.explainers.quality;

import io.sextant.explainers.Output;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How far the explained output drops in the mean while the most supporting values are replaced, one
 * step after another: the area over the perturbation curve. The larger the better.
 *
 * <p>Samek, Binder, Montavon, Lapuschkin, Müller, "Evaluating the visualization of what a Deep
 * Neural Network has learned", IEEE TNNLS 2017, arXiv:1509.06321, after Bach et al., PLOS ONE 2015.
 * The authors replace regions by uniform noise up to a part of the image; here values are replaced
 * by a baseline.
 *
 * @param removal how far the way goes, and towards what
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record PixelFlipping(Removal removal) implements RemovalMetric {
  private static final Declaration<PixelFlipping> DECLARATION =
      Declaration.of("pixel-flipping", Kind.EXPLANATION_QUALITY, PixelFlipping.class)
          .summary("mean drop of the output while what supports it most is replaced")
          .source(
              "Samek, Binder, Montavon, Lapuschkin, Müller, \"Evaluating the visualization of what"
                  + " a Deep Neural Network has learned\", IEEE TNNLS 2017, arXiv:1509.06321")
          .access(Access.LOGITS)
          .settings(Removal.SETTINGS)
          .made(PixelFlipping::new, values -> new PixelFlipping(Removal.of(values)));

  public PixelFlipping {
    Objects.requireNonNull(removal, "removal");
  }

  /** A fifth of the input in 20 steps. */
  public PixelFlipping() {
    this(new Removal(20, 0.2, Removal.DEFAULT.baseline(), Removal.DEFAULT.seed()));
  }

  @Override
  public Declaration<PixelFlipping> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public PixelFlipping with(Removal newRemoval) {
    return new PixelFlipping(newRemoval);
  }

  @Override
  public boolean removes() {
    return true;
  }

  @Override
  public Output output(Output explained) {
    return explained;
  }

  @Override
  public double score(RemovalCurve curve) {
    return curve.drop();
  }
}
