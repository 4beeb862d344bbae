package io.sextant.maven.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A {@code <threat>} of the POM. Maven fills the fields.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ThreatConfiguration {
  /** {@code linf}, {@code l2}, {@code l1} or {@code l0}. */
  @Nullable String norm;

  /** Radii, for example {@code 8/255}. */
  List<String> epsilons = List.of();

  /** The class that the attacker aims at, in place of any wrong one. */
  @Nullable String target;

  /** How many categories of a table may be switched. */
  @Nullable String categoryChanges;

  /** The most that all changes together may cost, at the prices of the schema. */
  @Nullable String budget;

  Map<String, Object> entry() {
    Map<String, Object> entry = new LinkedHashMap<>();
    Entries.put(entry, "norm", Entries.key(norm));
    Entries.put(entry, "epsilons", epsilons.stream().map(String::trim).toList());
    Entries.put(entry, "target", target);
    Entries.put(entry, "category-changes", categoryChanges);
    Entries.put(entry, "budget", budget);
    return entry;
  }
}
