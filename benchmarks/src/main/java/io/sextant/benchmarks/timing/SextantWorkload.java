package io.sextant.benchmarks.timing;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.ApgdCe;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.explainers.Baseline;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.NoiseScale;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.SmoothGrad;
import io.sextant.explainers.Smoothing;
import io.sextant.explainers.Target;
import io.sextant.explainers.layer.Cam;
import io.sextant.explainers.layer.GradCam;
import io.sextant.explainers.players.Extent;
import io.sextant.explainers.players.Occlusion;
import io.sextant.explainers.propagation.DeepLift;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;

/** The toolkit's own attack and explainers. */
record SextantWorkload(GradientService service, Jobs jobs) implements Workload {
  static SextantWorkload open(InferenceGraph graph, String engine, Jobs jobs) {
    return new SextantWorkload(GradientService.builder(graph).engine(engine).build(), jobs);
  }

  @Override
  public int attack() {
    return broken(Pgd.DEFAULT.withSteps(Jobs.STEPS), Jobs.EPSILON);
  }

  @Override
  public int apgdCe() {
    return broken(ApgdCe.DEFAULT.withSteps(Jobs.APGD_STEPS), Jobs.EPSILON);
  }

  /** How many examples are adversarial in the end, or were wrong from the start, in L∞. */
  int broken(Attack attack, String epsilon) {
    AttackResult result =
        attack.run(service, jobs.attacked(), ThreatModel.of(Norm.LINF, epsilon), Jobs.SEED);
    return Math.toIntExact(result.count(Outcome.BROKEN) + result.count(Outcome.ALREADY_WRONG));
  }

  @Override
  public double[][] integratedGradients() {
    return IntegratedGradients.DEFAULT
        .withQuadrature(new Quadrature.GaussLegendre(Jobs.NODES))
        .explain(service, jobs.explained(), Target.predicted())
        .attributions();
  }

  @Override
  public double[][] smoothGrad() {
    Smoothing smoothing =
        Smoothing.DEFAULT
            .withDraws(Jobs.DRAWS)
            .withScale(NoiseScale.ofRange(Jobs.NOISE))
            .withSeed(Jobs.SEED);
    return new SmoothGrad(smoothing)
        .explain(service, jobs.explained(), Target.predicted())
        .attributions();
  }

  @Override
  public double[][] gradCam() {
    return new GradCam(Cam.DEFAULT.withResize(false))
        .explain(service, jobs.explained(), Target.predicted())
        .attributions();
  }

  @Override
  public double[][] deepLift() {
    return DeepLift.DEFAULT
        .withBaseline(new Baseline.Constant(0))
        .explain(service, jobs.explained(), Target.predicted())
        .attributions();
  }

  @Override
  public double[][] occlusion() {
    return Occlusion.DEFAULT
        .withWindow(new Extent(Jobs.WINDOW, Jobs.WINDOW))
        .withStride(new Extent(Jobs.STRIDE, Jobs.STRIDE))
        .withBaseline(new Baseline.Constant(0))
        .explain(service, jobs.explained(), Target.predicted())
        .attributions();
  }

  @Override
  public void close() {
    service.close();
  }
}
