package io.sextant.results;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What the literature asks of an evaluation of robustness; it stands in {@code criteria.json}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Criteria {
  private static final List<Criterion> ALL = read();

  private Criteria() {}

  /** All of them, unanswered. */
  public static List<Criterion> all() {
    return ALL;
  }

  /** All of them, answered by the checks of an audit. */
  public static List<Criterion> answered(List<ValidityCheck> checks) {
    return ALL.stream().map(criterion -> criterion.answered(checks)).toList();
  }

  private static List<Criterion> read() {
    try (InputStream in = Criteria.class.getResourceAsStream("criteria.json")) {
      List<Criterion> read = JsonMapper.builder().build().readValue(in, new TypeReference<>() {});
      return List.copyOf(read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
