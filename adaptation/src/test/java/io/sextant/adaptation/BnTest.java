package io.sextant.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Statistics;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BnTest {
  @Test
  void alpha_of_zero_is_the_trained_model_bit_for_bit() {
    try (GradientService service = Models.exact(Models.image(1));
        AdaptedModel model = AdaptedModel.of(service, new Bn().withAlpha(0))) {
      double[][] rows = Models.rows(7, 36, 0.5, 2);
      assertThat(model.stream(7).predict(rows).logits()).isDeepEqualTo(service.logits(rows));
    }
  }

  @Test
  void replaced_statistics_are_those_of_the_batch() {
    SlowNetwork slow = new SlowNetwork(Models.dense(2));
    try (GradientService service = Models.exact(Models.dense(2));
        AdaptedModel model = AdaptedModel.of(service, new Bn())) {
      double[][] rows = Models.rows(9, 4, 0.5, 2);
      double[][] expected = slow.logits(rows, new Networks(service).scales().values());
      double[][] actual = model.stream(9).predict(rows).logits();
      for (int i = 0; i < rows.length; i++) {
        assertThat(actual[i]).containsExactly(expected[i], within(1e-9));
      }
    }
  }

  /** Stored mean 0 and variance 1; the batch's 3 and 4. */
  @Test
  void a_prior_of_as_many_rows_is_half_of_each() {
    double[][] rows = {{1}, {5}};
    double scale = Math.sqrt(0.5 * 1 + 0.5 * 4 + Models.EPSILON);
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel half = AdaptedModel.of(service, new Bn().withAlpha(0.5));
        AdaptedModel prior = AdaptedModel.of(service, new Bn().withPrior(2))) {
      assertThat(prior.stream(2).predict(rows).logits()[1][0])
          .isCloseTo((5 - 1.5) / scale, within(1e-9))
          .isCloseTo(half.stream(2).predict(rows).logits()[1][0], within(1e-12));
    }
  }

  @Test
  void a_single_value_has_no_statistics_and_meets_the_stored_ones() {
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model = AdaptedModel.of(service, new Bn())) {
      double[][] single = {{3}};
      assertThat(model.stream(1).predict(single).logits()[0][0])
          .isCloseTo(service.logits(single)[0][0], within(1e-12));
    }
    // An image of one position has none either.
    try (GradientService service = Models.exact(Models.points());
        AdaptedModel model = AdaptedModel.of(service, new Bn())) {
      double[][] single = {{3, -1}};
      assertThat(model.stream(1).predict(single).logits()[0])
          .containsExactly(service.logits(single)[0], within(1e-12));
    }
    // An image has statistics of its own.
    try (GradientService service = Models.exact(Models.image(1));
        AdaptedModel model = AdaptedModel.of(service, new Bn())) {
      double[][] single = Models.rows(1, 36, 0.5, 2);
      assertThat(model.stream(1).predict(single).logits()[0][0])
          .isNotCloseTo(service.logits(single)[0][0], within(1e-3));
    }
  }

  @Test
  void the_median_is_not_moved_by_one_row() {
    double[][] rows = {{0}, {1}, {2}, {1000}};
    try (GradientService service = Models.exact(Models.one());
        AdaptedModel model =
            AdaptedModel.of(
                service, new Bn().withEstimator(Statistics.Estimator.MEDIAN_OF_SQUARES))) {
      // The lower median is 1.
      assertThat(model.stream(4).predict(rows).logits()[1][0]).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void a_network_without_normalisation_is_told_what_works() {
    try (GradientService service = Models.exact(Models.plain(1))) {
      assertThatThrownBy(() -> AdaptedModel.of(service, new Bn()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bn needs a network with batch normalisation")
          .hasMessageContaining("affine, lame, t3a");
      assertThatThrownBy(() -> AdaptedModel.of(service, new Foa()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("foa needs rows of source data, and none were given");
    }
  }

  @Test
  void shares_beyond_one_are_refused() {
    assertThatThrownBy(() -> new Bn().withAlpha(1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("alpha must be a number from 0 to 1");
  }

  @Test
  void batches_without_a_row_are_refused_whatever_is_asked() {
    double[][] source = Models.rows(6, 4, 0.5, 1);
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, new Bn(), source)) {
      for (int size : new int[] {0, -1}) {
        for (ThrowingCallable asked :
            List.<ThrowingCallable>of(
                () -> model.remarks(size), () -> model.bounds(size), () -> model.stream(size))) {
          assertThatThrownBy(asked)
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("at least 1 row but had " + size);
        }
      }
    }
    // Nor where there is no source data to be read in batches.
    try (GradientService service = Models.exact(Models.dense(4));
        AdaptedModel model = AdaptedModel.of(service, new Bn())) {
      assertThatThrownBy(() -> model.stream(0)).hasMessageContaining("at least 1 row");
    }
  }
}
