package com.example.credit;

import io.sextant.gradients.predictor.Predictor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * A random forest of Tribuo on the German credit data. A project would load the model that it
 * serves; this one is trained in a second, so the example trains it.
 */
public final class CreditForest implements Supplier<Predictor> {
  private static final String LABEL = "Class";

  /** In the order of the schema's labels: class 0 is Bad, class 1 is Good. */
  private static final List<String> CLASSES = List.of("Bad", "Good");

  private static final long SEED = 42;
  private static final int TREES = 30;
  private static final int DEPTH = 8;

  /** It tells of each tree that it grows. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  /** For the supplier's users. */
  public CreditForest() {}

  @Override
  public Predictor get() {
    TRIBUO.setLevel(Level.WARNING);
    List<CSVRecord> all = read("/german_credit.csv");
    Set<List<String>> heldOut = new HashSet<>();
    read("/held_out.csv").forEach(row -> heldOut.add(row.toList()));
    String[] columns =
        all.get(0).toMap().keySet().stream()
            .filter(name -> !name.equals(LABEL))
            .toArray(String[]::new);

    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> training =
        new MutableDataset<>(new SimpleDataSourceProvenance("German credit", labels), labels);
    for (CSVRecord row : all) {
      if (!heldOut.contains(row.toList())) {
        Map<String, String> cells = row.toMap();
        double[] values =
            Arrays.stream(columns).map(cells::get).mapToDouble(Double::parseDouble).toArray();
        training.add(new ArrayExample<>(new Label(row.get(LABEL)), columns, values));
      }
    }
    Model<Label> forest =
        new RandomForestTrainer<>(
                new CARTClassificationTrainer(DEPTH, 2f, 0f, 0.3f, false, new GiniIndex(), SEED),
                new VotingCombiner(),
                TREES,
                SEED)
            .train(training);
    return Predictor.probabilities(CLASSES.size(), rows -> probabilities(forest, columns, rows));
  }

  /** {@code [rows][classes]}; a forest that is trained may be asked by several threads. */
  private static double[][] probabilities(Model<Label> forest, String[] columns, double[][] rows) {
    double[][] answers = new double[rows.length][CLASSES.size()];
    for (int i = 0; i < rows.length; i++) {
      Map<String, Label> scores =
          forest
              .predict(new ArrayExample<>(LabelFactory.UNKNOWN_LABEL, columns, rows[i]))
              .getOutputScores();
      for (int k = 0; k < CLASSES.size(); k++) {
        answers[i][k] = scores.get(CLASSES.get(k)).getScore();
      }
    }
    return answers;
  }

  private static List<CSVRecord> read(String resource) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader in =
            new InputStreamReader(
                CreditForest.class.getResourceAsStream(resource), StandardCharsets.UTF_8);
        CSVParser rows = CSVParser.parse(in, format)) {
      return new ArrayList<>(rows.getRecords());
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }
}
