package io.sextant.results.curtail;

import io.sextant.results.Certainty;
import io.sextant.results.Rule;
import io.sextant.results.rules.Figure;
import java.util.List;
import org.apiguardian.api.API;

/**
 * How far a rule is decided.
 *
 * @param rule on a share of examples
 * @param certainty of its verdict
 * @param figures as far as they are known
 * @param ended whether nothing more is run for it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Decision(Rule rule, Certainty certainty, List<Figure> figures, boolean ended) {
  public Decision {
    figures = List.copyOf(figures);
  }
}
