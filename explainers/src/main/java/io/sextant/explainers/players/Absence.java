package io.sextant.explainers.players;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explainer;
import io.sextant.gradients.InputDomain;
import io.sextant.methods.Setting;
import java.util.ArrayList;
import java.util.List;

/** What explainers share that play players against what stands for their absence. */
interface Absence extends Explainer {
  /** Which values come and go together. */
  Setting<Absence, Players> PLAYERS =
      Setting.of(
          "players",
          Players.FORM,
          "values that come and go together; auto is patches for images, four by four of them, and"
              + " groups otherwise",
          Absence::players);

  /** What stands for an absent player. */
  Setting<Absence, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "stands for absent players; auto is the median of the data for tables, zero otherwise",
          Absence::baseline);

  /** Who plays. */
  Players players();

  /** What stands for absent players; of several, each in turn, and the output is averaged. */
  Baseline baseline();

  /** What to know before an attribution is believed, a sentence each. */
  default List<String> remarks(Partition partition, InputDomain domain, List<double[]> rows) {
    List<String> remarks = new ArrayList<>(baseline().remarks(domain, rows));
    for (InputDomain.OneHot group : domain.groups()) {
      if (group.members().stream().mapToInt(partition::player).distinct().count() > 1) {
        remarks.add(
            ("players split the one-hot group %s, so that the model is asked about rows that cannot"
                    + " exist; make it one player (players=groups)")
                .formatted(group.name()));
      }
    }
    return remarks;
  }
}
