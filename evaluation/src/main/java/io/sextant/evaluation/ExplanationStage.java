package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Access;
import io.sextant.results.Certificate;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Floats;
import io.sextant.results.GalleryExample;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.QueryCount;
import io.sextant.results.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Explains a selection of examples before and after the attack, and shows them. */
final class ExplanationStage implements Stage {
  /** Examples that are explained and shown. */
  private static final int SHOWN = 12;

  /** Features of a table that are shown: an attack may move thousands, and people read a few. */
  private static final int LISTED = 40;

  /** Characters of a setting that are shown. */
  private static final int SETTING = 500;

  @Override
  public String name() {
    return "explanations";
  }

  @Override
  public String phase() {
    return "explaining";
  }

  /**
   * What came out.
   *
   * @param results certificates per explainer, of the clean inputs
   * @param gallery the examples as a person sees them; empty when inputs must not be shown
   * @param notFinite rows of the data that an explainer could not explain, because the model's
   *     output or gradient was not finite on its way
   * @param needless why explanations that were asked for were left out, where they were
   * @param ungranted explainers that nobody named and the model does not answer to
   */
  record Explained(
      List<ExplainerResult> results,
      List<GalleryExample> gallery,
      List<Integer> notFinite,
      Optional<String> needless,
      List<String> ungranted)
      implements Finding {
    @Override
    public List<QueryCount> queries() {
      return results.stream()
          .map(
              result ->
                  new QueryCount(
                      result.name(),
                      result.certificates().stream().mapToLong(Certificate::forwards).sum(),
                      result.certificates().stream().mapToLong(Certificate::backwards).sum()))
          .toList();
    }

    @Override
    public List<String> leftOut() {
      List<String> leftOut = new ArrayList<>(ungranted);
      needless.ifPresent(leftOut::add);
      return leftOut.stream().map("explanations: %s"::formatted).toList();
    }
  }

  /** A chosen example: the worst found at one threat and radius. */
  private record Chosen(int place, Evidence.Worst cell, Evidence.Entry entry) {}

  @Override
  public Explained run(Run run) {
    Optional<String> needless = needless(run);
    return run(
        run.prepared(),
        needless.isPresent() ? Map.of() : run.prepared().explainers(),
        run.found().of(AttackStage.Attacked.class).worst(),
        run.found().of(CleanStage.Decided.class).predicted(),
        needless.filter(reason -> !run.prepared().explainers().isEmpty()));
  }

  /** Explanations are for rules and for people; a gate that fails for certain needs neither. */
  private static Optional<String> needless(Run run) {
    AttackStage.Attacked attacked = run.found().of(AttackStage.Attacked.class);
    List<Rule> rules = run.prepared().spec().rules();
    if (attacked.failed() && !Effort.asksForExplanations(rules)) {
      return Optional.of("the gate failed before they were needed");
    }
    if (attacked.outOfTime()) {
      return Optional.of("the time was used up");
    }
    return run.effort().explanations(rules)
        ? Optional.empty()
        : Optional.of("no rule that was asked for is about them");
  }

