package io.sextant.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kept attributions of made-up maps, for tests. */
public final class Kept {
  private Kept() {}

  /** Maps of samples 0, 1, ... by one explainer, with noise that moves a tenth. */
  public static KeptAttributions of(String explainer, float[]... maps) {
    return of(explainer, Map.of("steps", "8"), 0, maps);
  }

  /** Maps of samples from {@code first} on. */
  public static KeptAttributions of(
      String explainer, Map<String, String> configuration, int first, float[]... maps) {
    List<KeptAttributions.Example> examples = new ArrayList<>();
    List<KeptAttributions.Explained> explained = new ArrayList<>();
    for (int i = 0; i < maps.length; i++) {
      examples.add(new KeptAttributions.Example(first + i, 0, "input " + (first + i)));
      explained.add(
          new KeptAttributions.Explained(
              first + i,
              Floats.of(maps[i]),
              Optional.of(
                  MapChange.between(new double[] {10, 0}, new double[] {9, 1}, List.of(2)))));
    }
    return new KeptAttributions(
        examples,
        0.03125,
        List.of(
            new KeptAttributions.Maps(
                explainer,
                "integrated-gradients",
                configuration,
                List.of(maps.length == 0 ? 1 : maps[0].length),
                explained)));
  }
}
