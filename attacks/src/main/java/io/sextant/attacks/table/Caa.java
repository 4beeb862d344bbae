package io.sextant.attacks.table;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Constrained adaptive attack: {@link Capgd}, and where it fails {@link TableSearch}, whose first
 * population holds the rows at which the gradient runs have ended.
 *
 * <p>Simonetto, Ghamizi, Cordy, "Constrained Adaptive Attack: Effective Adversarial Attack Against
 * Deep Neural Networks for Tabular Data", NeurIPS 2024, arXiv:2406.00775. Its parts differ from the
 * paper's as they say. Cost per example: that of both, less one clean decision.
 *
 * @param gradient the first phase
 * @param search the second
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Caa(Capgd gradient, TableSearch search) implements Attack {
  static final String SOURCE =
      "Simonetto, Ghamizi, Cordy, \"Constrained Adaptive Attack: Effective Adversarial Attack"
          + " Against Deep Neural Networks for Tabular Data\", NeurIPS 2024, arXiv:2406.00775";

  private static final Setting<Caa, Capgd> GRADIENT =
      Setting.method("gradient", Capgd.class, "the first phase", Caa::gradient);
  private static final Setting<Caa, TableSearch> SEARCH =
      Setting.method("search", TableSearch.class, "the second phase", Caa::search);

  private static final Declaration<Caa> DECLARATION =
      Declaration.of("caa", Kind.FIXED_RADIUS, Caa.class)
          .summary("constrained adaptive attack for tables: gradients, then search where they fail")
          .source(SOURCE)
          .norms(ThreatModel.CONVEX_NORMS)
          .settings(List.of(GRADIENT, SEARCH))
          .made(Caa::new, values -> new Caa(values.of(GRADIENT), values.of(SEARCH)));

  /** Both phases with their defaults. */
  public static final Caa DEFAULT = new Caa();

  public Caa {
    Objects.requireNonNull(gradient, "gradient");
    Objects.requireNonNull(search, "search");
  }

  /** The {@link #DEFAULT}. */
  public Caa() {
    this(Capgd.DEFAULT, TableSearch.DEFAULT);
  }

  /** This attack with another first phase. */
  public Caa withGradient(Capgd newGradient) {
    return new Caa(newGradient, search);
  }

  /** This attack with another second phase. */
  public Caa withSearch(TableSearch newSearch) {
    return new Caa(gradient, newSearch);
  }

  @Override
  public Declaration<Caa> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return gradient.passes(classes, features).plus(search.passes(classes, features));
  }

  @Override
  public Step<Trial> search(Trial trial) {
    return trial.runs(
        gradient.restarts() + 1,
        run ->
            run < gradient.restarts()
                ? gradient.climb(trial, run, trial::handOn)
                : search.over(trial).from(trial.handedOn()));
  }
}
