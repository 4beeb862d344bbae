package io.sextant.junit;

import io.sextant.evaluation.GivenModel;
import io.sextant.evaluation.Sources;
import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.SuppliedData;
import io.sextant.gradients.model.FrameworkNetwork;
import io.sextant.gradients.predictor.PredictorNetwork;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A network or examples that a test holds in memory; what it does not hold comes from files. */
final class HandedOver implements Sources, AutoCloseable {
  private final SpecSources files = new SpecSources();
  private final Held held;
  private Optional<Path> saved = Optional.empty();

  /**
   * What a test holds.
   *
   * @param network to examine, absent when it is in a file
   * @param examples batches, or a data set of ours; absent when they are in files
   * @param owner names the examples in results
   */
  record Held(Optional<FrameworkNetwork> network, Optional<Object> examples, String owner) {
    static final Held NOTHING = new Held(Optional.empty(), Optional.empty(), "");

    Held withExamples(Object data, String name) {
      return new Held(network, Optional.of(data), name);
    }
  }

  HandedOver(Held held) {
    this.held = held;
  }

  @Override
  public GivenModel model(ModelSpec spec) throws IOException {
    if (held.network().isEmpty()) {
      return files.model(spec);
    }
    if (held.network().get() instanceof PredictorNetwork own) {
      return new GivenModel.Answering(own.predictor(), Optional.empty());
    }
    Path folder = Files.createTempDirectory("sextant-model");
    Path file = folder.resolve(spec.id() + ".zip");
    saved = Optional.of(file);
    held.network().get().write(file);
    return new GivenModel.InFile(file);
  }

  @Override
  public DataSet data(DataSpec spec) {
    if (held.examples().isEmpty()) {
      return files.data(spec);
    }
    Object examples = held.examples().get();
    return SuppliedData.read(
        held.owner(),
        // An iterator is spent after one audit, a list of batches is not.
        examples instanceof List<?> batches ? batches.iterator() : examples,
        new Box(spec.minimum(), spec.maximum()));
  }

  @Override
  public void close() throws IOException {
    if (saved.isPresent()) {
      Files.deleteIfExists(saved.get());
      Files.deleteIfExists(saved.get().resolveSibling(""));
    }
    files.close();
  }
}
