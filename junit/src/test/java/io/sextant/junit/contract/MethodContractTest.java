package io.sextant.junit.contract;

import io.sextant.attacks.Loss;
import io.sextant.attacks.Start;
import io.sextant.attacks.TargetOrder;
import io.sextant.attacks.gradient.ApgdDlr;
import io.sextant.attacks.gradient.ApgdT;
import io.sextant.attacks.gradient.MiFgsm;
import io.sextant.attacks.gradient.Odi;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Quadrature;
import io.sextant.explainers.SmoothGrad;
import io.sextant.explainers.Smoothing;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

class MethodContractTest {
  @TestFactory
  Stream<DynamicNode> whatever_is_in_the_catalogue_keeps_it() {
    return MethodContract.ofCatalogue();
  }

  @TestFactory
  Stream<DynamicNode> and_with_other_settings() {
    return Stream.of(
            Pgd.DEFAULT.withSteps(7).withRestarts(3).withLoss(Loss.MARGIN).withUntilBroken(false),
            Pgd.DEFAULT.withStart(Start.CLEAN).withStepSize(0.05),
            Pgd.DEFAULT
                .withSteps(5)
                .withRestarts(4)
                .withStart(Start.CORNER)
                .withOdi(new Odi(3, true))
                .withLoss(Loss.PROBABILITY_MARGIN)
                .withStepSize("cosine epsilon to epsilon/10"),
            Pgd.DEFAULT.withSteps(5).withOdi(new Odi(3, false)).withLoss(Loss.SCALED_CROSS_ENTROPY),
            new ApgdT().withSteps(7).withRestarts(2).withTargetOrder(TargetOrder.MALT),
            new ApgdDlr().withSteps(3).withRestarts(2),
            new MiFgsm().withSteps(4).withDecay(0.5).withLoss(Loss.DLR),
            IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.Midpoint(9)),
            IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.Trapezoid(9)),
            new SmoothGrad(Smoothing.DEFAULT.withDraws(6).withBase(IntegratedGradients.DEFAULT)))
        .map(
            method ->
                DynamicContainer.dynamicContainer(
                    method.name() + " " + method.configuration(), MethodContract.of(method)));
  }
}
