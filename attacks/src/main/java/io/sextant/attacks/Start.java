package io.sextant.attacks;

import io.sextant.methods.Form;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Where a run begins.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Start {
  /** At the clean input, which makes all runs alike that draw nothing else. */
  CLEAN(Trial::clean),
  /** Uniformly in the ball, then clipped to the domain. */
  UNIFORM(Trial::uniform),
  /** At a corner, see {@link Trial#corner}. */
  CORNER(Trial::corner),
  /** In a random direction as far as the radius, see {@link Trial#surface}. */
  SURFACE(trial -> trial.surface(trial.epsilon()));

  /** How settings name it. */
  public static final Form<Start> FORM = Form.choice(Start.class);

  private final Function<Trial, Iterate> place;

  Start(Function<Trial, Iterate> place) {
    this.place = place;
  }

  /** The first iterate of the run that is under way. */
  public Iterate of(Trial trial) {
    return place.apply(trial);
  }

  /** Whether runs that differ in nothing else begin at different points. */
  public boolean isRandom() {
    return this != CLEAN;
  }
}
