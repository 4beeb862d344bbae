package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * One adversarial example to look at.
 *
 * @param sample 0-based row of the data
 * @param label true class
 * @param predicted class of the clean input
 * @param adversarialPredicted class of the adversarial input
 * @param confidence probability of {@code predicted} on the clean input; empty where the model
 *     answers with classes alone
 * @param adversarialConfidence probability of {@code adversarialPredicted} on the adversarial
 *     input; empty where {@code confidence} is
 * @param condition the threat at its radius
 * @param attack that found it
 * @param distance between the inputs in the norm
 * @param view the inputs
 * @param radii the worst input of the same example at each radius of the threat that was attacked,
 *     rising; empty for tables and in results of earlier versions
 * @param attributions why the model said what it said, before and after
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GalleryExample(
    int sample,
    int label,
    int predicted,
    int adversarialPredicted,
    OptionalDouble confidence,
    OptionalDouble adversarialConfidence,
    Condition condition,
    String attack,
    double distance,
    View view,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<AtRadius> radii,
    List<AttributionPair> attributions) {
  public GalleryExample {
    confidence.ifPresent(share -> Check.share("confidence", share));
    adversarialConfidence.ifPresent(share -> Check.share("adversarialConfidence", share));
    Check.finite("distance", distance);
    radii = List.copyOf(radii);
    attributions = List.copyOf(attributions);
  }

  /**
   * The inputs as a person sees them.
   *
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ImageView.class, name = "image"),
    @JsonSubTypes.Type(value = TableView.class, name = "table")
  })
  public sealed interface View permits ImageView, TableView {}

  /**
   * An image before and after.
   *
   * @param clean as given
   * @param adversarial as changed
   * @param perturbation adversarial minus clean in the input's units, channels x height x width
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record ImageView(Pixels clean, Pixels adversarial, Floats perturbation) implements View {}

  /**
   * A row of a table before and after.
   *
   * @param features in the order of the model's input: all of them, or of a wide table those that
   *     moved most and that the explainers looked at most
   * @param unlisted how many features more the input has; 0 in results of earlier versions
   * @param unlistedChanges how many of these moved
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record TableView(
      List<FeatureChange> features,
      @JsonSetter(nulls = Nulls.AS_EMPTY) int unlisted,
      @JsonSetter(nulls = Nulls.AS_EMPTY) int unlistedChanges)
      implements View {
    public TableView {
      features = List.copyOf(features);
      Check.notNegative("unlisted", unlisted);
      Check.notNegative("unlistedChanges", unlistedChanges);
    }
  }

  /**
   * One feature before and after.
   *
   * @param name of the feature
   * @param clean in original units
   * @param adversarial in original units
   * @param scaledChange signed change in units of the feature's scale
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record FeatureChange(String name, double clean, double adversarial, double scaledChange) {
    public FeatureChange {
      Check.finite("clean", clean);
      Check.finite("adversarial", adversarial);
      Check.finite("scaledChange", scaledChange);
    }
  }

  /**
   * The worst that the attacks with one radius made of an image.
   *
   * @param condition the threat at the radius
   * @param attack that made it
   * @param predicted its class
   * @param confidence probability of that class, in [0, 1]; empty where the model answers with
   *     classes alone
   * @param distance from the clean input in the norm of the threat
   * @param adversarial the image
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record AtRadius(
      Condition condition,
      String attack,
      int predicted,
      OptionalDouble confidence,
      double distance,
      Pixels adversarial) {
    public AtRadius {
      confidence.ifPresent(share -> Check.share("confidence", share));
      Check.finite("distance", distance);
    }
  }

  /**
   * The attributions of one explainer, for the class predicted on the clean input.
   *
   * @param explainer name
   * @param before of the clean input, in the input's shape, or one value per pixel where the
   *     explainer looks at a layer; for tables of the listed features
   * @param after of the adversarial input, as {@code before}
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record AttributionPair(String explainer, Floats before, Floats after) {}
}
