package io.sextant.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.evaluation.data.NpyWriter;
import io.sextant.evaluation.data.NumberArray;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * Explanations of fixed examples that somebody accepted, with where they come from: a folder with
 * {@code golden.json} and {@code attributions.npy}, for version control. Equal content gives equal
 * bytes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class GoldenAttributions {
  private static final int SCHEMA = 1;
  private static final String RECORD = "golden.json";
  private static final String MAPS = "attributions.npy";
  private static final long LARGEST_RECORD = 64L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * What was explained.
   *
   * @param sample row of the data
   * @param target class
   * @param input digest of the values
   */
  private record Explained(long sample, int target, String input) {}

  /**
   * Where the maps come from.
   *
   * @param model digest of the model that was accepted; another one is what the check is for
   * @param attributions digest of the file of the maps
   */
  private record Provenance(
      int schema,
      String toolkit,
      String model,
      String method,
      Map<String, String> settings,
      String output,
      List<Integer> shape,
      List<Explained> explained,
      String attributions) {
    Provenance {
      if (schema != SCHEMA) {
        throw new IllegalArgumentException(
            "schema must be %d but was %d; record it again with --update-golden"
                .formatted(SCHEMA, schema));
      }
      settings = new TreeMap<>(Map.copyOf(settings));
      shape = List.copyOf(shape);
      explained = List.copyOf(explained);
    }

    Provenance with(String digest) {
      return new Provenance(
          schema, toolkit, model, method, settings, output, shape, explained, digest);
    }
  }

  private final Provenance provenance;
  private final double[][] maps;

  private GoldenAttributions(Provenance provenance, double[][] maps) {
    this.provenance = provenance;
    this.maps = maps;
  }

  /**
   * What explanations would be as golden ones.
   *
   * @param modelSha256 digest of the model
   * @param examples that were explained
   * @param found at least one explanation
   * @throws IllegalArgumentException if there is none
   */
  public static GoldenAttributions of(String modelSha256, Examples examples, Explanations found) {
    if (found.size() == 0) {
      throw new IllegalArgumentException(
          "golden attributions must be of at least one example but there is none");
    }
    Map<Long, String> inputs = new HashMap<>();
    for (int i = 0; i < examples.size(); i++) {
      inputs.put(examples.id(i), Sha256.of(examples.row(i)));
    }
    List<Explained> explained = new ArrayList<>();
    for (Certificate one : found.certificates()) {
      explained.add(
          new Explained(one.example(), one.target(), inputs.getOrDefault(one.example(), "")));
    }
    return new GoldenAttributions(
        new Provenance(
            SCHEMA,
            Toolkit.version(),
            modelSha256,
            found.explainer(),
            ExplanationStage.told(found.configuration()),
            found.certificates().get(0).output().text(),
            Arrays.stream(found.shape().sizes()).boxed().toList(),
            explained,
            ""),
        found.attributions());
  }

  /**
   * Writes them, in place of earlier ones.
   *
   * @param folder created when it does not exist
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    OutputFolder.create(folder);
    Path file = folder.resolve(MAPS);
    NpyWriter.write(
        file,
        NpyWriter.Element.FLOAT64,
        maps,
        provenance.shape().stream().mapToInt(Integer::intValue).toArray());
    AtomicOutput.write(
        folder.resolve(RECORD),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(provenance.with(Sha256.of(file)))
            + "\n");
  }

  /**
   * Reads accepted ones.
   *
   * @throws IllegalArgumentException if there are none, or they are damaged
   * @throws IOException if a file cannot be read
   */
  public static GoldenAttributions read(Path folder) throws IOException {
    Path file = folder.resolve(RECORD);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s holds no golden attributions: there is no %s; record them with --update-golden"
              .formatted(folder, RECORD));
    }
    if (Files.size(file) > LARGEST_RECORD) {
      throw new IllegalArgumentException(
          "%s is larger than it can be (%d bytes)".formatted(file, LARGEST_RECORD));
    }
    Provenance provenance;
    try {
      provenance = JSON.readValue(Files.readString(file), Provenance.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is damaged: %s; record it again with --update-golden"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
    Path array = folder.resolve(MAPS);
    if (!Files.isRegularFile(array) || !Sha256.of(array).equals(provenance.attributions())) {
      throw new IllegalArgumentException(
          "%s is missing, or not the file that %s records; take both from one revision, or record them again with --update-golden"
              .formatted(array, RECORD));
    }
    NumberArray read = NumberArray.read(array);
    List<Integer> shape = Arrays.stream(read.shape()).skip(1).boxed().toList();
    double[][] maps = read.rows();
    if (!shape.equals(provenance.shape()) || maps.length != provenance.explained().size()) {
      throw new IllegalArgumentException(
          "%s must hold %d maps of shape %s but holds %d of %s"
              .formatted(
                  array, provenance.explained().size(), provenance.shape(), maps.length, shape));
    }
    if (!Arrays.stream(maps).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "%s must hold finite numbers but does not; record them again with --update-golden"
              .formatted(array));
    }
    return new GoldenAttributions(provenance, maps);
  }

  /**
   * An explanation that is not the accepted one.
   *
   * @param sample row of the data
   * @param target class that is explained now
   * @param golden class that was explained, where it is another one
   * @param share the largest change of a value, by the largest absolute value of the accepted map;
   *     infinite where that is 0 or the value is no number
   * @param feature place of that value, in the shape of the map
   * @param before accepted value there
   * @param after value there now
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Moved(
      long sample,
      int target,
      Optional<Integer> golden,
      double share,
      List<Integer> feature,
      double before,
      double after) {
    public Moved {
      feature = List.copyOf(feature);
    }

    /** One line. */
    public String describe() {
      return golden
          .map(
              class_ ->
                  "sample %d: explains class %d, and the golden one class %d"
                      .formatted(sample, target, class_))
          .orElseGet(
              () ->
                  "sample %d, class %d: feature %s was %s and is %s, a change by %s of the map's largest value"
                      .formatted(
                          sample, target, feature, (float) before, (float) after, (float) share));
    }
  }

  /** How many explanations there are. */
  public int size() {
    return maps.length;
  }

  /** Whether the model is the one that was accepted. */
  public boolean isOfModel(GoldenAttributions other) {
    return provenance.model().equals(other.provenance.model());
  }

  /**
   * Which explanations moved by more than is tolerated, the farthest first.
   *
   * @param now explanations of the same examples
   * @param tolerance largest acceptable change of a value, as a share of the largest absolute value
   *     of its accepted map, from 0
   * @throws IllegalArgumentException if the two were not asked for alike: another method, setting,
   *     output, shape or input
   */
  public List<Moved> moved(GoldenAttributions now, double tolerance) {
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException(
          "tolerance must be a finite number from 0 but was " + tolerance);
    }
    requireAlike(now);
    List<Moved> moved = new ArrayList<>();
    for (int i = 0; i < maps.length; i++) {
      Moved one = farthest(i, now);
      if (one.golden().isPresent() || !(one.share() <= tolerance)) {
        moved.add(one);
      }
    }
    moved.sort(
        Comparator.comparing((Moved one) -> one.golden().isEmpty())
            .thenComparing(Comparator.comparingDouble(Moved::share).reversed())
            .thenComparingLong(Moved::sample));
    return moved;
  }

  private Moved farthest(int row, GoldenAttributions now) {
    double largest = Arrays.stream(maps[row]).map(Math::abs).max().orElse(0);
    int at = 0;
    double farthest = -1;
    for (int j = 0; j < maps[row].length; j++) {
      double change = Math.abs(now.maps[row][j] - maps[row][j]);
      double share =
          change == 0 ? 0 : Double.isNaN(change) ? Double.POSITIVE_INFINITY : change / largest;
      if (share > farthest) {
        farthest = share;
        at = j;
      }
    }
    Explained own = now.provenance.explained().get(row);
    int golden = provenance.explained().get(row).target();
    return new Moved(
        own.sample(),
        own.target(),
        golden == own.target() ? Optional.empty() : Optional.of(golden),
        Math.max(0, farthest),
        place(at),
        maps[row][at],
        now.maps[row][at]);
  }

  private List<Integer> place(int index) {
    List<Integer> place = new ArrayList<>();
    int rest = index;
    for (int k = provenance.shape().size() - 1; k >= 0; k--) {
      place.add(0, rest % provenance.shape().get(k));
      rest /= provenance.shape().get(k);
    }
    return place;
  }

  private void requireAlike(GoldenAttributions now) {
    Provenance is = now.provenance;
    require("method", provenance.method(), is.method());
    require("output", provenance.output(), is.output());
    require("shape", provenance.shape(), is.shape());
    TreeSet<String> keys = new TreeSet<>(provenance.settings().keySet());
    keys.addAll(is.settings().keySet());
    for (String key : keys) {
      require(
          "setting " + key,
          provenance.settings().getOrDefault(key, "not set"),
          is.settings().getOrDefault(key, "not set"));
    }
    require("number of explanations", provenance.explained().size(), is.explained().size());
    for (int i = 0; i < maps.length; i++) {
      require("row " + i, provenance.explained().get(i).sample(), is.explained().get(i).sample());
      require(
          "input of sample " + is.explained().get(i).sample(),
          provenance.explained().get(i).input(),
          is.explained().get(i).input());
    }
  }

  private static void require(String what, Object golden, Object now) {
    if (!golden.equals(now)) {
      throw new IllegalArgumentException(
          "the golden attributions were made otherwise: their %s is %s, and here it is %s; ask alike, or record them again with --update-golden"
              .formatted(what, golden, now));
    }
  }
}
