package io.sextant.maven.evaluation;

import io.sextant.methods.Catalogue;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.spec.AdaptationSpec;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.Configured;
import io.sextant.spec.ExplanationQualitySpec;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks whether the attacks, explainers and corruptions of a spec exist and have the settings that
 * it gives them, so that a mistake is reported before a worker is started. What they declare of
 * themselves is read from the worker's class path; nothing of it computes in this process.
 */
final class NamedMethods {
  private NamedMethods() {}

  /**
   * Refuses what the worker would refuse.
   *
   * @param classPath of the worker
   * @throws EvaluationException if a name or a setting is unknown, or a value is wrong
   */
  static void require(AuditSpec spec, List<Path> classPath)
      throws EvaluationException, IOException {
    URL[] urls = new URL[classPath.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = classPath.get(i).toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls, NamedMethods.class.getClassLoader())) {
      require(spec.attacks(), Catalogue.of(Kind.Family.ATTACK, Method.class, loader));
      require(spec.explainers(), Catalogue.of(Kind.Family.EXPLAINER, Method.class, loader));
      Catalogue<Method> corruptions = Catalogue.of(Kind.Family.CORRUPTION, Method.class, loader);
      if (!corruptions.names().isEmpty()) {
        spec.corruptions().ifPresent(own -> own.kinds().forEach(corruptions::declaration));
      }
      require(
          spec.explanationQuality().flatMap(ExplanationQualitySpec::metrics).orElse(List.of()),
          Catalogue.of(Kind.Family.METRIC, Method.class, loader));
      require(
          spec.adaptation().flatMap(AdaptationSpec::methods).orElse(List.of()),
          Catalogue.of(Kind.Family.ADAPTATION, Method.class, loader));
    } catch (IllegalArgumentException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()), e);
    } catch (LinkageError e) {
      // The worker, which has the same class path, says what is wrong with it.
      return;
    }
  }

  private static void require(List<Configured> methods, Catalogue<Method> catalogue) {
    if (!catalogue.names().isEmpty()) {
      methods.forEach(one -> catalogue.create(one.name(), one.settings()));
    }
  }
}
