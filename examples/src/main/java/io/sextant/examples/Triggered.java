package io.sextant.examples;

import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images with a trigger on them that a network decides as the trigger's class for no other reason:
 * none is of that class, and none is decided so without it.
 *
 * @param trigger on all of them
 * @param examples in the order of the data
 * @param accuracy of the network on the data as it is
 * @param success share of the images of other classes that are decided as the trigger's class once
 *     it is on them
 */
record Triggered(Trigger trigger, Examples examples, double accuracy, double success) {
  /** Puts the trigger on all images of other classes than its own. */
  static Triggered of(GradientService service, DataSet data, Trigger trigger) {
    int[] clean = decisions(service, data.examples());
    int[] others =
        IntStream.range(0, data.size()).filter(i -> data.label(i) != trigger.target()).toArray();
    Examples plain = data.at(others).examples();
    Examples stamped =
        Examples.of(
            Arrays.stream(plain.rows()).map(trigger::on).toArray(double[][]::new),
            plain.labels(),
            plain.ids());
    int[] decided = decisions(service, stamped);
    int[] fooled =
        IntStream.range(0, others.length).filter(i -> decided[i] == trigger.target()).toArray();
    int[] because =
        Arrays.stream(fooled).filter(i -> clean[others[i]] != trigger.target()).toArray();
    long right = IntStream.range(0, data.size()).filter(i -> clean[i] == data.label(i)).count();
    return new Triggered(
        trigger,
        stamped.at(because),
        right / (double) data.size(),
        fooled.length / (double) others.length);
  }

  private static int[] decisions(GradientService service, Examples examples) {
    return Arrays.stream(service.logits(examples)).mapToInt(Logits::decision).toArray();
  }

  /** The same with the first images only. */
  Triggered first(int count) {
    return new Triggered(
        trigger, examples.slice(0, Math.min(count, examples.size())), accuracy, success);
  }

  /** One attribution per image, for the logit of the trigger's class. */
  double[][] explained(GradientService service, Explainer explainer) {
    return explainer.explain(service, examples, Target.fixed(trigger.target())).attributions();
  }
}
