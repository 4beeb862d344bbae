package io.sextant.gradients.graph;

import java.util.HashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Names that are given once each. Thousands of equal ones cost no more than as many different ones.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class UniqueNames {
  /** For each name the number that is tried next when it is asked for again. */
  private final Map<String, Integer> next = new HashMap<>();

  /** No names so far. */
  public UniqueNames() {}

  /** The name, or the name with the first number from 2 on that makes it another. */
  public String unique(String name) {
    if (next.putIfAbsent(name, 2) == null) {
      return name;
    }
    int number = next.get(name);
    String unique;
    do {
      unique = name + "#" + number++;
    } while (next.putIfAbsent(unique, 2) != null);
    next.put(name, number);
    return unique;
  }

  /** Makes a name free again. */
  public void free(String name) {
    next.remove(name);
  }
}
