package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.Beginning;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.Listener;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Step;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A universal attack in an audit: what it does to the examples, it learns from rows that are not
 * among them, once for each threat and only when it is needed. An audit that is resumed with all of
 * its units done learns nothing again.
 */
final class LearntFromData implements Attack {
  private final UniversalAttack universal;
  private final Optional<Examples> training;
  private final long seed;
  private final Declaration<LearntFromData> declaration;
  private final Map<ThreatModel, Attack> learnt = new ConcurrentHashMap<>();

  /**
   * An attack that has nothing yet to learn from.
   *
   * @param seed of the audit
   */
  LearntFromData(UniversalAttack universal, long seed) {
    this(universal, Optional.empty(), seed);
  }

  private LearntFromData(UniversalAttack universal, Optional<Examples> training, long seed) {
    this.universal = universal;
    this.training = training;
    this.seed = seed;
    this.declaration =
        Declaration.of(universal.name(), Kind.FIXED_RADIUS, LearntFromData.class)
            .summary(universal.declaration().summary())
            .source(universal.declaration().source())
            .norms(universal.declaration().norms())
            .made(() -> this);
  }

  /** The same with rows to learn from that are not attacked. */
  LearntFromData from(Examples rows) {
    return new LearntFromData(universal, Optional.of(rows), seed);
  }

  /** The most that learning for one threat can cost. */
  Passes most(GradientService service) {
    return universal.passes(service.classes(), service.features()).times(rows().size());
  }

  /** What it learns from. */
  Examples rows() {
    return training.orElseThrow(
        () -> new IllegalStateException(universal.name() + " has no rows to learn from"));
  }

  @Override
  public Declaration<LearntFromData> declaration() {
    return declaration;
  }

  @Override
  public Map<String, String> configuration() {
    return universal.configuration();
  }

  @Override
  public Passes passes(int classes, int features) {
    return universal.applied();
  }

  @Override
  public Optional<Footprint> footprint(Shape shape, double radius) {
    return universal.footprint(shape, radius);
  }

  /**
   * What learning for one threat costs: a decision on each row, and the rest for those that are
   * decided rightly.
   */
  Passes learning(GradientService service) {
    Examples rows = rows();
    double[][] logits = service.logits(rows);
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      right += Logits.decision(logits[i]) == rows.label(i) ? 1 : 0;
    }
    Passes each = universal.passes(service.classes(), service.features());
    return new Passes(rows.size() + right * (each.forwards() - 1), right * each.backwards());
  }

  @Override
  public AttackResult run(
      GradientService service,
      Examples examples,
      int[] predicted,
      List<Beginning> beginnings,
      ThreatModel threat,
      long own,
      Listener listener) {
    Attack attack =
        learnt.computeIfAbsent(threat, asked -> universal.learn(service, rows(), asked, seed));
    return attack.run(service, examples, predicted, beginnings, threat, own, listener);
  }

  @Override
  public Step<Trial> search(Trial trial) {
    throw new IllegalStateException(
        "%s has to learn before it can search; run it".formatted(universal.name()));
  }
}
