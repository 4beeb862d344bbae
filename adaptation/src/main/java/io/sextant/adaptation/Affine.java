package io.sextant.adaptation;

import io.sextant.gradients.Objective;
import io.sextant.gradients.Reply;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Inputs scaled and shifted before the trained model sees them, a scale and a shift for each
 * channel (each column of a table), by steps down the soft likelihood ratio of reliable rows. For
 * networks without batch normalisation; rows do not depend on each other, so that a batch of one is
 * as good as any. Predictions are those before the step. One forward and one backward per row.
 *
 * <p>After Mummadi, Hutmacher, Rambach, Levinkov, Brox, Metzen, "Test-Time Adaptation to
 * Distribution Shift by Confidence Maximization and Input Transformation", 2021, arXiv:2106.14999,
 * which learns a convolution, too, and with it the parameters of normalisation layers. Rows with an
 * entropy above 0.4 ln C are left out as in EATA. Adam with 0.01: there is no published value for
 * this alone, and it was not tuned.
 *
 * @param margin largest entropy of a reliable row, as a share of that of the uniform distribution
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Affine(Optimizer.Rule optimizer, double learningRate, double margin)
    implements Descent {
  private static final Setting<Affine, Double> MARGIN =
      Setting.of("margin", Form.between(0, 10), Eata.MARGIN.help(), Affine::margin);

  private static final Declaration<Affine> DECLARATION =
      Declaration.of("affine", Kind.ADAPTATION, Affine.class)
          .summary("a scale and a shift of each input channel, by likelihood ratios")
          .source(
              "after Mummadi, Hutmacher, Rambach, Levinkov, Brox, Metzen, \"Test-Time Adaptation to"
                  + " Distribution Shift by Confidence Maximization and Input Transformation\","
                  + " 2021, arXiv:2106.14999")
          .settings(List.of(OPTIMIZER, LEARNING_RATE))
          .settings(List.of(MARGIN))
          .made(
              Affine::new,
              values ->
                  new Affine(values.of(OPTIMIZER), values.of(LEARNING_RATE), values.of(MARGIN)));

  /** Adam 0.01, margin 0.4. */
  public Affine() {
    this(Optimizer.Rule.ADAM, 0.01, 0.4);
  }

  public Affine {
    Objects.requireNonNull(optimizer, "optimizer");
    LEARNING_RATE.require(learningRate);
    MARGIN.require(margin);
  }

  @Override
  public Declaration<Affine> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 1);
  }

  @Override
  public Set<Need> needs() {
    return Set.of();
  }

  @Override
  public Learner begin(LiveModel model) {
    InputMap map = InputMap.of(model.inputShape(), 1);
    Parameters identity = Parameters.at(map.identity());
    return at(model, map, identity, start(identity.size()));
  }

  private Learner at(LiveModel model, InputMap map, Parameters parameters, Optimizer optimizer) {
    Objective ratio = Confidence.softLikelihoodRatio();
    double most = margin * Math.log(model.classes());
    return rows -> {
      List<Reply.Gradient> replies =
          model.inputGradients(map.apply(rows, parameters.values()), ratio);
      double[][] logits = replies.stream().map(Reply::logits).toArray(double[][]::new);
      double[] weights = Weighting.meanOf(rows.length, i -> Confidence.entropy(logits[i]) < most);
      double[] gradient = new double[parameters.size()];
      for (int i = 0; i < rows.length; i++) {
        map.addGradient(rows[i], replies.get(i).gradient(), weights[i], gradient);
      }
      if (new Slope(logits, new double[rows.length], weights, gradient).isFlat()) {
        return new Turn(logits, at(model, map, parameters, optimizer), parameters);
      }
      Optimizer.Move move = model.move(optimizer, parameters, gradient);
      return new Turn(logits, at(model, map, move.parameters(), move.next()), move.parameters());
    };
  }
}
