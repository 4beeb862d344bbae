package io.sextant.evaluation.data;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.apiguardian.api.API;

/**
 * Why code of a user failed, in one line.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SupplierFailure {
  private SupplierFailure() {}

  /** What the innermost cause says, by kind too where the words are not of people's own. */
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
    // That of a missing class or file, or of a wrong type, is only a name.
    boolean clear =
        at instanceof IllegalArgumentException
            || at instanceof IllegalStateException
            || (at instanceof IOException && !(at instanceof FileSystemException));
    return clear ? said : kind + ": " + said;
  }
}
