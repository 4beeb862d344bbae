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
import java.util.OptionalDouble;

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
                            && f.direction() == Feature.Direction.BOTH
                            && f.price() == 1)
            && domain.relations().isEmpty();
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
                  .findFirst(),
              f.price() == 1 ? OptionalDouble.empty() : OptionalDouble.of(f.price())));
    }
    List<DataInfo.RelationInfo> relations =
        domain.relations().stream().map(relation -> info(relation, features)).toList();
    return new DataInfo.Domain(
        minimum, maximum, told, relations.isEmpty() ? Optional.empty() : Optional.of(relations));
  }

  private static DataInfo.RelationInfo info(InputDomain.Relation relation, List<Feature> features) {
    Map<String, Double> sum = new LinkedHashMap<>();
    relation
        .terms()
        .forEach(term -> sum.put(features.get(term.feature()).name(), term.coefficient()));
    return new DataInfo.RelationInfo(
        relation.name(), sum, finite(relation.minimum()), finite(relation.maximum()));
  }

  private static OptionalDouble finite(double bound) {
    return Double.isFinite(bound) ? OptionalDouble.of(bound) : OptionalDouble.empty();
  }

  private static InputDomain.Relation relation(DataInfo.RelationInfo info, List<String> names) {
    return new InputDomain.Relation(
        info.name(),
        info.sum().entrySet().stream()
            .map(
                entry ->
                    new InputDomain.Relation.Term(names.indexOf(entry.getKey()), entry.getValue()))
            .toList(),
        info.minimum().orElse(Double.NEGATIVE_INFINITY),
        info.maximum().orElse(Double.POSITIVE_INFINITY));
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
              Feature.Direction.valueOf(f.direction().toUpperCase(Locale.ROOT)),
              f.price().orElse(1)));
    }
    List<String> names = list.stream().map(Feature::name).toList();
    return InputDomain.of(
        list,
        groups.entrySet().stream()
            .map(entry -> new InputDomain.OneHot(entry.getKey(), entry.getValue()))
            .toList(),
        info.relations().orElse(List.of()).stream().map(told -> relation(told, names)).toList());
  }
}
