package io.sextant.evaluation.data;

import org.apiguardian.api.API;

/**
 * Why code of a user failed, in one line.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SupplierFailure {
  private SupplierFailure() {}

  /** What the innermost cause says. The message of a missing class is only its name. */
  public static String reason(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    String kind = at.getClass().getSimpleName();
    String message = at.getMessage();
    if (message == null || message.isBlank()) {
      return kind;
    }
    String said = message.strip().lines().findFirst().orElse("");
    return at instanceof Error ? kind + ": " + said : said;
  }
}
