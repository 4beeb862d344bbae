package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.results.ExplanationQuality.Feature;
import io.sextant.results.ExplanationQuality.Summary;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationQualityTest {
  private static Feature feature(float... attributions) {
    return new Feature("f", Floats.of(new float[attributions.length]), Floats.of(attributions));
  }

  private static Summary summary(int examples, int features, List<Feature> listed) {
    return new Summary("ig", 0, "logit", false, examples, features, listed);
  }

  @Test
  void a_feature_has_the_mean_size_of_its_attributions() {
    assertThat(feature(-3, 1, 2).mean()).isEqualTo(2);
  }

  @Test
  void a_feature_has_an_attribution_for_each_value() {
    Floats two = Floats.of(new float[2]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Feature("f", two, Floats.of(new float[3])))
        .withMessageContaining("f must have an attribution per value but has 3 and 2");
  }

  @Test
  void summaries_are_bounded() {
    assertThat(summary(200, 11, Collections.nCopies(10, feature(new float[200]))).listed())
        .hasSize(10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary(201, 1, List.of(feature(new float[201]))))
        .withMessageContaining("1 to 200 examples but was of 201");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary(1, 11, Collections.nCopies(11, feature(1))))
        .withMessageContaining("from 1 to 10 of its 11 features but lists 11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary(1, 1, List.of(feature(1), feature(1))))
        .withMessageContaining("of its 1 features but lists 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary(1, 1, List.of()))
        .withMessageContaining("lists 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary(2, 1, List.of(feature(1))))
        .withMessageContaining("a value for each of 2 examples but has 1");
  }
}
