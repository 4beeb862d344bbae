package io.sextant.junit;

import io.sextant.junit.RobustnessAssert.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Assertions about a model, which begin with the examples that it is tried on.
 *
 * <p>Examples are in the units in which an attacker changes them. Images are bytes / 255, so in [0,
 * 1]; what the model needs beyond that is said with {@link RobustnessAssert#standardized} or {@link
 * RobustnessAssert#scaled}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ModelAssert extends AbstractAssert<ModelAssert, Object> {
  private final Question question;

  ModelAssert(@Nullable Object actual, Question question) {
    super(actual, ModelAssert.class);
    this.question = question;
  }

  /**
   * Names the model in messages and results; {@code model} without it.
   *
   * @param id letters, digits, {@code .}, {@code _} and {@code -}, at most 64
   */
  public ModelAssert named(String id) {
    return AssertionState.handOn(
        this, new ModelAssert(actual, question.with(question.draft().withId(id))));
  }

  /**
   * On examples in memory.
   *
   * @param examples features {@code [N, F]} or {@code [N, C, H, W]}, labels one-hot {@code [N,
   *     classes]}
   */
  public RobustnessAssert onData(DataSet examples) {
    return onBatches(List.of(examples));
  }

  /**
   * On the examples of an iterator, all of which are read. Where it can be reset, it is read from
   * its beginning.
   *
   * @param examples shapes as in {@link #onData(DataSet)}
   */
  public RobustnessAssert onData(DataSetIterator examples) {
    if (examples.resetSupported()) {
      examples.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    // An iterator may fill one batch again and again.
    examples.forEachRemaining(batch -> batches.add(isComplete(batch) ? batch.copy() : batch));
    return onBatches(batches);
  }

  /** What is not is refused with the rest, once it is read. */
  private static boolean isComplete(DataSet batch) {
    return batch.getFeatures() != null && batch.getLabels() != null;
  }

  /**
   * On a data set of Sextant's, which knows its own domain: the way for tables with integers,
   * categories or frozen columns.
   *
   * @param examples with class names, domain and origin
   */
  public RobustnessAssert onData(io.sextant.evaluation.data.DataSet examples) {
    return handedOver(examples);
  }

  /**
   * On images in files.
   *
   * @param images IDX (plain or gzip) or NPY
   * @param labels IDX or NPY, as many
   */
  public RobustnessAssert onData(Path images, Path labels) {
    return fromFiles(Map.of("images", images.toString(), "labels", labels.toString()));
  }

  /**
   * On images in a folder.
   *
   * @param folder with a sub-folder of PNG or JPEG images per class
   */
  public RobustnessAssert onImageFolder(Path folder) {
    return fromFiles(Map.of("folder", folder.toString()));
  }

  /**
   * On a table without a schema: every column is a real number, between the smallest and the
   * largest value in the data.
   *
   * @param csv with a header row
   * @param labelColumn name of the column that holds the class
   */
  public RobustnessAssert onTable(Path csv, String labelColumn) {
    return onTable(csv, labelColumn, null);
  }

  /**
   * On a table.
   *
   * @param csv with a header row
   * @param labelColumn name of the column that holds the class
   * @param schema YAML: types and bounds of the columns; null for none, as in {@link #onTable(Path,
   *     String)}
   */
  public RobustnessAssert onTable(Path csv, String labelColumn, @Nullable Path schema) {
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("csv", csv.toString());
    files.put("label-column", labelColumn);
    if (schema != null) {
      files.put("schema", schema.toString());
    }
    return fromFiles(files);
  }

  private RobustnessAssert onBatches(List<DataSet> batches) {
    return handedOver(List.copyOf(batches));
  }

  private RobustnessAssert handedOver(Object examples) {
    isNotNull();
    String owner = question.place().simpleName();
    return next(
        question
            .with(question.draft().withData(Map.of("supplier", question.place().supplier())))
            .with(question.held().withExamples(examples, owner)));
  }

  private RobustnessAssert fromFiles(Map<String, Object> files) {
    isNotNull();
    return next(question.with(question.draft().withData(files)));
  }

  private RobustnessAssert next(Question asked) {
    return AssertionState.handOn(this, new RobustnessAssert(Objects.requireNonNull(actual), asked));
  }
}
