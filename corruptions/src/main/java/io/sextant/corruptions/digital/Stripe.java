package io.sextant.corruptions.digital;

import io.sextant.corruptions.ImageCorruption;
import io.sextant.corruptions.Ladder;
import io.sextant.corruptions.Strength;
import io.sextant.corruptions.image.Image;
import io.sextant.gradients.RandomKey;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Setting;
import org.apiguardian.api.API;

/**
 * Stripe: at the left and at the right a share of the columns, one at least, turns into its
 * negative.
 *
 * <p>Mu, Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv:1906.02337. Its
 * code has one severity, a quarter of the width, here the strongest; the others are our own.
 *
 * @param share of the width, at each side, from 0 to 0.5
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Stripe(double share) implements ImageCorruption {
  private static final Setting<Stripe, Double> SHARE =
      Setting.of("share", Form.within(0, 0.5), "of the width, at each side", Stripe::share);

  private static final Ladder<Stripe> LADDER =
      Ladder.of(
          Stripe::new,
          Ladder.numbers(1 / 28.0, 2 / 28.0, 3 / 28.0, 4 / 28.0, 5 / 28.0),
          Ladder.numbers(0.05, 0.1, 0.15, 0.2, 0.25));

  private static final Declaration<Stripe> DECLARATION =
      Declaration.of("stripe", Kind.IMAGE_CORRUPTION, Stripe.class)
          .access(Access.NOTHING)
          .summary("the negative at both sides")
          .source(
              "Mu, Gilmer, \"MNIST-C: A Robustness Benchmark for Computer Vision\", 2019,"
                  + " arXiv:1906.02337")
          .setting(SHARE)
          .made(Stripe::new, values -> new Stripe(values.of(SHARE)));

  public Stripe {
    SHARE.require(share);
  }

  /** Severity 3 of the mild parameters. */
  public Stripe() {
    this(3 / 28.0);
  }

  @Override
  public Declaration<Stripe> declaration() {
    return DECLARATION;
  }

  @Override
  public Stripe at(Strength strength) {
    return LADDER.at(strength);
  }

  @Override
  public Image corrupt(Image image, RandomKey key) {
    int columns = Math.max(1, (int) Math.rint(share * image.width()));
    return image.with(
        (c, y, x) ->
            x < columns || x >= image.width() - columns
                ? 1 - image.at(c, y, x)
                : image.at(c, y, x));
  }
}
