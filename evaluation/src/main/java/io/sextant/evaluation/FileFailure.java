package io.sextant.evaluation;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apiguardian.api.API;

/**
 * Failures of the file system in words; the platform's own messages are often just a path.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FileFailure {
  private FileFailure() {}

  /** What went wrong, in one line. */
  public static String describe(IOException failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    } else if (failure instanceof NoSuchFileException) {
      return message + " does not exist";
    } else if (failure instanceof AccessDeniedException) {
      return message + ": permission denied";
    } else if (failure instanceof FileAlreadyExistsException) {
      return message + " is in the way";
    } else if (failure instanceof NotDirectoryException) {
      return message + " is not a folder";
    }
    return message.strip().lines().findFirst().orElse(message);
  }
}
