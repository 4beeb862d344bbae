package io.sextant.evaluation;

import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.CsvTable;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.evaluation.data.ImageFolder;
import io.sextant.evaluation.data.Schema;
import io.sextant.evaluation.data.SuppliedData;
import io.sextant.evaluation.data.SupplierFailure;
import io.sextant.gradients.dl4j.Dl4jNetwork;
import io.sextant.gradients.predictor.Predictor;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * What a spec names: files, and classes on the class path that make a model or data. A supplied
 * network is saved to a temporary file, and from there on treated as any other model file; closing
 * removes it. A supplied predictor stays the code that it is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SpecSources implements Sources, AutoCloseable {
  private final List<Path> temporary = new ArrayList<>();

  /** Sources that have not made anything yet. */
  public SpecSources() {}

  @Override
  public GivenModel model(ModelSpec spec) throws IOException {
    if (spec.source() instanceof ModelSpec.File file) {
      return new GivenModel.InFile(file.path());
    } else if (spec.source() instanceof ModelSpec.Supplied supplied) {
      Object made = make(supplied.className());
      if (made instanceof Predictor predictor) {
        return new GivenModel.Answering(
            predictor.named(simpleName(supplied.className())), Optional.of(supplied.className()));
      }
      Dl4jNetwork network =
          Dl4jNetwork.in(made)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the supplier %s must give a MultiLayerNetwork, a ComputationGraph or a Predictor but gave %s"
                              .formatted(supplied.className(), kind(made))));
      Path folder = Files.createTempDirectory("sextant-model");
      temporary.add(folder);
      Path file = folder.resolve(simpleName(supplied.className()) + ".zip");
      temporary.add(file);
      network.write(file);
      return new GivenModel.InFile(file);
    }
    throw new IllegalStateException("unknown source " + spec.source());
  }

  @Override
  public DataSet data(DataSpec spec) {
    return data(spec.source(), new Box(spec.minimum(), spec.maximum()));
  }

  /**
   * Reads data.
   *
   * @param source files of one of the supported formats, or a class
   * @param box the bounds of images and supplied inputs
   * @throws io.sextant.evaluation.data.DataException if they are missing or damaged
   */
  public static DataSet data(DataSpec.Source source, Box box) {
    if (source instanceof DataSpec.Arrays arrays) {
      return ImageFiles.read(arrays.images(), arrays.labels(), box);
    } else if (source instanceof DataSpec.Folder folder) {
      return ImageFolder.read(folder.folder(), box);
    } else if (source instanceof DataSpec.Table table) {
      CsvTable cells = CsvTable.open(table.csv(), table.labelColumn(), table.missing());
      if (table.schema().isEmpty()) {
        return cells.dataSet(Optional.empty());
      }
      Schema.Loaded schema = Schema.load(table.schema().get());
      return cells.dataSet(Optional.of(schema.schema())).withFile(schema.file());
    } else if (source instanceof DataSpec.Supplied supplied) {
      return SuppliedData.read(supplied.className(), make(supplied.className()), box);
    }
    throw new IllegalStateException("unknown source " + source);
  }

  private static Object make(String className) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Object supplier;
    try {
      Class<?> type =
          Class.forName(
              className, false, loader == null ? ClassLoader.getSystemClassLoader() : loader);
      // Nothing of the class runs before it is known to be what is asked for.
      if (!Supplier.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            "the supplier %s must implement java.util.function.Supplier".formatted(className));
      }
      supplier = type.getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "the supplier %s is not on the class path; compile it, and check the name"
              .formatted(className),
          e);
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "the supplier %s must be a public class with a public constructor without parameters"
              .formatted(className),
          e);
    } catch (InvocationTargetException | LinkageError e) {
      throw new IllegalArgumentException(
          "the supplier %s cannot be made: %s".formatted(className, SupplierFailure.reason(e)), e);
    }
    Object made;
    try {
      made = ((Supplier<?>) supplier).get();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new IllegalArgumentException(
          "the supplier %s failed: %s".formatted(className, SupplierFailure.reason(e)), e);
    }
    if (made == null) {
      throw new IllegalArgumentException("the supplier %s gave null".formatted(className));
    }
    return made;
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
  }

  private static String kind(Object made) {
    return made.getClass().getName();
  }

  @Override
  public void close() throws IOException {
    for (int i = temporary.size() - 1; i >= 0; i--) {
      Files.deleteIfExists(temporary.get(i));
    }
    temporary.clear();
  }
}
