package io.sextant.spec;

import io.sextant.methods.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What specs run that name a profile, or nothing; it stands in {@code profiles.yaml}. */
final class Profiles {
  static final String STANDARD = "standard";
  static final String TABLE = "table";

  private static final SpecNode ALL = read();

  private Profiles() {}

  /** The names of the profiles. */
  static List<String> names() {
    return ALL.get("attacks").keys();
  }

  /**
   * The attacks of a profile.
   *
   * @throws SpecException when there is none of this name
   */
  static List<Configured> attacks(String profile) {
    return SpecReader.configured(
        ALL.get("attacks")
            .find(profile)
            .orElseThrow(
                () ->
                    new SpecException(
                        "attacks must be a list or a profile (%s) but was '%s'%s"
                            .formatted(
                                String.join(", ", names()),
                                profile,
                                Suggestion.question(profile, names())))));
  }

  /**
   * The kinds of corruption of a profile.
   *
   * @throws SpecException when there is none of this name
   */
  static List<String> corruptions(String profile) {
    SpecNode profiles = ALL.get("corruptions");
    return profiles
        .find(profile)
        .orElseThrow(
            () ->
                new SpecException(
                    "corruptions must be a list of kinds or a profile (%s) but was '%s'%s"
                        .formatted(
                            String.join(", ", profiles.keys()),
                            profile,
                            Suggestion.question(profile, profiles.keys()))))
        .texts();
  }

  /** The explainers of specs that name none. */
  static List<Configured> explainers() {
    return SpecReader.configured(ALL.get("explainers"));
  }

  private static SpecNode read() {
    try (InputStream in = Profiles.class.getResourceAsStream("profiles.yaml")) {
      if (in == null) {
        throw new IllegalStateException("profiles.yaml is missing beside " + Profiles.class);
      }
      return SpecNode.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
