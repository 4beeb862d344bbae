package io.sextant.explainers.quality;

import io.sextant.explainers.Output;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How fast the class's probability falls while the input is replaced by a baseline, the most
 * supporting values first: the area under that curve, from 0 to 1. The smaller the better.
 *
 * <p>Petsiuk, Das, Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models",
 * BMVC 2018, arXiv:1806.07421, which replaces a fixed number of pixels in each step.
 *
 * @param removal how far the way goes, and towards what
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Deletion(Removal removal) implements RemovalMetric {
  private static final Declaration<Deletion> DECLARATION =
      Declaration.of("deletion", Kind.EXPLANATION_QUALITY, Deletion.class)
          .summary("area under the probability while what supports it most is taken away")
          .source(
              "Petsiuk, Das, Saenko, \"RISE: Randomized Input Sampling for Explanation of Black-box"
                  + " Models\", BMVC 2018, arXiv:1806.07421")
          .access(Access.LOGITS)
          .settings(Removal.SETTINGS)
          .made(Deletion::new, values -> new Deletion(Removal.of(values)));

  public Deletion {
    Objects.requireNonNull(removal, "removal");
  }

  /** All of the input in 20 steps. */
  public Deletion() {
    this(Removal.DEFAULT);
  }

  @Override
  public Declaration<Deletion> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public Deletion with(Removal newRemoval) {
    return new Deletion(newRemoval);
  }

  @Override
  public boolean removes() {
    return true;
  }

  @Override
  public Output output(Output explained) {
    return Output.PROBABILITY;
  }

  @Override
  public double score(RemovalCurve curve) {
    return curve.area();
  }
}
