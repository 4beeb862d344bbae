package io.sextant.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The examples of the audit.
 *
 * @param description one line for people
 * @param files with their digests
 * @param available number of rows in the files
 * @param n number of examples used
 * @param sampling {@code stratified} or {@code first}
 * @param sampleIdsSha256 digest of the row numbers
 * @param classCounts examples used, per class
 * @param featureNames one per feature of a table, empty for images
 * @param inputShape of one example
 * @param domain the inputs that exist
 * @param notice licence and source, where known
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DataInfo(
    String description,
    List<DataFile> files,
    int available,
    int n,
    String sampling,
    String sampleIdsSha256,
    List<Integer> classCounts,
    List<String> featureNames,
    List<Integer> inputShape,
    Domain domain,
    Optional<String> notice) {
  public DataInfo {
    files = List.copyOf(files);
    classCounts = List.copyOf(classCounts);
    featureNames = List.copyOf(featureNames);
    inputShape = List.copyOf(inputShape);
    Check.notNegative("n", n);
    if (n > available) {
      throw new IllegalArgumentException(
          "n must be at most the %d available rows but was %d".formatted(available, n));
    }
  }

  /**
   * A file of the data.
   *
   * @param name without its folder
   * @param sha256 of its bytes
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record DataFile(String name, String sha256) {}

  /**
   * The inputs that exist.
   *
   * @param minimum smallest value of any feature
   * @param maximum largest value of any feature
   * @param features one per column of a table, empty when every feature is a real in the same box
   * @param relations that every input keeps; absent when there are none
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Domain(
      double minimum,
      double maximum,
      List<FeatureInfo> features,
      Optional<List<RelationInfo>> relations) {
    public Domain {
      Check.finite("minimum", minimum);
      Check.finite("maximum", maximum);
      features = List.copyOf(features);
      relations = relations.map(List::copyOf);
    }

    /** Inputs without relations between features. */
    public Domain(double minimum, double maximum, List<FeatureInfo> features) {
      this(minimum, maximum, features, Optional.empty());
    }
  }

  /**
   * A linear relation between columns: the sum of coefficient times value lies between two bounds.
   *
   * @param name of the relation
   * @param sum coefficients, by column
   * @param minimum smallest sum, where there is one
   * @param maximum largest sum, where there is one
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record RelationInfo(
      String name, Map<String, Double> sum, OptionalDouble minimum, OptionalDouble maximum) {
    public RelationInfo {
      sum = Collections.unmodifiableMap(new LinkedHashMap<>(sum));
    }
  }

  /**
   * A column of a table.
   *
   * @param name of the column
   * @param kind for example {@code real}, {@code integer}, {@code binary}
   * @param minimum smallest value
   * @param maximum largest value
   * @param scale one unit of distance
   * @param mutable whether an attacker may change it
   * @param direction {@code both}, {@code increase} or {@code decrease}
   * @param group name of its one-hot group, where it is in one
   * @param price of moving it by one unit of scale, or of a switch; absent when it is 1
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record FeatureInfo(
      String name,
      String kind,
      double minimum,
      double maximum,
      double scale,
      boolean mutable,
      String direction,
      Optional<String> group,
      OptionalDouble price) {
    public FeatureInfo {
      Check.finite("minimum", minimum);
      Check.finite("maximum", maximum);
      Check.finite("scale", scale);
    }
  }
}
