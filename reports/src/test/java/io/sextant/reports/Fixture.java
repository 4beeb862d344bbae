package io.sextant.reports;

import io.sextant.results.Accuracy;
import io.sextant.results.Aggregates;
import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.Cell;
import io.sextant.results.Certificate;
import io.sextant.results.Condition;
import io.sextant.results.CorruptionResult;
import io.sextant.results.DataInfo;
import io.sextant.results.EngineInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.ExplainerResult;
import io.sextant.results.Floats;
import io.sextant.results.GalleryExample;
import io.sextant.results.Grid;
import io.sextant.results.ModelInfo;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.Pixels;
import io.sextant.results.Plan;
import io.sextant.results.Predictions;
import io.sextant.results.Proportion;
import io.sextant.results.QueryCount;
import io.sextant.results.Reverification;
import io.sextant.results.Rule;
import io.sextant.results.RunInfo;
import io.sextant.results.SampleRow;
import io.sextant.results.StageCounts;
import io.sextant.results.Threat;
import io.sextant.results.Validity;
import io.sextant.results.ValidityCheck;
import io.sextant.results.rules.Measurements;
import io.sextant.results.rules.RuleJudge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Results as a real audit gives them, from a seed. */
final class Fixture {
  static final List<String> GARMENTS =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");
  private static final int SIDE = 28;
  private static final List<Epsilon> RADII =
      List.of(
          Epsilon.parse("0.01"),
          Epsilon.parse("0.03"),
          Epsilon.parse("8/255"),
          Epsilon.parse("0.1"));
  private static final Norm[] NORMS = {Norm.LINF, Norm.L2};

  private Fixture() {}

  /** 500 images under FGSM and PGD in two norms. */
  static AuditResult images() {
    return images(
        "fashion-cnn",
        GARMENTS,
        List.of(
            Rule.cleanAccuracy("clean", "85%"),
            Rule.robustAccuracy("linf-small", "linf 0.01", "0.5"),
            Rule.robustAccuracy("linf-large", "linf 0.1", "50%")),
        imageGallery(),
        true);
  }

