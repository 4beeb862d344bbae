package io.sextant.gradients.contract;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.GradientServiceBuilder;
import io.sextant.gradients.engine.Precision;
import io.sextant.gradients.graph.InferenceGraph;

/** The engine that the contract is tested on, and the one that it is compared with. */
public final class EngineUnderTest {
  private static final String REFERENCE = "nd4j";
  private static final String NAME = System.getProperty("sextant.test.engine", REFERENCE);

  private EngineUnderTest() {}

  /** Its name. */
  public static String name() {
    return NAME;
  }

  /** Whether it is the reference itself, which also computes in double precision. */
  public static boolean isReference() {
    return NAME.equals(REFERENCE);
  }

  /** A service in single precision on the engine under test. */
  public static GradientServiceBuilder service(InferenceGraph graph) {
    return GradientService.builder(graph).engine(NAME);
  }

  /** A service in double precision on the reference. */
  public static GradientServiceBuilder reference(InferenceGraph graph) {
    return GradientService.builder(graph).engine(REFERENCE).precision(Precision.DOUBLE);
  }
}
