package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.corruptions.ParameterSet;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Reference;
import io.sextant.gradients.Examples;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Passes;
import io.sextant.methods.Suggestion;
import io.sextant.results.Rule;
import io.sextant.results.Threat;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.Configured;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an audit of one model works on, read and held against each other: what does not fit ends the
 * audit here, before anything is run.
 *
 * @param spec what is asked for
 * @param model the one of the spec's models that is audited
 * @param given the model as it came
 * @param all the data as it was read
 * @param data the examples of the audit
 * @param examples the same as rows
 * @param subject the model, opened
 * @param attacks by name, in the order of the spec
 * @param explainers by name, in the order of the spec, with what they take from the data
 * @param ungranted explainers that the spec did not name and the model does not answer to, and why
 * @param corrupting what is asked for of corruptions
 * @param adaptation what the model is adapted with and to, where that is asked for
 */
record Preparation(
    AuditSpec spec,
    ModelSpec model,
    GivenModel given,
    DataSet all,
    DataSet data,
    Examples examples,
    Subject subject,
    Map<String, Attack> attacks,
    Map<String, Explainer> explainers,
    List<String> ungranted,
    Optional<CorruptionStage.Corrupting> corrupting,
    Optional<AdaptationSetup> adaptation)
    implements AutoCloseable {

  /**
   * Reads and checks everything.
   *
   * @throws IllegalArgumentException when the spec, the model or the data is unusable
   * @throws IOException when a file cannot be read
   */
  static Preparation of(
      AuditSpec spec, String id, Sources sources, EngineOptions options, Progress progress)
      throws IOException {
    ModelSpec model = model(spec, id);
    // Methods are made first: a wrong setting must not cost the reading of the data.
    Map<String, Attack> made = attacks(spec);
    Map<String, Explainer> explainers = explainers(spec);
    progress.phase("reading the data");
    DataSet all = sources.data(spec.data());
    DataSet drawn =
        spec.data().rows().isEmpty()
            ? Draw.of(spec.data().sampling(), all, spec.data().samples(), spec.seed())
            : Draw.rows(all, spec.data().rows());
    Optional<CorruptionStage.Corrupting> corrupting = corrupting(spec, all);
    Map<String, Explainer> fitted = fitted(explainers, all.reference(isTable(spec)));
    progress.phase("reading the model " + name(model));
    GivenModel given = sources.model(model);
    Subject subject = Subject.open(given, model, drawn.input(), options);
    boolean ready = false;
    try {
      progress.computing(subject.service().meter()::total);
      DataSet data = drawn.forModel(subject.model().classes(), spec.classes());
      requireTargets(spec, data.classes().size());
      Access granted = subject.service().access();
      // Explainers that nobody asked for end no audit.
      List<String> ungranted =
          spec.explainsByDefault() ? withoutUngranted(fitted, granted) : List.of();
      requireGranted(granted, made, fitted);
      requireLayers(fitted, subject.model().graph());
      requireRuleClasses(spec, data.classes());
      Map<String, Attack> attacks = made;
      if (made.values().stream().anyMatch(LearntFromData.class::isInstance)) {
        attacks =
            taught(
                made,
                Training.rows(spec, all, drawn)
                    .forModel(subject.model().classes(), spec.classes())
                    .examples());
      }
      requireRoom(attacks, spec.threats(), subject.service().inputShape());
      // Attacks, explainers and metrics ask about the clean inputs again and again.
      Examples examples = data.examples();
      Preparation prepared =
          new Preparation(
              spec,
              model,
              given,
              all,
              data,
              examples,
              subject.remembering(examples),
              attacks,
              fitted,
              ungranted,
              corrupting,
              spec.adaptation()
                  .map(
                      adaptation ->
                          AdaptationSetup.of(
                              adaptation, subject, all, data, isTable(spec), spec.seed())));
      ready = true;
      return prepared;
    } finally {
      if (!ready) {
        subject.close();
      }
    }
  }

  private static ModelSpec model(AuditSpec spec, String id) {
    return spec.models().stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the spec has no model %s; it has %s"
                        .formatted(id, spec.models().stream().map(ModelSpec::id).toList())));
  }

  private static String name(ModelSpec model) {
    return model.source() instanceof ModelSpec.File file
        ? String.valueOf(file.path().getFileName())
        : "of " + ((ModelSpec.Supplied) model.source()).className();
  }

  private static Map<String, Attack> attacks(AuditSpec spec) {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    for (Configured configured : spec.attacks()) {
      attacks.put(configured.id(), attack(configured, spec.seed()));
    }
    for (ThreatSpec threat : spec.threats()) {
      if (attacks.values().stream().noneMatch(a -> a.norms().contains(threat.norm()))) {
        throw new IllegalArgumentException(
            "none of the attacks %s works in norm %s; add one that does, or remove the threat"
                .formatted(String.join(", ", attacks.keySet()), threat.norm().key()));
      }
    }
    return attacks;
  }

  /** Kinds that are for other data, and columns that do not exist, end the audit here. */
  private static Optional<CorruptionStage.Corrupting> corrupting(AuditSpec spec, DataSet all) {
    return spec.corruptions()
        .map(
            asked -> {
              DataCorrupter corrupter =
                  DataCorrupter.of(all, ParameterSet.of(asked.parameters()), spec.seed());
              asked.shifts().forEach(shift -> DataShift.of(shift, all, spec.seed()));
              return new CorruptionStage.Corrupting(
                  asked, corrupter, corrupter.sorted(asked.kinds()));
            });
  }

  /** All the data, with one class per class of the model. */
  DataSet labelled() {
    return all.forModel(subject.model().classes(), spec.classes());
  }

  private static Attack attack(Configured configured, long seed) {
    Catalogue<UniversalAttack> universal = UniversalAttack.catalogue();
    return universal.names().contains(configured.name())
        ? new LearntFromData(universal.create(configured.name(), configured.settings()), seed)
        : Attacks.of(configured.name(), configured.settings());
  }

  /** What learns gets rows to learn from. */
  private static Map<String, Attack> taught(Map<String, Attack> made, Examples training) {
    Map<String, Attack> taught = new LinkedHashMap<>(made);
    taught.replaceAll(
        (name, attack) -> attack instanceof LearntFromData one ? one.from(training) : attack);
    return taught;
  }

  /** A radius without room for an attack is a mistake in the spec, not a result. */
  private static void requireRoom(
      Map<String, Attack> attacks, List<ThreatSpec> threats, Shape shape) {
    attacks.forEach(
        (name, attack) -> {
          for (ThreatSpec threat : threats) {
            if (attack.norms().contains(threat.norm())) {
              threat
                  .conditions()
                  .forEach(within -> attack.footprint(shape, within.epsilon().value()));
            }
          }
        });
  }

  private static Map<String, Explainer> explainers(AuditSpec spec) {
    Map<String, Explainer> explainers = new LinkedHashMap<>();
    for (Configured one : spec.explainers()) {
      explainers.put(one.id(), SeededExplainers.create(one.name(), one.settings(), spec.seed()));
    }
    return explainers;
  }

  private static Map<String, Explainer> fitted(
      Map<String, Explainer> explainers, Reference reference) {
    Map<String, Explainer> fitted = new LinkedHashMap<>();
    explainers.forEach(
        (name, explainer) -> {
          try {
            fitted.put(name, explainer.fitted(reference));
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                "explainer %s: %s".formatted(name, e.getMessage()), e);
          }
        });
    return fitted;
  }

  /** Takes out what asks for more than the model gives, and says so. */
  private static List<String> withoutUngranted(Map<String, Explainer> explainers, Access granted) {
    List<String> ungranted = new ArrayList<>();
    explainers
        .values()
        .removeIf(
            explainer -> {
              Access asked = explainer.declaration().access();
              boolean refused = !granted.allows(asked);
              if (refused) {
                ungranted.add(
                    "%s asks for %s but the model gives %s alone"
                        .formatted(explainer.name(), asked.title(), granted.title()));
              }
              return refused;
            });
    return ungranted;
  }

  /** What asks for more than the model gives ends the audit here, by name. */
  private static void requireGranted(
      Access granted, Map<String, Attack> attacks, Map<String, Explainer> explainers) {
    attacks.values().forEach(a -> a.declaration().requireGranted(granted, Attacks::catalogue));
    explainers
        .values()
        .forEach(e -> e.declaration().requireGranted(granted, Explainers::catalogue));
  }

  /** An explainer that looks at a layer which there is not ends the audit here, too. */
  private static void requireLayers(Map<String, Explainer> explainers, InferenceGraph graph) {
    explainers.forEach(
        (name, explainer) -> {
          try {
            explainer.shape(graph);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                "explainer %s: %s".formatted(name, e.getMessage()), e);
          }
        });
  }

  private static void requireTargets(AuditSpec spec, int classes) {
    for (ThreatSpec threat : spec.threats()) {
      if (threat.targetClass().isPresent()
          && (threat.targetClass().getAsInt() < 0 || threat.targetClass().getAsInt() >= classes)) {
        throw new IllegalArgumentException(
            "threat %s: target must be in 0..%d but was %d"
                .formatted(threat.norm().key(), classes - 1, threat.targetClass().getAsInt()));
      }
    }
  }

  /** A rule about a class that does not exist is a mistake in the spec, not a result. */
  private static void requireRuleClasses(AuditSpec spec, List<String> classes) {
    for (Rule rule : spec.rules()) {
      rule.className()
          .filter(name -> !name.equals(Rule.EVERY_CLASS) && !classes.contains(name))
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "rule %s names class '%s', which does not exist%s; the classes are %s"
                        .formatted(
                            rule.id(),
                            name,
                            Suggestion.question(name, classes),
                            String.join(", ", classes)));
              });
    }
  }

  private static boolean isTable(AuditSpec spec) {
    return spec.data().source() instanceof DataSpec.Table;
  }

  /** Whether inputs are rows of a table, rather than images. */
  boolean isTable() {
    return isTable(spec);
  }

  /** The most that an attack can cost per example and radius. */
  Passes passes(Attack attack) {
    return attack.passes(subject.model().classes(), subject.service().features());
  }

  /** Threats as results tell them. */
  List<Threat> threats() {
    List<Threat> threats = new ArrayList<>();
    for (ThreatSpec threat : spec.threats()) {
      List<String> notes = new ArrayList<>();
      if (isTable()) {
        notes.add("distance is in units of each feature's scale, over real and integer features");
        notes.add(
            threat.categoryChanges() == 0
                ? "one-hot groups and binary features are frozen"
                : "up to %d categories may be switched".formatted(threat.categoryChanges()));
        threat
            .budget()
            .ifPresent(
                budget -> notes.add("all changes together cost at most %s".formatted(budget)));
      }
      remarks(threat).forEach(notes::add);
      threats.add(
          new Threat(
              threat.norm(),
              threat.epsilons(),
              threat.targetClass().isPresent()
                  ? "targeted at " + data.classes().get(threat.targetClass().getAsInt())
                  : "untargeted",
              notes));
    }
    return threats;
  }

  /** What a person should know of the radii. */
  Stream<String> remarks() {
    return spec.threats().stream().flatMap(this::remarks);
  }

  private Stream<String> remarks(ThreatSpec threat) {
    return threat.conditions().stream()
        .flatMap(within -> Remarks.radius(within, data.domain()).stream());
  }

  @Override
  public void close() {
    subject.close();
  }
}
