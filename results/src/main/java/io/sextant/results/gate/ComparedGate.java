package io.sextant.results.gate;

import io.sextant.results.Rule;
import io.sextant.results.baseline.Baseline;
import io.sextant.results.baseline.Baselines;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * A gate beside the baselines that it compares with: what a build asks of it before the models are
 * measured, and after. Without rules nothing is asked, and nothing can be judged.
 *
 * @param rules perhaps none, each id once
 * @param waivers at most one per rule and model
 * @param policy where rules do not say it
 * @param selected ids of the rules that are judged, the others are skipped; all when empty
 * @param baselines of the models; none where other examples are measured than theirs
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ComparedGate(
    List<Rule> rules,
    List<Waiver> waivers,
    GatePolicy policy,
    Set<String> selected,
    Baselines baselines) {
  public ComparedGate {
    rules = List.copyOf(rules);
    waivers = List.copyOf(waivers);
    selected = Set.copyOf(selected);
  }

  /**
   * The gate itself.
   *
   * @throws IllegalArgumentException if there are no rules, or not the selected ones
   */
  public BuildGate gate() {
    BuildGate gate = new BuildGate(rules, waivers, policy);
    return selected.isEmpty() ? gate : gate.only(selected);
  }

  /**
   * The rules that are held against a baseline of one of these models, and so must be run to the
   * end.
   *
   * @param models ids
   * @throws IOException if a baseline cannot be read
   */
  public Set<String> compared(Collection<String> models) throws IOException {
    Set<String> compared = new TreeSet<>();
    for (String model : rules.isEmpty() ? List.<String>of() : models) {
      Optional<Baseline> baseline = baselines.read(model);
      baseline.ifPresent(known -> compared.addAll(gate().compared(known)));
    }
    return selectedOf(compared);
  }

  /**
   * The rules whose failure somebody accepts, and which so do not end an evaluation.
   *
   * @param today by which waivers are counted
   */
  public Set<String> waived(LocalDate today) {
    return rules.isEmpty() ? Set.of() : selectedOf(new TreeSet<>(gate().waived(today)));
  }

  private Set<String> selectedOf(Set<String> ids) {
    if (!selected.isEmpty()) {
      ids.retainAll(selected);
    }
    return ids;
  }

  /**
   * Judges the audit of a model by its limits and its baseline.
   *
   * @param today by which waivers are counted
   * @throws IllegalArgumentException if there are no rules, or the baseline is another model's
   * @throws IOException if the baseline cannot be read
   */
  public GateReport judge(GateSubject subject, LocalDate today) throws IOException {
    return gate().judge(subject, baselines.read(subject.model()), today);
  }
}
