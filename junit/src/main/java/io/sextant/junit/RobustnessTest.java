package io.sextant.junit;

import io.sextant.results.Norm;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that audits a model before its method runs, and fails where a rule is not kept. The method
 * may be empty, or take the {@link RobustnessResult}, the {@link io.sextant.results.AuditResult} or
 * the {@link io.sextant.results.gate.GateReport} (of several models: {@link RobustnessResults}) and
 * assert more.
 *
 * <pre>{@code
 * @RobustnessTest(spec = "src/test/robustness/audit.yaml")
 * void keeps_its_rules() {}
 *
 * @RobustnessTest(
 *     model = "models/digits.zip",
 *     images = "data/images.idx.gz",
 *     labels = "data/labels.idx.gz",
 *     norm = Norm.LINF,
 *     epsilon = "0.03",
 *     minimum = "45%")
 * void holds(AuditResult audit) {
 *   assertThat(audit.accuracy().clean().value()).isGreaterThan(0.9);
 * }
 * }</pre>
 *
 * <p>Either {@link #spec} says everything, or the other attributes do. Paths are relative to the
 * working directory, which build tools set to the module's folder. An unusable model, file or value
 * is an error of the test, never a pass. A test without any rule must take a result as a parameter.
 *
 * <p>Results and report stand in {@code target/sextant/junit/<class>/<method>}; the configuration
 * parameter {@code sextant.output} moves them. The report is published as a report entry. An
 * unchanged audit is read back and not run again.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Test
@ExtendWith(RobustnessExtension.class)
public @interface RobustnessTest {
  /** An audit spec with rules; excludes every attribute but {@link #baselines}. */
  String spec() default "";

  /** The model file: a DL4J zip or a Keras file. */
  String model() default "";

  /**
   * Instead of a file: a public class with a public constructor without parameters that is a {@code
   * Supplier} of a network.
   */
  Class<?> modelFrom() default void.class;

  /** The images, IDX (plain or gzip) or NPY. */
  String images() default "";

  /** The labels, IDX or NPY. */
  String labels() default "";

  /**
   * Instead of files: a {@code Supplier}, as for {@link #modelFrom}, of a DL4J {@code DataSet} or
   * iterator, or of a {@link io.sextant.evaluation.data.DataSet}.
   */
  Class<?> dataFrom() default void.class;

  /** Number of examples at most; 0 for a spec's default, 256. */
  int samples() default 0;

  /** Names of attacks, each with its defaults; none for those of the {@link #profile}. */
  String[] attacks() default {};

  /** The profile of the attacks: quick, standard or thorough; empty for standard. */
  String profile() default "";

  /** The norm in which a perturbation is measured, one at most; none for a spec's default, L∞. */
  Norm[] norm() default {};

  /** The radius, a decimal or a fraction; empty for a spec's default, 8/255. */
  String epsilon() default "";

  /** The smallest acceptable robust accuracy: {@code 45%} or {@code 0.45}; empty for any. */
  String minimum() default "";

  /** The smallest acceptable clean accuracy; empty for any. */
  String cleanMinimum() default "";

  /** The seed of every random choice, a whole number; empty for a spec's default, 42. */
  String seed() default "";

  /** The folder of baselines, a file per model; empty to compare with none. */
  String baselines() default "";
}
