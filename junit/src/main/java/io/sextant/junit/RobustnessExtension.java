package io.sextant.junit;

import io.sextant.results.AuditResult;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.results.gate.Guidance;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apiguardian.api.API;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs the audit of a {@link RobustnessTest}, after everything that prepares the test.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class RobustnessExtension implements BeforeTestExecutionCallback, ParameterResolver {
  private static final Set<Class<?>> PARAMETERS =
      Set.of(RobustnessResults.class, RobustnessResult.class, AuditResult.class, GateReport.class);

  private static final Set<String> BESIDE_A_SPEC = Set.of("spec", "baselines");

  /** For JUnit. */
  public RobustnessExtension() {}

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    RobustnessResults results = results(context);
    if (results.failed()) {
      throw new AssertionError(results.message());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    RobustnessResults results = results(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == RobustnessResults.class) {
      return results;
    }
    if (results.models().size() > 1) {
      throw new ParameterResolutionException(
          "the spec has %d models, so the parameter must be RobustnessResults but was %s"
              .formatted(results.models().size(), type.getSimpleName()));
    }
    RobustnessResult only = results.models().get(0);
    if (type == AuditResult.class) {
      return only.audit();
    }
    return type == GateReport.class ? only.gate() : only;
  }

  private static RobustnessResults results(ExtensionContext context) {
    return context
        .getStore(
            ExtensionContext.Namespace.create(RobustnessExtension.class, context.getUniqueId()))
        .getOrComputeIfAbsent("results", key -> run(context), RobustnessResults.class);
  }

  private static RobustnessResults run(ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    RobustnessTest asked =
        AnnotationSupport.findAnnotation(method, RobustnessTest.class)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "%s must be annotated with @RobustnessTest but is not".formatted(method)));
    AuditSpec spec = spec(asked);
    if (spec.rules().isEmpty() && !takesResult(method)) {
      throw new IllegalArgumentException(
          "%s has nothing to judge by; give a minimum, a spec with rules, or take a RobustnessResult as a parameter"
              .formatted(method.getName()));
    }
    TestPlace place = TestPlace.of(context.getRequiredTestClass(), method);
    Settings settings = Settings.of(context::getConfigurationParameter);
    RobustnessResults results =
        new TestAudit(
                place,
                settings,
                asked.baselines().isEmpty()
                    ? Baselines.NONE
                    : Baselines.in(Path.of(asked.baselines())),
                GatePolicy.DEFAULT,
                asked.spec().isEmpty() ? Guidance.Waiving.NOWHERE : Guidance.Waiving.SPEC)
            .run(spec, HandedOver.Held.NOTHING, place.folder(settings.output()));
    for (RobustnessResult result : results.models()) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("sextant.verdict", GateMessage.headline(result.gate()));
      entry.put("sextant.report", result.report().toString());
      context.publishReportEntry(entry);
    }
    return results;
  }

  private static boolean takesResult(Method method) {
    for (Class<?> type : method.getParameterTypes()) {
      if (PARAMETERS.contains(type)) {
        return true;
      }
    }
    return false;
  }

  private static AuditSpec spec(RobustnessTest asked) {
    if (asked.spec().isEmpty()) {
      return draft(asked).spec();
    }
    List<String> given = given(asked);
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have either a spec or %s but has both; put it into the spec"
              .formatted(String.join(", ", given)));
    }
    return SpecReader.read(Path.of(asked.spec()));
  }

  /** The attributes that stand in for a spec, by name. */
  private static List<String> given(RobustnessTest asked) {
    List<String> given = new ArrayList<>();
    for (Method attribute : RobustnessTest.class.getDeclaredMethods()) {
      if (!BESIDE_A_SPEC.contains(attribute.getName()) && !isDefault(attribute, asked)) {
        given.add(attribute.getName());
      }
    }
    Collections.sort(given);
    return given;
  }

  private static boolean isDefault(Method attribute, RobustnessTest asked) {
    try {
      return Objects.deepEquals(attribute.invoke(asked), attribute.getDefaultValue());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("an annotation tells all of its attributes", e);
    }
  }

  private static SpecDraft draft(RobustnessTest asked) {
    requireOne("model", asked.model(), "modelFrom", asked.modelFrom());
    requireOne("images", asked.images(), "dataFrom", asked.dataFrom());
    if (asked.images().isEmpty() != asked.labels().isEmpty()) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have images and labels together, and neither beside dataFrom");
    }
    if (asked.attacks().length > 0 && !asked.profile().isEmpty()) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have either attacks or a profile but has both");
    }
    if (asked.norm().length > 1) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have one norm at most but has %d; several stand in a spec"
              .formatted(asked.norm().length));
    }
    SpecDraft draft = SpecDraft.EMPTY;
    draft =
        asked.model().isEmpty()
            ? draft.withModelFrom(asked.modelFrom().getName())
            : draft.withModelFile(Path.of(asked.model()));
    draft =
        draft.withData(
            asked.images().isEmpty()
                ? Map.of("supplier", asked.dataFrom().getName())
                : Map.of("images", asked.images(), "labels", asked.labels()));
    if (asked.samples() != 0) {
      draft = draft.withData(Map.of("samples", String.valueOf(asked.samples())));
    }
    if (asked.attacks().length > 0) {
      draft = draft.with("attacks", List.of(asked.attacks()));
    } else if (!asked.profile().isEmpty()) {
      draft = draft.with("attacks", asked.profile());
    }
    String epsilon = asked.epsilon().isEmpty() ? "8/255" : asked.epsilon();
    Norm norm = asked.norm().length == 0 ? Norm.LINF : asked.norm()[0];
    draft = draft.withThreat(norm, List.of(epsilon));
    if (!asked.seed().isEmpty()) {
      draft = draft.with("seed", asked.seed());
    }
    return draft.withRules(rules(asked));
  }

  private static List<Rule> rules(RobustnessTest asked) {
    List<Rule> rules = new ArrayList<>();
    if (!asked.cleanMinimum().isEmpty()) {
      rules.add(Rule.cleanAccuracy(Checks.CLEAN, asked.cleanMinimum()));
    }
    if (!asked.minimum().isEmpty()) {
      rules.add(
          Rule.builder(Checks.ROBUST, Metric.ROBUST_ACCURACY)
              .minimum(Limit.parse(asked.minimum()))
              .build());
    }
    return rules;
  }

  private static void requireOne(String file, String path, String from, Class<?> supplier) {
    if (path.isEmpty() == (supplier == void.class)) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have a spec, or exactly one of %s and %s but has %s"
              .formatted(file, from, path.isEmpty() ? "neither" : "both"));
    }
  }
}
