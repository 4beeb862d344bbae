package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import io.sextant.results.Pixels;
import io.sextant.results.Proportion;
import io.sextant.results.SampleRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * What corruptions and shifts made of the accuracy.
 *
 * @param result the figures
 * @param summary in one sentence; empty where only shifts were measured
 * @param severities the columns, rising
 * @param rows one for each kind
 * @param tiles one example under each kind
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Corrupted(
    CorruptionResult result,
    String summary,
    List<Integer> severities,
    List<Row> rows,
    List<Card.Tile> tiles) {
  /**
   * A kind of corruption.
   *
   * @param kind its name
   * @param mean over its severities
   * @param retained the mean as a share of the clean accuracy
   * @param shares by severity; absent where it was not run
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Row(String kind, String mean, String retained, List<Optional<Proportion>> shares) {}

  /** The view of a result; absent where nothing was asked for. */
  static Optional<Corrupted> of(AuditResult result) {
    return result.corruptions().map(corruptions -> of(corruptions, result));
  }

  private static Corrupted of(CorruptionResult corruptions, AuditResult result) {
    List<Integer> severities =
        corruptions.cells().stream()
            .map(CorruptionResult.Corrupted::severity)
            .distinct()
            .sorted()
            .toList();
    List<Row> rows = new ArrayList<>();
    for (CorruptionResult.Kind kind : corruptions.kinds()) {
      rows.add(
          new Row(
              kind.kind(),
              Format.percent(kind.mean()),
              percent(kind.retained()),
              severities.stream()
                  .map(
                      severity ->
                          corruptions
                              .at(new Condition.Corrupted(kind.kind(), severity))
                              .map(CorruptionResult.Corrupted::accuracy))
                  .toList()));
    }
    return new Corrupted(
        corruptions,
        summary(corruptions),
        severities,
        rows,
        corruptions.pictures().stream().map(picture -> tile(picture, result)).toList());
  }

  private static String summary(CorruptionResult corruptions) {
    if (corruptions.mean().isEmpty() || corruptions.worst().isEmpty()) {
      return "";
    }
    return "On the mean over %s the model is right on %s of the corrupted examples, %s of its clean accuracy of %s; worst is %s."
        .formatted(
            Format.plural(corruptions.kinds().size(), "kind"),
            Format.percent(corruptions.mean().getAsDouble()),
            percent(corruptions.retained()),
            Format.percent(corruptions.clean()),
            corruptions.worst().get());
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? Format.percent(share.getAsDouble()) : "–";
  }

  private static Card.Tile tile(CorruptionResult.Picture picture, AuditResult result) {
    Pixels pixels = picture.pixels();
    String taken =
        picture.predicted() == SampleRow.NO_CLASS
            ? "no class"
            : result.model().className(picture.predicted());
    String note = picture.predicted() == picture.label() ? "right: " + taken : "taken for " + taken;
    return new Card.Tile(
        picture.condition().describe(),
        note,
        Picture.uri(pixels.bytes(), pixels.width(), pixels.height(), pixels.channels()),
        "Sample %s, %s, %s".formatted(picture.sample(), picture.condition().describe(), note));
  }
}