  private static Explained run(
      Preparation prepared,
      Map<String, Explainer> explainers,
      WorstInputs worst,
      int[] predicted,
      Optional<String> needless) {
    Subject subject = prepared.subject();
    DataSet data = prepared.data();
    boolean show = prepared.spec().reportExamples();
    List<Chosen> chosen = choose(worst.carried(), data.size());
    Examples clean = prepared.examples().at(chosen.stream().mapToInt(Chosen::place).toArray());
    double[][] changed = new double[chosen.size()][];
    int[] decisions = new int[chosen.size()];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = Rows.widen(chosen.get(i).entry().input());
      // Both inputs are explained for the class predicted on the clean one, so that they compare.
      decisions[i] = Math.max(0, predicted[chosen.get(i).place()]);
    }
    Examples before = Examples.of(clean.rows(), decisions, clean.ids());
    Examples after = Examples.of(changed, decisions, clean.ids());
    List<ExplainerResult> results = new ArrayList<>();
    Map<String, List<Optional<Floats>>> attributionsBefore = new LinkedHashMap<>();
    Map<String, List<Optional<Floats>>> attributionsAfter = new LinkedHashMap<>();
    TreeSet<Integer> notFinite = new TreeSet<>();
    GradientService attacked = subject.service().remembering(after);
    for (Map.Entry<String, Explainer> explainer : explainers.entrySet()) {
      GradientService service = subject.service().as(explainer.getKey());
      List<Optional<One>> own = explain(explainer.getValue(), service, before, data.shape());
      results.add(
          new ExplainerResult(
              explainer.getKey(),
              explainer.getValue().name(),
              told(explainer.getValue().configuration()),
              own.stream().flatMap(Optional::stream).map(One::certificate).toList(),
              own.stream()
                  .flatMap(Optional::stream)
                  .flatMap(one -> one.remarks().stream())
                  .distinct()
                  .toList()));
      for (int i = 0; i < own.size(); i++) {
        if (own.get(i).isEmpty()) {
          notFinite.add(Math.toIntExact(clean.id(i)));
        }
      }
      if (show) {
        attributionsBefore.put(explainer.getKey(), attributions(own));
        attributionsAfter.put(
            explainer.getKey(),
            attributions(
                explain(
                    explainer.getValue(), attacked.as(explainer.getKey()), after, data.shape())));
      }
    }
    List<GalleryExample> gallery = new ArrayList<>();
    if (show) {
      double[][] logits = subject.service().as("gallery").logits(clean.rows());
      for (int i = 0; i < chosen.size(); i++) {
        List<GalleryExample.AttributionPair> pairs = new ArrayList<>();
        for (String name : attributionsBefore.keySet()) {
          Optional<Floats> first = attributionsBefore.getOrDefault(name, List.of()).get(i);
          Optional<Floats> second = attributionsAfter.getOrDefault(name, List.of()).get(i);
          if (first.isPresent() && second.isPresent()) {
            pairs.add(new GalleryExample.AttributionPair(name, first.get(), second.get()));
          }
        }
        gallery.add(
            example(
                chosen.get(i),
                data,
                !prepared.isTable(),
                subject.service().access() != Access.DECISIONS,
                logits[i],
                worst.made(),
                pairs));
      }
    }
    return new Explained(results, gallery, List.copyOf(notFinite), needless, prepared.ungranted());
  }

  /** Settings as a report shows them: a whole image as a baseline is shown by its digest. */
  static Map<String, String> told(Map<String, String> configuration) {
    Map<String, String> told = new TreeMap<>(configuration);
    told.replaceAll(
        (key, text) ->
            text.length() <= SETTING
                ? text
                : "%s... (%d characters, sha256 %s)"
                    .formatted(text.substring(0, 40), text.length(), Sha256.of(text)));
    return told;
  }

  /**
   * One explanation.
   *
   * @param attribution as it is shown on the input; empty where there is no picture
   */
  private record One(Certificate certificate, Optional<Floats> attribution, List<String> remarks) {}

  /**
   * Explains examples; empty where something is not finite.
   *
   * @param shown the shape in which inputs are shown
   */
  private static List<Optional<One>> explain(
      Explainer explainer, GradientService service, Examples examples, Shape shown) {
    List<Optional<FiniteExplanations.One>> made =
        FiniteExplanations.of(explainer, service, examples);
    return IntStream.range(0, made.size())
        .mapToObj(i -> made.get(i).map(one -> one(one, examples.id(i), service, shown)))
        .toList();
  }

  private static One one(
      FiniteExplanations.One made, long id, GradientService service, Shape shown) {
    Explanations found = made.of();
    // An image that the model takes as a vector is shown as an image.
    boolean ofInput = found.shape().equals(service.inputShape());
    AttributionPicture picture = new AttributionPicture(shown, ofInput ? shown : found.shape());
    List<String> remarks = new ArrayList<>(found.remarks());
    picture.remark().ifPresent(remarks::add);
    return new One(
        Certificates.of(Math.toIntExact(id), found.certificates().get(made.row())),
        picture.of(made.attribution()).map(ExplanationStage::floats),
        remarks);
  }

  private static List<Optional<Floats>> attributions(List<Optional<One>> explained) {
    return explained.stream().map(one -> one.flatMap(One::attribution)).toList();
  }

  /**
   * Per class the example that breaks at the smallest radius, then the next ones, until enough are
   * chosen; where nothing breaks, examples that held at the largest radius.
   */
  private static List<Chosen> choose(List<Evidence.Worst> cells, int size) {
    Map<Integer, Chosen> broken = new LinkedHashMap<>();
    for (Evidence.Worst cell : cells) {
      cell.entries()
          .forEach(
              (place, entry) -> {
                if (entry.attempt().outcome() == Outcome.BROKEN) {
                  broken.putIfAbsent(place, new Chosen(place, cell, entry));
                }
              });
    }
    Map<Integer, List<Chosen>> byClass = new TreeMap<>();
    for (Chosen one : broken.values()) {
      byClass.computeIfAbsent(one.entry().attempt().label(), label -> new ArrayList<>()).add(one);
    }
    List<Chosen> chosen = new ArrayList<>();
    for (int round = 0; chosen.size() < SHOWN && round < size; round++) {
      for (List<Chosen> candidates : byClass.values()) {
        if (round < candidates.size() && chosen.size() < SHOWN) {
          chosen.add(candidates.get(round));
        }
      }
    }
    if (!cells.isEmpty()) {
      Evidence.Worst last = cells.get(cells.size() - 1);
      for (int place = 0; place < size && chosen.size() < SHOWN; place++) {
        Evidence.Entry entry = last.entries().get(place);
        if (entry != null
            && entry.attempt().outcome() == Outcome.HELD
            && entry.attempt().prediction() >= 0) {
          chosen.add(new Chosen(place, last, entry));
        }
      }
    }
    return chosen;
  }

  private static GalleryExample example(
      Chosen chosen,
      DataSet data,
      boolean image,
      boolean sure,
      double[] logits,
      List<Evidence.Worst> radii,
      List<GalleryExample.AttributionPair> pairs) {
    Attempt attempt = chosen.entry().attempt();
    double[] clean = data.row(chosen.place());
    double[] changed = Rows.widen(chosen.entry().input());
    Shown shown =
        image
            ? new Shown(imageView(data, clean, changed), pairs)
            : tableView(data, clean, changed, pairs);
    Verifier verifier =
        new Verifier(data.domain(), norm(chosen.cell()), 0, Double.POSITIVE_INFINITY);
    return new GalleryExample(
        attempt.sample(),
        attempt.label(),
        attempt.predicted(),
        attempt.prediction(),
        given(sure, Scores.confidence(logits, attempt.predicted())),
        given(sure, attempt.confidence()),
        chosen.cell().condition(),
        chosen.entry().attack(),
        verifier.distance(clean, changed),
        shown.view(),
        image ? atRadii(chosen, radii, data, clean, verifier, sure) : List.of(),
        shown.attributions());
  }

  /** A probability, where the model says more than a class. */
  private static OptionalDouble given(boolean sure, double confidence) {
    return sure ? OptionalDouble.of(confidence) : OptionalDouble.empty();
  }

  private static Norm norm(Evidence.Worst cell) {
    return cell.condition().sharedNorm().orElseThrow();
  }

  private static List<GalleryExample.AtRadius> atRadii(
      Chosen chosen,
      List<Evidence.Worst> radii,
      DataSet data,
      double[] clean,
      Verifier verifier,
      boolean sure) {
    List<GalleryExample.AtRadius> shown = new ArrayList<>();
    for (Evidence.Worst cell : radii) {
      Evidence.Entry entry = cell.entries().get(chosen.place());
      if (norm(cell) == norm(chosen.cell()) && entry != null && entry.attempt().prediction() >= 0) {
        double[] changed = Rows.widen(entry.input());
        shown.add(
            new GalleryExample.AtRadius(
                cell.condition(),
                entry.attack(),
                entry.attempt().prediction(),
                given(sure, entry.attempt().confidence()),
                verifier.distance(clean, changed),
                new InputPicture(data.domain(), data.shape()).of(changed)));
      }
    }
    return shown;
  }

  private static GalleryExample.View imageView(DataSet data, double[] clean, double[] changed) {
    InputPicture picture = new InputPicture(data.domain(), data.shape());
    double[] change = new double[clean.length];
    for (int i = 0; i < clean.length; i++) {
      change[i] = changed[i] - clean[i];
    }
    return new GalleryExample.ImageView(picture.of(clean), picture.of(changed), floats(change));
  }

  /** Inputs as a person sees them, with the attributions of what is listed of them. */
  private record Shown(
      GalleryExample.View view, List<GalleryExample.AttributionPair> attributions) {}

  private static Shown tableView(
      DataSet data,
      double[] clean,
      double[] changed,
      List<GalleryExample.AttributionPair> attributions) {
    double[] moves = new double[clean.length];
    for (int i = 0; i < moves.length; i++) {
      moves[i] = (changed[i] - clean[i]) / data.domain().feature(i).scale();
    }
    int[] listed = listed(moves, attributions);
    List<GalleryExample.FeatureChange> changes = new ArrayList<>();
    int listedMoves = 0;
    for (int i : listed) {
      listedMoves += moves[i] == 0 ? 0 : 1;
      changes.add(
          new GalleryExample.FeatureChange(
              data.domain().feature(i).name(), clean[i], changed[i], moves[i]));
    }
    int all = Math.toIntExact(Arrays.stream(moves).filter(move -> move != 0).count());
    return new Shown(
        new GalleryExample.TableView(changes, moves.length - listed.length, all - listedMoves),
        attributions.stream()
            .map(
                pair ->
                    new GalleryExample.AttributionPair(
                        pair.explainer(), at(pair.before(), listed), at(pair.after(), listed)))
            .toList());
  }

  private static Floats at(Floats floats, int[] places) {
    float[] all = floats.values();
    float[] some = new float[places.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = all[places[i]];
    }
    return Floats.of(some);
  }

  /**
   * The places of the features to show, in their order: what moved most comes first, then what an
   * explainer looked at most.
   *
   * @param moves of each feature in units of its scale
   * @param attributions of all features
   */
  static int[] listed(double[] moves, List<GalleryExample.AttributionPair> attributions) {
    if (moves.length <= LISTED) {
      return IntStream.range(0, moves.length).toArray();
    }
    double[] weights = new double[moves.length];
    for (GalleryExample.AttributionPair pair : attributions) {
      float[] before = pair.before().values();
      float[] after = pair.after().values();
      double[] sizes = new double[moves.length];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Math.max(Math.abs(before[i]), Math.abs(after[i]));
      }
      double largest = Arrays.stream(sizes).max().orElse(0);
      for (int i = 0; i < sizes.length && largest > 0; i++) {
        weights[i] = Math.max(weights[i], sizes[i] / largest);
      }
    }
    return IntStream.range(0, moves.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -Math.abs(moves[i]))
                .thenComparingDouble(i -> -weights[i]))
        .limit(LISTED)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static Floats floats(double[] row) {
    return Floats.of(Rows.narrow(row));
  }
}
