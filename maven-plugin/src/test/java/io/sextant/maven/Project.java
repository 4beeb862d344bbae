package io.sextant.maven;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.PomSpec;
import io.sextant.maven.config.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A module with a spec, a model and data that only a made-up worker can read.
 *
 * @param base its folder
 */
public record Project(Path base) {
  /** A rule on clean accuracy at least 75%, and one on robust accuracy at least 50%. */
  public static final String RULES =
      """
      rules:
        - {id: clean, metric: clean-accuracy, minimum: 75%}
        - {id: linf, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 50%}
      """;

  /** Writes the files. */
  public static Project write(Path base, String rules) throws IOException {
    Files.createDirectories(base);
    Files.writeString(base.resolve("m.zip"), "m");
    Files.writeString(base.resolve("x.npy"), "x");
    Files.writeString(
        base.resolve("audit.yaml"),
        """
        model: m.zip
        data: {images: x.npy, labels: x.npy}
        threats:
          - {norm: linf, epsilons: [0.1]}
        attacks: [pgd]
        %s"""
            .formatted(rules));
    return new Project(base);
  }

  /** The output folder. */
  public Path out() {
    return base.resolve("target/sextant");
  }

  /** The spec, of all rules and examples. */
  public EffectiveSpec spec() throws IOException {
    return spec(Selection.EVERYTHING);
  }

  /** The spec of a part. */
  public EffectiveSpec spec(Selection selection) throws IOException {
    return EffectiveSpec.of(
        Optional.of(base.resolve("audit.yaml")), PomSpec.NOTHING, selection, base, out());
  }
}
