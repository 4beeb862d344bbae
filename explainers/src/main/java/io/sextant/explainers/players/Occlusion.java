package io.sextant.explainers.players;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Step;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What the output loses while a window is replaced by the baseline, on average over the windows
 * that cover a value:
 *
 * <pre>
 * attribution_i = mean over windows w with i in w of f(x) - f(x with the values in w replaced)
 * </pre>
 *
 * Windows have one size, span all channels, and stand a stride apart from the top left; the last
 * one of a row or column is moved back to end where the image does, so that every value is covered.
 * One forward for each window that differs from the baseline, and one for the input.
 *
 * <p>Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
 * arXiv:1311.2901, where each map is of one grey square; averages where windows overlap follow
 * common practice.
 *
 * @param window its size; absent for a seventh of each side of an image, rounded, one step of a
 *     sequence, and one value of a vector
 * @param stride how far apart windows stand, at most the window's size; absent for half of it,
 *     rounded down, at least 1
 * @param baseline what replaces values
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Occlusion(Optional<Extent> window, Optional<Extent> stride, Baseline baseline)
    implements Explainer {
  private static final String AUTO = "auto";
  private static final Form<Optional<Extent>> EXTENT =
      new Form<>(
          "auto or HxW",
          text -> text.equals(AUTO) ? Optional.empty() : Optional.of(Extent.parse(text)),
          extent -> extent.map(Extent::text).orElse(AUTO));
  private static final Setting<Occlusion, Optional<Extent>> WINDOW =
      Setting.of(
          "window",
          EXTENT,
          "height and width of what is replaced at a time; auto is a seventh of each side of an"
              + " image, one row of a sequence, one value of a vector",
          Occlusion::window);
  private static final Setting<Occlusion, Optional<Extent>> STRIDE =
      Setting.of(
          "stride",
          EXTENT,
          "how far apart windows stand; auto is half the window",
          Occlusion::stride);
  private static final Setting<Occlusion, Baseline> BASELINE =
      Setting.of(
          "baseline",
          Baseline.FORM,
          "replaces values; auto is the median of the data for tables, zero otherwise",
          Occlusion::baseline);

  private static final Declaration<Occlusion> DECLARATION =
      Declaration.of("occlusion", Kind.ATTRIBUTION, Occlusion.class)
          .summary("what the output loses while a window is replaced")
          .source(
              "Zeiler, Fergus, \"Visualizing and Understanding Convolutional Networks\", ECCV 2014,"
                  + " arXiv:1311.2901")
          .access(Access.LOGITS)
          .settings(List.of(WINDOW, STRIDE, BASELINE))
          .made(
              Occlusion::new,
              values -> new Occlusion(values.of(WINDOW), values.of(STRIDE), values.of(BASELINE)));

  /** What suits the inputs. */
  public static final Occlusion DEFAULT = new Occlusion();

  public Occlusion {
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(stride, "stride");
    Objects.requireNonNull(baseline, "baseline");
  }

  /** The {@link #DEFAULT}. */
  public Occlusion() {
    this(Optional.empty(), Optional.empty(), new Baseline.Automatic());
  }

  /** The same with another window. */
  public Occlusion withWindow(Extent newWindow) {
    return new Occlusion(Optional.of(newWindow), stride, baseline);
  }

  /** The same with another stride. */
  public Occlusion withStride(Extent newStride) {
    return new Occlusion(window, Optional.of(newStride), baseline);
  }

  /** The same with another baseline. */
  public Occlusion withBaseline(Baseline newBaseline) {
    return new Occlusion(window, stride, newBaseline);
  }

  @Override
  public Declaration<Occlusion> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1L + (long) features * baseline.count(), 0);
  }

  @Override
  public Explainer fitted(Reference reference) {
    Windows.of(Plane.of(reference.shape()), window, stride);
    return withBaseline(baseline.fitted(reference));
  }

  @Override
  public Step<Attribution> attribute(Explained x) {
    Windows windows = Windows.of(Plane.of(x.shape()), window, stride);
    List<double[]> rows = baseline.rows(x);
    Replacement replacement = new Replacement(x, rows);
    return replacement.losses(
        windows.count(),
        windows::members,
        losses ->
            new Attribution(windows.averaged(losses), replacement.certificate())
                .withPlayers(losses)
                .withRemarks(baseline.remarks(x.domain(), rows)));
  }
}
