package io.sextant.results;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a model fares when it is adapted to streams of data, beside the trained model on the same
 * streams.
 *
 * @param corruptions of the streams, in the order in which they come; empty where nothing was
 *     corrupted
 * @param parameters the corruptions' set of parameters
 * @param severity of the corruptions
 * @param bytes whether corrupted values were rounded to those that a byte can have
 * @param examples of each corruption in a stream
 * @param orders in which each stream came
 * @param sourceRows that calibrated the alarms; 0 where there was no alarm
 * @param level the probability of a false alarm on one stream, at most
 * @param methods in the order in which they are listed
 * @param cells one for each method, stream and batch size that was run
 * @param attacks on the adapted models, where they were asked for and could be run
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AdaptationResult(
    List<String> corruptions,
    String parameters,
    int severity,
    boolean bytes,
    int examples,
    int orders,
    int sourceRows,
    double level,
    List<AdaptedMethod> methods,
    List<Cell> cells,
    Optional<AdaptedAttacks> attacks) {
  public AdaptationResult {
    corruptions = List.copyOf(corruptions);
    methods = List.copyOf(methods);
    cells = List.copyOf(cells);
    Objects.requireNonNull(attacks, "attacks");
    Check.notNegative("examples", examples);
    Check.notNegative("sourceRows", sourceRows);
    Check.share("level", level);
  }

  /**
   * An adaptation method.
   *
   * @param id under which the audit lists it
   * @param name in the catalogue
   * @param configuration every setting as text, defaults included
   * @param remarks what to know before its figures are believed, a sentence each
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record AdaptedMethod(
      String id, String name, Map<String, String> configuration, List<String> remarks) {
    public AdaptedMethod {
      Check.notBlank("id", id);
      configuration = Check.sorted(configuration);
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * A method on a stream in batches of one size, over all orders.
   *
   * @param method id
   * @param stream such as {@code mixed}; {@code single} is the mean over the streams of one
   *     corruption each
   * @param corruption of a stream of one corruption; absent otherwise
   * @param batchSize rows of a batch
   * @param n predictions over all orders
   * @param sourceWrong wrong ones of the trained model
   * @param adaptedWrong wrong ones of the adapted model
   * @param change error of the adapted less that of the trained model, paired by example
   * @param low lower end of its 95% interval over examples
   * @param high upper end
   * @param sourceEce expected calibration error of the trained model, 15 bins of equal width
   * @param adaptedEce that of the adapted model
   * @param cleanBefore error of the trained model on the clean examples
   * @param cleanAfter error of the adapted model as it is after the stream, learning no more, on
   *     the clean examples
   * @param streams that were run
   * @param alarmed streams in which the alarm sounded
   * @param batches over all streams
   * @param alarms batches at which it sounded
   * @param resets batches at which the stream went back to the trained model
   * @param forwards of the method, in rows
   * @param backwards of the method, in rows
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Cell(
      String method,
      String stream,
      Optional<String> corruption,
      int batchSize,
      int n,
      int sourceWrong,
      int adaptedWrong,
      double change,
      double low,
      double high,
      double sourceEce,
      double adaptedEce,
      double cleanBefore,
      double cleanAfter,
      int streams,
      int alarmed,
      int batches,
      int alarms,
      int resets,
      long forwards,
      long backwards) {
    public Cell {
      Check.notBlank("method", method);
      Check.notBlank("stream", stream);
      Objects.requireNonNull(corruption, "corruption");
      Check.finite("change", change);
      Check.finite("low", low);
      Check.finite("high", high);
      Check.share("sourceEce", sourceEce);
      Check.share("adaptedEce", adaptedEce);
      Check.share("cleanBefore", cleanBefore);
      Check.share("cleanAfter", cleanAfter);
      for (long count :
          new long[] {sourceWrong, adaptedWrong, alarmed, alarms, resets, forwards, backwards}) {
        Check.notNegative("counts", count);
      }
      if (sourceWrong > n || adaptedWrong > n || n < 1) {
        throw new IllegalArgumentException(
            "%s on %s: of %d predictions %d and %d cannot be wrong"
                .formatted(method, stream, n, sourceWrong, adaptedWrong));
      }
    }

    /** Error of the trained model. */
    public double sourceError() {
      return (double) sourceWrong / n;
    }

    /** Error of the adapted model. */
    public double adaptedError() {
      return (double) adaptedWrong / n;
    }

    /** Whether adaptation hurts for certain, as far as these examples tell. */
    public boolean hurts() {
      return low > 0;
    }

    /** Whether adaptation helps for certain, as far as these examples tell. */
    public boolean helps() {
      return high < 0;
    }
  }

  /** The same with what attacks do to the adapted models. */
  public AdaptationResult withAttacks(Optional<AdaptedAttacks> other) {
    return new AdaptationResult(
        corruptions,
        parameters,
        severity,
        bytes,
        examples,
        orders,
        sourceRows,
        level,
        methods,
        cells,
        other);
  }

  /** The cells of streams as a whole, without those of single corruptions. */
  public List<Cell> whole() {
    return cells.stream().filter(cell -> cell.corruption().isEmpty()).toList();
  }

  /** The cells of streams of one corruption each. */
  public List<Cell> single() {
    return cells.stream().filter(cell -> cell.corruption().isPresent()).toList();
  }

  /** The sizes of batches, in the order in which they were run. */
  public List<Integer> batchSizes() {
    return cells.stream().map(Cell::batchSize).distinct().toList();
  }

  /** The streams, in the order in which they were run. */
  public List<String> streams() {
    return cells.stream().map(Cell::stream).distinct().toList();
  }

  /** What came of a method on a stream as a whole; empty where it was not run. */
  public Optional<Cell> whole(String method, String stream, int batchSize) {
    return whole().stream()
        .filter(
            cell ->
                cell.method().equals(method)
                    && cell.stream().equals(stream)
                    && cell.batchSize() == batchSize)
        .findFirst();
  }
}
