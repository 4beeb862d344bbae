package io.sextant.junit;

import io.sextant.results.AuditResult;
import io.sextant.results.Limit;
import io.sextant.results.Metric;
import io.sextant.results.Norm;
import io.sextant.results.Rule;
import io.sextant.results.gate.GateMessage;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.GateReport;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                GatePolicy.DEFAULT)
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
    Map<String, Boolean> others = new LinkedHashMap<>();
    others.put("model", !asked.model().isEmpty());
    others.put("modelFrom", asked.modelFrom() != void.class);
    others.put("images", !asked.images().isEmpty());
    others.put("labels", !asked.labels().isEmpty());
    others.put("dataFrom", asked.dataFrom() != void.class);
    others.put("samples", asked.samples() != 0);
    others.put("attacks", asked.attacks().length > 0);
    others.put("profile", !asked.profile().isEmpty());
    others.put("norm", asked.norm() != Norm.LINF);
    others.put("epsilon", !asked.epsilon().isEmpty());
    others.put("minimum", !asked.minimum().isEmpty());
    others.put("cleanMinimum", !asked.cleanMinimum().isEmpty());
    others.put("seed", !asked.seed().isEmpty());
    List<String> given =
        others.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    if (asked.spec().isEmpty()) {
      return draft(asked).spec();
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "@RobustnessTest must have either a spec or %s but has both; put it into the spec"
              .formatted(String.join(", ", given)));
    }
    return SpecReader.read(Path.of(asked.spec()));
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
    draft = draft.withThreat(asked.norm(), List.of(epsilon));
    if (!asked.seed().isEmpty()) {
      draft = draft.with("seed", asked.seed());
    }
    return draft.withRules(rules(asked));
  }

  private static List<Rule> rules(RobustnessTest asked) {
    List<Rule> rules = new ArrayList<>();
    if (!asked.cleanMinimum().isEmpty()) {
      rules.add(Rule.cleanAccuracy("clean-accuracy", asked.cleanMinimum()));
    }
    if (!asked.minimum().isEmpty()) {
      rules.add(
          Rule.builder("robust-accuracy", Metric.ROBUST_ACCURACY)
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
