package io.sextant.explainers.quality;

import io.sextant.explainers.Output;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * How fast the class's probability rises while a baseline is replaced by the input, the most
 * supporting values first: the area under that curve, from 0 to 1. The larger the better.
 *
 * <p>Petsiuk, Das, Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models",
 * BMVC 2018, arXiv:1806.07421. The authors begin with a blurred image; here the baseline is that of
 * {@link Deletion}.
 *
 * @param removal how far the way goes, and towards what
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Insertion(Removal removal) implements RemovalMetric {
  private static final Declaration<Insertion> DECLARATION =
      Declaration.of("insertion", Kind.EXPLANATION_QUALITY, Insertion.class)
          .summary("area under the probability while what supports it most is put in")
          .source(
              "Petsiuk, Das, Saenko, \"RISE: Randomized Input Sampling for Explanation of Black-box"
                  + " Models\", BMVC 2018, arXiv:1806.07421")
          .access(Access.LOGITS)
          .settings(Removal.SETTINGS)
          .made(Insertion::new, values -> new Insertion(Removal.of(values)));

  public Insertion {
    Objects.requireNonNull(removal, "removal");
  }

  /** All of the input in 20 steps. */
  public Insertion() {
    this(Removal.DEFAULT);
  }

  @Override
  public Declaration<Insertion> declaration() {
    return DECLARATION;
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public Insertion with(Removal newRemoval) {
    return new Insertion(newRemoval);
  }

  @Override
  public boolean removes() {
    return false;
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
