package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Certificate;
import io.sextant.results.DataInfo;
import io.sextant.results.ExplainerResult;
import io.sextant.results.GalleryExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a table with what one explainer says of it, one number per feature or one-hot group.
 *
 * @param names with the row's values
 * @param contributions one per name
 */
record AccountedRow(List<String> names, double[] contributions) {
  /** Explainers that a report shows so: each is 10 kB. */
  private static final int MOST = 3;

  /** Of the sum, for numbers that were written as floats. */
  private static final double ROUNDING = 1e-4;

  /** The ways of the first row of the gallery, of explainers that promise to account for it. */
  static List<Waterfall> of(AuditResult result) {
    List<Waterfall> all = new ArrayList<>();
    for (GalleryExample example : result.gallery().stream().limit(1).toList()) {
      if (example.view() instanceof GalleryExample.TableView table) {
        for (GalleryExample.AttributionPair pair : example.attributions()) {
          way(example.sample(), table, pair, result).ifPresent(all::add);
        }
      }
    }
    return Format.most(MOST, all);
  }

  private static Optional<Waterfall> way(
      int sample,
      GalleryExample.TableView table,
      GalleryExample.AttributionPair pair,
      AuditResult result) {
    for (ExplainerResult explainer : result.explanations()) {
      for (Certificate about : explainer.certificates()) {
        if (explainer.name().equals(pair.explainer())
            && about.sample() == sample
            && about.fBaseline().isPresent()
            && about.gap().isPresent()) {
          return way(explainer, about, table, pair.before().values(), result);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Waterfall> way(
      ExplainerResult explainer,
      Certificate about,
      GalleryExample.TableView table,
      float[] attributions,
      AuditResult result) {
    double start = about.fBaseline().orElseThrow();
    double sum = about.fInput() - start + about.gap().orElseThrow();
    // Only where groups play is a number of each member that of the group.
    boolean grouped = explainer.configuration().containsKey("players");
    AccountedRow row = of(table, attributions, grouped ? groups(result.data().domain()) : Map.of());
    double listed = 0;
    double size = 0;
    for (double contribution : row.contributions()) {
      listed += contribution;
      size += Math.abs(contribution);
    }
    boolean all = table.unlisted() == 0;
    if (all ? Math.abs(sum - listed) > ROUNDING * size : grouped) {
      // The result does not hold what each player got.
      return Optional.empty();
    }
    return Optional.of(
        Waterfall.of(
            "%s of sample %d".formatted(explainer.name(), about.sample()),
            "%s of %s".formatted(about.output(), result.model().className(about.target())),
            start,
            about.fInput(),
            row.names(),
            row.contributions(),
            all
                ? Waterfall.Unlisted.NONE
                : new Waterfall.Unlisted(table.unlisted(), sum - listed)));
  }

  private static Map<String, String> groups(DataInfo.Domain domain) {
    Map<String, String> groups = new HashMap<>();
    domain
        .features()
        .forEach(feature -> feature.group().ifPresent(group -> groups.put(feature.name(), group)));
    return groups;
  }

  private static AccountedRow of(
      GalleryExample.TableView table, float[] attributions, Map<String, String> groups) {
    List<String> names = new ArrayList<>();
    List<Double> contributions = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < attributions.length; i++) {
      GalleryExample.FeatureChange feature = table.features().get(i);
      double contribution = attributions[i];
      String group = groups.get(feature.name());
      if (group == null) {
        names.add(feature.name() + " = " + Format.number(feature.clean()));
        contributions.add(contribution);
        continue;
      }
      int place =
          places.computeIfAbsent(
              group,
              first -> {
                names.add(first);
                contributions.add(contribution);
                return names.size() - 1;
              });
      if (feature.clean() > 0.5) {
        names.set(place, group + ": " + feature.name());
      }
    }
    return new AccountedRow(
        List.copyOf(names), contributions.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
