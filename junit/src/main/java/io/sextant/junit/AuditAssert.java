package io.sextant.junit;

import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.nio.file.Path;
import java.util.Objects;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the audit that a spec file asks for, its rules and waivers included.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class AuditAssert extends AbstractAssert<AuditAssert, Path> {
  private final Baselines baselines;
  private final TestPlace place;

  AuditAssert(@Nullable Path actual, Baselines baselines, TestPlace place) {
    super(actual, AuditAssert.class);
    this.baselines = baselines;
    this.place = place;
  }

  /**
   * Holds rules against baselines, as the build plugin does: rules with a minimum or their own
   * {@code max-regression} must not fall significantly.
   *
   * @param folder of the baselines, a file per model: {@code src/test/robustness/baseline}
   */
  public AuditAssert comparedWith(Path folder) {
    return AssertionState.handOn(this, new AuditAssert(actual, Baselines.in(folder), place));
  }

  /**
   * Checks that every rule is kept, for every model of the spec.
   *
   * <pre>{@code
   * // every model keeps every rule: passes
   * assertThatAudit(Path.of("src/test/robustness/audit.yaml")).passes();
   * // a rule asks for a robust accuracy of 60%, but 45.5% hold: fails
   * assertThatAudit(Path.of("src/test/robustness/strict.yaml")).passes();
   * }</pre>
   *
   * @throws IllegalArgumentException if the spec has no rules, or is unusable
   * @throws AssertionError if a rule of severity error is broken, or too little is known
   */
  public AuditAssert passes() {
    isNotNull();
    RobustnessResults results = results(Objects.requireNonNull(actual));
    if (results.failed()) {
      failWithMessage("%s", results.message());
    }
    return this;
  }

  private RobustnessResults results(Path file) {
    AuditSpec spec = SpecReader.read(file);
    if (spec.rules().isEmpty()) {
      throw new IllegalArgumentException(
          "the spec %s must have at least one rule but has none; add for example rules: [{id: clean, metric: clean-accuracy, minimum: 85%%}]"
              .formatted(file));
    }
    Settings settings = Settings.ofSystem();
    String name = Contents.name(spec.text(), spec, HandedOver.Held.NOTHING);
    return new TestAudit(place, settings, baselines, GatePolicy.DEFAULT, Guidance.Waiving.SPEC)
        .run(
            spec,
            HandedOver.Held.NOTHING,
            place.folder(settings.output()).resolve("audit-" + name));
  }
}
