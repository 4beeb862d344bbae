package io.sextant.evaluation;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.DataInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Domains as results tell them, and back. */
final class Domains {
  private Domains() {}

  static DataInfo.Domain info(InputDomain domain) {
    List<Feature> features = domain.features();
    double minimum = features.stream().mapToDouble(Feature::minimum).min().orElseThrow();
    double maximum = features.stream().mapToDouble(Feature::maximum).max().orElseThrow();
    boolean box =
        features.stream()
            .allMatch(
                f ->
                    f.minimum() == minimum
                        && f.maximum() == maximum
                        && f.scale() == 1
                        && f.mutable()
                        && f.kind() == Feature.Kind.REAL
                        && f.direction() == Feature.Direction.BOTH);
    List<DataInfo.FeatureInfo> told = new ArrayList<>();
    for (int i = 0; !box && i < features.size(); i++) {
      Feature f = features.get(i);
      int index = i;
      told.add(
          new DataInfo.FeatureInfo(
              f.name(),
              f.kind().name().toLowerCase(Locale.ROOT),
              f.minimum(),
              f.maximum(),
              f.scale(),
              f.mutable(),
              f.direction().name().toLowerCase(Locale.ROOT),
              domain.groups().stream()
                  .filter(group -> group.members().contains(index))
                  .map(InputDomain.OneHot::name)
                  .findFirst()));
    }
    return new DataInfo.Domain(minimum, maximum, told);
  }

  static InputDomain domain(DataInfo.Domain info, int features) {
    if (info.features().isEmpty()) {
      return InputDomain.box(features, info.minimum(), info.maximum());
    }
    List<Feature> list = new ArrayList<>();
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (DataInfo.FeatureInfo f : info.features()) {
      Optional<String> group = f.group();
      if (group.isPresent()) {
        groups.computeIfAbsent(group.get(), name -> new ArrayList<>()).add(list.size());
      }
      list.add(
          new Feature(
              f.name(),
              Feature.Kind.valueOf(f.kind().toUpperCase(Locale.ROOT)),
              f.minimum(),
              f.maximum(),
              f.scale(),
              f.mutable(),
              Feature.Direction.valueOf(f.direction().toUpperCase(Locale.ROOT))));
    }
    return InputDomain.of(
        list,
        groups.entrySet().stream()
            .map(entry -> new InputDomain.OneHot(entry.getKey(), entry.getValue()))
            .toList());
  }
}
