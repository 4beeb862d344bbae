package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.results.AuditResult;
import java.util.stream.Collectors;

/** Everything that the figures of a run depend on, as one digest. */
final class RunFingerprint {
  private RunFingerprint() {}

  static String of(Preparation prepared, Effort effort) {
    Subject subject = prepared.subject();
    DataSet data = prepared.data();
    String digests =
        data.origin().files().stream()
            .map(file -> file.name() + " " + file.sha256())
            .collect(Collectors.joining("\n"));
    return Sha256.of(
        String.join(
            "\n",
            Toolkit.version(),
            String.valueOf(AuditResult.SCHEMA),
            prepared.spec().text(),
            effort.key(),
            subject.file().sha256(),
            digests.isEmpty() ? content(prepared.examples()) : digests,
            subject.service().engine().name(),
            subject.service().engine().description(),
            subject.service().precision().name(),
            String.valueOf(subject.service().batchSize()),
            // What a schema says of the columns changes figures as much as the columns do.
            Domains.info(data.domain()).toString(),
            data.classes().toString()));
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
