package io.sextant.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.explainers.Attribution;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Step;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What whoever writes an explainer elsewhere gets; it sees no more than what is public. */
class OwnExplainerTest {
  /** What setting each value to 0 alone takes away, by forward passes only. */
  record Erasure() implements Explainer {
    private static final Declaration<Erasure> DECLARATION =
        Declaration.of("erasure", Kind.ATTRIBUTION, Erasure.class)
            .summary("what setting each value to 0 alone takes away")
            .access(Access.LOGITS)
            .made(Erasure::new);

    @Override
    public Declaration<Erasure> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1L + features, 0);
    }

    @Override
    public Step<Attribution> attribute(Explained x) {
      double[] lost = new double[x.input().length];
      return x.atInput(
          whole ->
              Step.all(
                  lost.length,
                  lost.length,
                  i -> {
                    double[] without = x.input().clone();
                    without[i] = 0;
                    return x.value(without, Step::done);
                  },
                  (i, value) -> lost[i] = whole - value,
                  () ->
                      new Attribution(
                          lost,
                          x.certificate(
                              0,
                              whole,
                              OptionalDouble.empty(),
                              OptionalDouble.empty(),
                              Optional.empty()))));
    }
  }

  @Test
  void it_explains_the_predicted_class_and_its_passes_are_counted() {
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(3));
    Node out = builder.add("cube", new Operation.Elementwise(new Function.Cube()), builder.input());
    try (GradientService service =
        GradientService.builder(builder.build(out)).precision(Precision.DOUBLE).build()) {
      Examples examples =
          Examples.of(new double[][] {{1, 2, 0.5}, {3, 0, 1}}, new int[] {0, 0}, new long[] {8, 9});
      Explanations found = new Erasure().explain(service, examples, Target.predicted());
      assertThat(found.attributions()[0]).containsExactly(new double[] {0, 8, 0}, within(1e-9));
      assertThat(found.attributions()[1]).containsExactly(new double[] {27, 0, 0}, within(1e-9));
      Certificate certificate = found.certificates().get(0);
      assertThat(certificate.example()).isEqualTo(8);
      assertThat(certificate.target()).isEqualTo(1);
      assertThat(certificate.fInput()).isEqualTo(8);
      assertThat(certificate.forwards()).isEqualTo(4);
      assertThat(certificate.backwards()).isZero();
      assertThat(service.meter().total()).isEqualTo(8);
    }
  }
}