  static AuditResult images(
      String id,
      List<String> classes,
      List<Rule> rules,
      List<GalleryExample> gallery,
      boolean reliable) {
    List<Threat> threats =
        List.of(
            new Threat(Norm.LINF, RADII, "untargeted", List.of("every pixel may change in [0, 1]")),
            new Threat(
                Norm.L2,
                List.of(Epsilon.parse("0.5"), Epsilon.parse("2")),
                "untargeted",
                List.of()));
    List<AttackInfo> attacks =
        List.of(
            new AttackInfo("fgsm", List.of(NORMS), Map.of("goal", "untargeted")),
            new AttackInfo(
                "pgd",
                List.of(NORMS),
                Map.of("restarts", "1", "steps", "40", "step-size", "epsilon/30")));
    Grid grid = Grid.of(threats, attacks);
    Random random = new Random(7);
    List<SampleRow> rows = new ArrayList<>();
    List<Aggregates.CleanPrediction> clean = new ArrayList<>();
    for (int sample = 0; sample < 500; sample++) {
      int label = sample % classes.size();
      // The last class is rare, so that one row of the table is grey.
      if (label == classes.size() - 1 && sample > 200) {
        label = 0;
      }
      int predicted = random.nextDouble() < 0.91 ? label : (label + 1) % classes.size();
      clean.add(new Aggregates.CleanPrediction(sample, label, predicted));
      double toughness = random.nextDouble();
      for (Threat threat : threats) {
        for (Condition.Within within : threat.conditions()) {
          double reach = within.epsilon().value() * (threat.norm() == Norm.LINF ? 14 : 0.6);
          rows.add(row(sample, label, predicted, within, "fgsm", toughness, reach / 2));
          rows.add(row(sample, label, predicted, within, "pgd", toughness, reach));
        }
      }
    }
    Accuracy accuracy = Aggregates.of(rows, clean, List.of(), grid, classes.size());
    List<ExplainerResult> explanations = explanations(classes.size());
    Validity validity =
        Validity.of(
            List.of(
                check(
                    "pgd-vs-fgsm", "PGD is at least as strong as FGSM", ValidityCheck.Status.PASS),
                check("monotone", "Accuracy falls with epsilon", ValidityCheck.Status.WARN),
                check(
                    "huge-epsilon",
                    "A huge epsilon leaves about chance",
                    reliable ? ValidityCheck.Status.PASS : ValidityCheck.Status.FAIL),
                check("random-noise", "Random noise is weaker", ValidityCheck.Status.SKIPPED)));
    return new AuditResult(
        AuditResult.SCHEMA,
        AuditResult.CLASSIFICATION,
        "0.1.0-SNAPSHOT",
        new ModelInfo(
            id,
            "fashion-cnn.zip",
            "DL4J zip",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            56_714,
            List.of(1, SIDE, SIDE),
            List.of(
                new ModelInfo.Layer(0, "conv1", "Convolution2D", List.of(16, 28, 28), 160),
                new ModelInfo.Layer(1, "bn1", "BatchNormalization", List.of(16, 28, 28), 64),
                new ModelInfo.Layer(2, "out", "Output", List.of(classes.size()), 56_490)),
            "softmax",
            classes,
            new ModelInfo.Health(
                3.2e-7,
                OptionalDouble.of(1.1e-4),
                0,
                OptionalDouble.of(0.031),
                true,
                List.of("Dropout is removed for inference."))),
        new EngineInfo("nd4j", "ND4J 1.0.0-M2.1, CPU", "float", List.of()),
        new DataInfo(
            "Fashion-MNIST test images",
            List.of(
                new DataInfo.DataFile(
                    "t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a4"),
                new DataInfo.DataFile(
                    "t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3c")),
            1000,
            500,
            "stratified",
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            classes.stream().map(name -> 500 / classes.size()).toList(),
            List.of(),
            List.of(1, SIDE, SIDE),
            new DataInfo.Domain(0, 1, List.of()),
            Optional.of("Fashion-MNIST, Zalando SE, MIT licence")),
        new Plan(threats, attacks, 7, "model: fashion-cnn.zip\nseed: 7\nattacks: [fgsm, pgd]\n"),
        accuracy,
        List.of(
            new StageCounts(
                new Cell(Norm.LINF.within(Epsilon.parse("8/255")), "standard"),
                "corner",
                41,
                2,
                41,
                0,
                false),
            new StageCounts(
                new Cell(Norm.LINF.within(Epsilon.parse("8/255")), "standard"),
                "margin",
                39,
                30,
                1351,
                1312,
                false),
            new StageCounts(
                new Cell(Norm.LINF.within(Epsilon.parse("8/255")), "standard"),
                "black-box",
                6,
                0,
                6000,
                0,
                true)),
        Predictions.of(
            clean,
            Aggregates.withWorstCase(rows, grid),
            grid.conditions(),
            worst -> (worst.label() + 2) % classes.size()),
        Optional.of(corruptions(clean, !gallery.isEmpty())),
        explanations,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        gallery,
        validity,
        List.of(
            new QueryCount("fgsm", 3000, 3000),
            new QueryCount("pgd", 123_000, 120_000),
            new QueryCount("integrated-gradients", 512, 16_384)),
        new Reverification(
            1480,
            1479,
            2,
            List.of(
                new Reverification.Rejection(
                    17,
                    new Cell(Norm.L2.within(RADII.get(0)), "pgd"),
                    "distance 0.010001 > 0.01"))),
        RuleJudge.judge(
            rules, new Measurements(classes, accuracy, explanations, validity, Optional.empty())),
        List.of("Poisoning of the training data", "Attacks without gradients", "Corruptions"),
        Optional.of("fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"),
        new RunInfo(
            "2026-01-02T10:00:00Z",
            "2026-01-02T10:01:12Z",
            Map.of("attacks", 61_250L, "explanations", 8_400L, "re-verification", 930L),
            "8 cores",
            "Linux 6.1 amd64",
            "17.0.15",
            2,
            1,
            List.of(new QueryCount("pgd", 500, 0), new QueryCount("vanilla-gradient", 12, 12)),
            "sextant audit fashion.yaml --out audit"));
  }

