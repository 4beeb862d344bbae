package io.sextant.maven.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A {@code <waiver>} of the POM: a broken rule that somebody accepts for a time. Maven fills the
 * fields.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class WaiverConfiguration {
  /** Id of the rule. */
  @Nullable String rule;

  /** Id of the model, any when absent. */
  @Nullable String model;

  /** Why this is acceptable. */
  @Nullable String reason;

  /** Who answers for it. */
  @Nullable String owner;

  /** Last day on which it counts, for example {@code 2026-12-31}. */
  @Nullable String until;

  Map<String, Object> entry() {
    Map<String, Object> entry = new LinkedHashMap<>();
    Entries.put(entry, "rule", rule);
    Entries.put(entry, "model", model);
    Entries.put(entry, "reason", reason);
    Entries.put(entry, "owner", owner);
    Entries.put(entry, "until", until);
    return entry;
  }
}
