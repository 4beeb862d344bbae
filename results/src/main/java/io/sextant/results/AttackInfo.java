package io.sextant.results;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * An attack of the audit.
 *
 * @param name in rows and rules
 * @param method its name in the catalogue
 * @param norms for which it ran
 * @param configuration every setting as text, defaults included
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackInfo(
    String name, String method, List<Norm> norms, Map<String, String> configuration) {
  public AttackInfo {
    Check.notBlank("name", name);
    Check.notBlank("method", method);
    norms = List.copyOf(norms);
    configuration = Check.sorted(configuration);
  }

  /** Listed under its own name. */
  public AttackInfo(String name, List<Norm> norms, Map<String, String> configuration) {
    this(name, name, norms, configuration);
  }
}
