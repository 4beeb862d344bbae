package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Origin;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecSourcesTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  @Test
  void digests_of_a_table_and_its_schema_are_of_what_was_read() throws IOException {
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,y\n0.5,0\n0.7,1\n");
    Path schema =
        Files.writeString(
            folder.resolve("s.yaml"), "features: {a: {type: real, minimum: 0, maximum: 1}}\n");
    Origin.Digest readCsv = new Origin.Digest("t.csv", Sha256.of(csv));
    Origin.Digest readSchema = new Origin.Digest("s.yaml", Sha256.of(schema));
    String spec = "model: m.zip\ndata: {csv: t.csv, label-column: y, schema: s.yaml}\n";
    DataSet data = SpecSources.data(SpecReader.parse(spec, folder).data().source(), Box.UNIT);
    // Who asks later is told what was read then, and not what lies there now.
    Files.writeString(schema, "features: {a: {type: real, minimum: 0, maximum: 9}}\n");
    Files.writeString(csv, "a,y\n0.1,1\n");
    assertThat(data.origin().files()).containsExactly(readCsv, readSchema);
  }
}
