package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.results.AuditResult;
import io.sextant.results.KeptAttributions;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that the figures of a run depend on, as one digest. There is none where the model does
 * not say which one it is: what was done with it, nobody can take for the work of the one at hand.
 */
final class RunFingerprint {
  private RunFingerprint() {}

  static Optional<String> of(
      Preparation prepared, Effort effort, Optional<KeptAttributions> before) {
    Subject subject = prepared.subject();
    DataSet data = prepared.data();
    String digests =
        data.origin().files().stream()
            .map(file -> file.name() + " " + file.sha256())
            .collect(Collectors.joining("\n"));
    return of(
        subject,
        String.valueOf(AuditResult.SCHEMA),
        prepared.spec().text(),
        effort.key(),
        before.map(kept -> Sha256.of(kept.toString())).orElse(""),
        digests.isEmpty() ? content(prepared.examples()) : digests,
        data.classes().toString());
  }

  /** Everything that the outcomes of one attack depend on. */
  static Optional<String> of(
      Subject subject, Examples examples, Attack attack, List<ThreatModel> threats, long seed) {
    return of(
        subject,
        content(examples),
        attack.name(),
        new TreeMap<>(attack.configuration()).toString(),
        attack instanceof LearntFromData learnt ? content(learnt.rows()) : "",
        threats.toString(),
        String.valueOf(seed));
  }

  private static Optional<String> of(Subject subject, String... more) {
    if (!subject.file().networkBehindNormalizer().identified()) {
      return Optional.empty();
    }
    List<String> all =
        List.of(
            Toolkit.version(),
            subject.file().sha256(),
            subject.model().output().toString(),
            subject.model().preprocessing().toString(),
            subject.service().engine().name(),
            subject.service().engine().description(),
            subject.service().precision().name(),
            String.valueOf(subject.service().batchSize()),
            // What a schema says of the columns changes figures as much as the columns do.
            Domains.info(subject.service().domain()).toString());
    return Optional.of(
        Sha256.of(Stream.concat(all.stream(), Stream.of(more)).collect(Collectors.joining("\n"))));
  }

  /** Data that comes from no file is known by its content. */
  private static String content(Examples examples) {
    Sha256.Sum sum = new Sha256.Sum();
    for (int i = 0; i < examples.size(); i++) {
      sum.add(examples.id(i));
      sum.add(examples.label(i));
      for (double value : examples.row(i)) {
        sum.add(Double.doubleToLongBits(value));
      }
    }
    return sum.hex();
  }
}
