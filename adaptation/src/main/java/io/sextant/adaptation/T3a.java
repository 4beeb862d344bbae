package io.sextant.adaptation;

import io.sextant.gradients.Logits;
import io.sextant.methods.Access;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Test-time template adjustment: the last layer's columns are replaced by the mean direction of the
 * features that were decided for each class, the surest so many of them. No parameter changes by
 * gradients; one forward per row. A row counts for its own prediction, also in a batch of one.
 *
 * <p>Iwasawa, Matsuo, "Test-Time Classifier Adjustment Module for Model-Agnostic Domain
 * Generalization", NeurIPS 2021. The supports begin with the layer's own columns. The paper chooses
 * the number of supports on validation data from 1, 5, 20, 50, 100; 20 is that of FOA's comparison
 * (arXiv:2404.01650).
 *
 * @param supports features kept per class, those of the lowest entropy
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record T3a(int supports) implements Adaptation {
  private static final Setting<T3a, Integer> SUPPORTS =
      Setting.of("supports", Form.count(), "features kept for each class", T3a::supports);

  private static final Declaration<T3a> DECLARATION =
      Declaration.of("t3a", Kind.ADAPTATION, T3a.class)
          .summary("the last layer's columns replaced by means of sure features")
          .source(
              "Iwasawa, Matsuo, \"Test-Time Classifier Adjustment Module for Model-Agnostic Domain"
                  + " Generalization\", NeurIPS 2021")
          .access(Access.LOGITS)
          .settings(List.of(SUPPORTS))
          .made(T3a::new, values -> new T3a(values.of(SUPPORTS)));

  /** Twenty features per class. */
  public T3a() {
    this(20);
  }

  public T3a {
    SUPPORTS.require(supports);
  }

  /**
   * A feature that was decided for a class.
   *
   * @param direction of length 1
   * @param entropy of its prediction
   */
  private record Support(double[] direction, int decided, double entropy) {}

  @Override
  public Declaration<T3a> declaration() {
    return DECLARATION;
  }

  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1, 0);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.HEAD);
  }

  @Override
  public Learner begin(LiveModel model) {
    List<Support> columns = new ArrayList<>();
    for (double[] column : model.headColumns()) {
      add(columns, column, model.head(column));
    }
    return at(model, columns);
  }

  private Learner at(LiveModel model, List<Support> known) {
    return rows -> {
      Seen seen = model.lookInside(rows);
      List<Support> all = new ArrayList<>(known);
      for (int i = 0; i < rows.length; i++) {
        add(all, seen.features()[i], seen.logits()[i]);
      }
      List<Support> kept = surest(all, model.classes());
      double[][] templates = templates(kept, model.classes(), seen.features()[0].length);
      double[][] logits = new double[rows.length][templates.length];
      for (int i = 0; i < rows.length; i++) {
        for (int c = 0; c < templates.length; c++) {
          logits[i][c] = Vectors.product(seen.features()[i], templates[c]);
        }
      }
      return new Turn(logits, at(model, kept));
    };
  }

  private static void add(List<Support> supports, double[] features, double[] logits) {
    int decided = Logits.decision(logits);
    if (decided >= 0) {
      supports.add(new Support(Vectors.normalized(features), decided, Confidence.entropy(logits)));
    }
  }

  private List<Support> surest(List<Support> all, int classes) {
    List<Support> kept = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      int decided = c;
      all.stream()
          .filter(support -> support.decided() == decided)
          .sorted(Comparator.comparingDouble(Support::entropy))
          .limit(supports)
          .forEach(kept::add);
    }
    return kept;
  }

  private static double[][] templates(List<Support> kept, int classes, int width) {
    double[][] sums = new double[classes][width];
    for (Support support : kept) {
      for (int k = 0; k < width; k++) {
        sums[support.decided()][k] += support.direction()[k];
      }
    }
    for (int c = 0; c < classes; c++) {
      sums[c] = Vectors.normalized(sums[c]);
    }
    return sums;
  }
}
