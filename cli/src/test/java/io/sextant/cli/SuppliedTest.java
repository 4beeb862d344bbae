package io.sextant.cli;

import static io.sextant.cli.Command.sextant;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AuditResult;
import io.sextant.results.Proportion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Models and data that come from classes rather than files. */
class SuppliedTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Bench bench;

  @BeforeEach
  void files() {
    bench = new Bench(folder);
  }

  /** The plane of the bench. */
  public static final class Plane implements Supplier<MultiLayerNetwork> {
    @Override
    public MultiLayerNetwork get() {
      return Bench.linear(new float[][] {{0, 1}, {0, 1}, {0, 1}, {0, 1}}, 0, -2);
    }
  }

  /** Two batches of two examples, of which the last is labelled wrongly. */
  public static final class Batches implements Supplier<Iterator<DataSet>> {
    @Override
    public Iterator<DataSet> get() {
      return List.of(batch(0.51, 1, 0.45, 0), batch(0.7, 1, 0.3, 1)).iterator();
    }

    private static DataSet batch(double first, int one, double second, int other) {
      INDArray labels = Nd4j.zeros(2, 2);
      labels.putScalar(0, one, 1);
      labels.putScalar(1, other, 1);
      return new DataSet(
          Nd4j.create(
              new double[][] {{first, first, first, first}, {second, second, second, second}}),
          labels);
    }
  }

  /** Labels that are no classes. */
  public static final class Soft implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      return new DataSet(
          Nd4j.create(new double[][] {{0.1, 0.2, 0.3, 0.4}}),
          Nd4j.create(new double[][] {{0.5, 0.5}}));
    }
  }

  /** Fails. */
  public static final class Broken implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      throw new java.io.UncheckedIOException(new IOException("no connection"));
    }
  }

  /** Cannot even be initialised. */
  public static final class Static implements Supplier<DataSet> {
    private static final DataSet DATA = load();

    private static DataSet load() {
      throw new IllegalStateException("no data today");
    }

    @Override
    public DataSet get() {
      return DATA;
    }
  }

  /** Fails as tests do. */
  public static final class Asserting implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      throw new AssertionError("the fixture is missing");
    }
  }

  /** Needs a class that is not there. */
  public static final class Unlinked implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      throw new NoClassDefFoundError("demo/Gone");
    }
  }

  /** Fails on the way. */
  public static final class Interrupted implements Supplier<Iterator<DataSet>> {
    @Override
    public Iterator<DataSet> get() {
      return java.util.stream.Stream.<DataSet>generate(
              () -> {
                throw new IllegalStateException("the disk is gone");
              })
          .iterator();
    }
  }

  /** Without labels. */
  public static final class Unlabelled implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      return new DataSet(Nd4j.zeros(2, 4), null);
    }
  }

  /** No supplier, which must not run for that to be found out. */
  public static final class Untouched {
    static {
      System.setProperty("sextant.test.untouched", "touched");
    }
  }

  private Path spec(String model, String data) throws IOException {
    return bench.text(
        "audit.yaml",
        """
        model: {supplier: '%s'}
        data: {supplier: '%s'}
        threats: [{norm: linf, epsilons: [0.02, 0.1]}]
        attacks: [fgsm]
        """
            .formatted(model, data));
  }

  @Test
  void a_model_and_data_from_classes_are_audited_like_files() throws IOException {
    Path spec = spec(Plane.class.getName(), Batches.class.getName());
    Path out = bench.path("out");
    sextant("audit", spec, "--out", out).succeeds();
    AuditResult result = AuditResult.read(out.resolve("result.json"));
    assertThat(result.accuracy().clean()).isEqualTo(new Proportion(3, 4));
    assertThat(result.accuracy().robust().get(0).worstCase().broken()).isEqualTo(1);
    assertThat(result.accuracy().robust().get(1).worstCase().broken()).isEqualTo(2);
    assertThat(result.model().file()).isEqualTo("SuppliedTest.Plane.zip");
    sextant("replay", out).succeeds();
    assertThat(sextant("audit", spec, "--out", out).succeeds().err())
        .as("equal classes give equal digests")
        .contains("found finished");
    Path second = bench.path("second");
    sextant("audit", spec, "--out", second).succeeds();
    assertThat(AuditResult.read(second.resolve("result.json")).model().sha256())
        .isEqualTo(result.model().sha256());
  }

  @Test
  void unusable_suppliers_are_told_apart() throws IOException {
    String data = Batches.class.getName();
    String model = Plane.class.getName();
    Path out = bench.path("out");
    sextant("audit", spec("demo.Missing", data), "--out", out)
        .refuses("demo.Missing", "not on the class path");
    sextant("audit", spec("java.lang.String", data), "--out", out)
        .refuses("java.lang.String", "java.util.function.Supplier");
    sextant("audit", spec(data, data), "--out", out).refuses("a ComputationGraph or a Predictor");
    sextant("audit", spec(model, model), "--out", out)
        .refuses("must give a DataSet, or an iterator over DataSets");
    sextant("audit", spec(model, Soft.class.getName()), "--out", out).refuses("row 0", "one-hot");
    sextant("audit", spec(model, Broken.class.getName()), "--out", out)
        .refuses("failed", "no connection");
    assertThat(out.resolve("result.json")).doesNotExist();
  }

  @Test
  void every_failure_of_a_supplier_is_bad_input_that_names_it() throws IOException {
    failing(Static.class, "no data today");
    failing(Asserting.class, "AssertionError: the fixture is missing");
    failing(Unlinked.class, "NoClassDefFoundError: demo/Gone");
    failing(Interrupted.class, "the disk is gone");
    failing(Unlabelled.class, "must have features and labels");
  }

  private void failing(Class<?> supplier, String reason) throws IOException {
    sextant("audit", spec(Plane.class.getName(), supplier.getName()), "--out", bench.path("out"))
        .refuses(supplier.getName(), reason);
  }

  @Test
  void what_is_no_supplier_is_not_initialised() throws IOException {
    failing(Untouched.class, "java.util.function.Supplier");
    assertThat(System.getProperty("sextant.test.untouched")).isNull();
  }

  @Test
  void chosen_rows_are_looked_at_alone() throws IOException {
    bench.plane("model.zip");
    bench.planeData();
    Path spec =
        bench.text(
            "rows.yaml",
            "model: model.zip\ndata: {images: x.npy, labels: y.npy, rows: [3, 1]}\nattacks: [fgsm]\n");
    sextant("audit", spec, "--out", bench.path("out")).succeeds();
    AuditResult result = AuditResult.read(bench.path("out").resolve("result.json"));
    assertThat(result.accuracy().clean().n()).isEqualTo(2);
    assertThat(
            io.sextant.results.SamplesCsv.read(bench.path("out").resolve("samples.csv")).stream()
                .map(row -> row.sample())
                .distinct())
        .containsExactly(1, 3);
    Path missing =
        bench.text(
            "missing.yaml",
            "model: model.zip\ndata: {images: x.npy, labels: y.npy, rows: [12]}\nattacks: [fgsm]\n");
    sextant("audit", missing, "--out", bench.path("no")).refuses("no row 12", "the last one is 11");
  }
}
