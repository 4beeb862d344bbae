package io.sextant.evaluation.data;

import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Where a data set comes from, for reports and for telling whether data has changed.
 *
 * @param description one sentence for people
 * @param bytes whether the values were stored as bytes, so that x * 255 is the raw value
 * @param files the files that were read
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Origin(String description, boolean bytes, List<Digest> files) {

  /**
   * One file, or one folder taken as a whole.
   *
   * @param name without folders
   * @param sha256 64 lower-case hexadecimal digits; of a folder: over the names and digests of its
   *     files in order
   */
  public record Digest(String name, String sha256) {
    public Digest {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  public Origin {
    Objects.requireNonNull(description, "description");
    files = List.copyOf(files);
  }
}