  private static SampleRow row(
      int sample,
      int label,
      int predicted,
      Condition.Within within,
      String attack,
      double toughness,
      double reach) {
    Outcome outcome =
        label != predicted
            ? Outcome.ALREADY_WRONG
            : toughness < reach ? Outcome.BROKEN : Outcome.HELD;
    long steps = attack.equals("pgd") ? 40 : 1;
    return new SampleRow(
        sample,
        label,
        predicted,
        new Cell(within, attack),
        outcome,
        outcome == Outcome.BROKEN
            ? OptionalDouble.of(within.epsilon().value())
            : OptionalDouble.empty(),
        steps,
        steps);
  }

  private static ValidityCheck check(String id, String title, ValidityCheck.Status status) {
    return new ValidityCheck(
        id,
        title,
        status,
        status == ValidityCheck.Status.SKIPPED
            ? Optional.of("the time budget was spent")
            : Optional.empty(),
        OptionalDouble.of(0.012),
        OptionalDouble.of(0.01),
        "If this trips, the gradients may be masked. Try an attack without gradients.",
        List.of(new ValidityCheck.Affected(Norm.LINF.within(RADII.get(3)))),
        status == ValidityCheck.Status.WARN ? IntStream.range(0, 25).boxed().toList() : List.of());
  }

  /** Of two kinds at two severities, one of them not run; the first fifth of the examples wrong. */
  private static CorruptionResult corruptions(
      List<Aggregates.CleanPrediction> clean, boolean shown) {
    List<Integer> labels = clean.stream().map(Aggregates.CleanPrediction::label).toList();
    List<Integer> predicted =
        IntStream.range(0, labels.size())
            .mapToObj(i -> 5 * i < labels.size() ? -1 : labels.get(i))
            .toList();
    CorruptionResult.Side side =
        new CorruptionResult.Side(
            new Proportion(1, 2), List.of(0, 1), List.of(0, 0), List.of(0, 1));
    return new CorruptionResult(
        "cifar-c",
        true,
        new Proportion(labels.size(), labels.size()),
        Stream.of("fog 1", "fog 5", "gaussian-noise 5")
            .map(text -> Condition.parse("corrupted " + text))
            .map(condition -> CorruptionResult.Corrupted.of(condition, labels, predicted))
            .toList(),
        List.of(),
        List.of(new CorruptionResult.Shifted("age <from> 40", side, side)),
        shown
            ? List.of(
                new CorruptionResult.Picture(
                    Condition.parse("corrupted fog 5"),
                    3,
                    0,
                    -1,
                    Pixels.of(new float[SIDE * SIDE], 1, SIDE, SIDE, 0, 1)))
            : List.of());
  }

