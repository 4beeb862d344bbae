package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Explained;
import io.sextant.explainers.Output;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Scheduler;
import io.sextant.gradients.Step;
import io.sextant.methods.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** What metrics share that follow the output between an input and a baseline. */
interface RemovalMetric extends CurveMetric {
  /** The way. */
  Removal removal();

  /** The same on another way. */
  RemovalMetric with(Removal removal);

  @Override
  default QualityMetric fitted(Reference reference) {
    return with(removal().fitted(reference));
  }

  @Override
  default Passes passes(int classes, int features) {
    return removal().passes(removes());
  }

  @Override
  default List<RemovalCurve> curves(Judged judged) {
    RemovalCurve[] curves = new RemovalCurve[judged.examples().size()];
    new Scheduler(judged.service())
        .run(
            curves.length,
            Integer.MAX_VALUE,
            i -> curve(Example.of(judged, i), judged.output()),
            (int i, RemovalCurve curve) -> curves[i] = curve);
    return List.of(curves);
  }

  private Step<RemovalCurve> curve(Example one, Output explained) {
    Explained x = one.x().asking(output(explained));
    Baseline baseline = removal().baseline();
    List<double[]> starts = baseline.rows(one.x());
    RemovalCurve[] all = new RemovalCurve[starts.size()];
    Supplier<Step<RemovalCurve>> ways =
        () ->
            Step.all(
                all.length,
                Integer.MAX_VALUE,
                b -> removal().along(one, x, starts.get(b), name(), removes()),
                (int b, RemovalCurve curve) -> all[b] = curve,
                () -> mean(all));
    // All inputs are asked about in one round: what was asked so before is remembered.
    return removes() ? x.atInput(first -> ways.get()) : ways.get();
  }

  private static RemovalCurve mean(RemovalCurve[] curves) {
    double[] outputs = new double[curves[0].outputs().length];
    for (RemovalCurve curve : curves) {
      Arrays.setAll(outputs, k -> outputs[k] + curve.outputs()[k] / curves.length);
    }
    return new RemovalCurve(curves[0].counts(), curves[0].sites(), outputs);
  }
}