  private static List<ExplainerResult> explanations(int classes) {
    List<Certificate> complete = new ArrayList<>();
    List<Certificate> plain = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      complete.add(
          new Certificate(
              31 * i,
              i % classes,
              "logit",
              32,
              8.25 + i,
              OptionalDouble.of(-0.5),
              OptionalDouble.of(0.004 * i),
              Optional.of(true),
              OptionalDouble.empty(),
              1,
              32));
      plain.add(
          new Certificate(
              31 * i,
              i % classes,
              "logit",
              1,
              8.25 + i,
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              Optional.empty(),
              OptionalDouble.of(0.0213),
              1,
              1));
    }
    return List.of(
        new ExplainerResult("vanilla-gradient", Map.of("output", "logit"), plain, List.of()),
        new ExplainerResult(
            "integrated-gradients",
            Map.of("baseline", "zero", "quadrature", "gauss-legendre"),
            complete,
            List.of("the baseline (zero) lies outside the domain: feature x must be in [1, 2]")));
  }

  static List<GalleryExample> imageGallery() {
    List<GalleryExample> examples = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Random random = new Random(i);
      float[] clean = new float[SIDE * SIDE];
      float[] change = new float[SIDE * SIDE];
      float[] adversarial = new float[SIDE * SIDE];
      float[] before = new float[SIDE * SIDE];
      float[] after = new float[SIDE * SIDE];
      float[] magnitude = new float[SIDE * SIDE];
      for (int p = 0; p < clean.length; p++) {
        double x = p % SIDE - 13.5;
        double y = Math.floorDiv(p, SIDE) - 13.5 + i * 2;
        clean[p] = (float) Math.max(0, 1 - Math.hypot(x / (8 + i), y / 10));
        change[p] = random.nextBoolean() ? 0.1f : -0.1f;
        adversarial[p] = Math.min(1, Math.max(0, clean[p] + change[p]));
        change[p] = adversarial[p] - clean[p];
        before[p] = (float) (clean[p] * random.nextGaussian());
        after[p] = (float) (0.6 * clean[p] * random.nextGaussian());
        magnitude[p] = before[p] * before[p];
      }
      examples.add(
          new GalleryExample(
              17 + 100 * i,
              7,
              7,
              5,
              OptionalDouble.of(0.981),
              OptionalDouble.of(0.87),
              Norm.LINF.within(RADII.get(3)),
              "pgd",
              0.1,
              new GalleryExample.ImageView(
                  Pixels.of(clean, 1, SIDE, SIDE, 0, 1),
                  Pixels.of(adversarial, 1, SIDE, SIDE, 0, 1),
                  Floats.of(change)),
              RADII.stream()
                  .map(
                      epsilon ->
                          new GalleryExample.AtRadius(
                              Norm.LINF.within(epsilon),
                              "pgd",
                              epsilon.value() < 0.02 ? 7 : 5,
                              OptionalDouble.of(0.6),
                              epsilon.value(),
                              Pixels.of(adversarial, 1, SIDE, SIDE, 0, 1)))
                  .toList(),
              List.of(
                  new GalleryExample.AttributionPair(
                      "integrated-gradients", Floats.of(before), Floats.of(after)),
                  new GalleryExample.AttributionPair(
                      "smoothgrad-squared", Floats.of(magnitude), Floats.of(magnitude)))));
    }
    return examples;
  }

  static List<GalleryExample> tableGallery() {
    List<GalleryExample.FeatureChange> features = new ArrayList<>();
    float[] before = new float[24];
    float[] after = new float[24];
    Random random = new Random(3);
    for (int i = 0; i < 24; i++) {
      boolean moved = i % 6 == 2;
      features.add(
          new GalleryExample.FeatureChange(
              List.of("age", "duration_months", "credit_amount", "purpose=car").get(i % 4)
                  + "_"
                  + i,
              250 * i,
              moved ? 250 * i + 12.5 : 250 * i,
              moved ? 0.05 * (i - 9) : 0));
      before[i] = (float) random.nextGaussian();
      after[i] = (float) (0.4 * random.nextGaussian());
    }
    return List.of(
        new GalleryExample(
            4,
            1,
            1,
            0,
            OptionalDouble.of(0.71),
            OptionalDouble.of(0.55),
            Norm.LINF.within(RADII.get(1)),
            "pgd",
            0.03,
            new GalleryExample.TableView(features, 0, 0),
            List.of(),
            List.of(
                new GalleryExample.AttributionPair(
                    "integrated-gradients", Floats.of(before), Floats.of(after)),
                new GalleryExample.AttributionPair(
                    "vanilla-gradient", Floats.of(after), Floats.of(before)))));
  }
}
