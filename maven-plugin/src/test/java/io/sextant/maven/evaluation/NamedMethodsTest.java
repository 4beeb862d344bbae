package io.sextant.maven.evaluation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedMethodsTest {
  /** An attack on the worker's class path. */
  public record Probe(int steps) implements Method {
    private static final Setting<Probe, Integer> STEPS =
        Setting.of("steps", Form.count(), "steps", Probe::steps);
    private static final Declaration<Probe> DECLARATION =
        Declaration.of("probe", Kind.FIXED_RADIUS, Probe.class)
            .setting(STEPS)
            .made(Probe::new, values -> new Probe(values.of(STEPS)));

    public Probe() {
      this(1);
    }

    @Override
    public Declaration<Probe> declaration() {
      return DECLARATION;
    }

    @Override
    public Passes passes(int classes, int features) {
      return new Passes(1, 1);
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path worker;

  @BeforeEach
  void services() throws IOException {
    Path services = Files.createDirectories(worker.resolve("META-INF/services"));
    Files.writeString(services.resolve(Method.class.getName()), Probe.class.getName() + "\n");
  }

  private static AuditSpec spec(String attacks) {
    return SpecReader.parse(
        "model: m.zip\ndata: {images: x.npy, labels: y.npy}\nattacks: " + attacks + "\n",
        Path.of(""));
  }

  @Test
  void what_the_worker_would_refuse_is_refused_before_it_starts() {
    assertThatThrownBy(() -> NamedMethods.require(spec("[prode]"), List.of(worker)))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("attack must be one of probe but was 'prode'; did you mean 'probe'?");
    assertThatThrownBy(() -> NamedMethods.require(spec("[{probe: {step: 3}}]"), List.of(worker)))
        .hasMessageContaining("no setting step; did you mean 'steps'?");
    assertThatThrownBy(
            () -> NamedMethods.require(spec("[{id: x, probe: {steps: 0}}]"), List.of(worker)))
        .hasMessageContaining("steps must be a whole number from 1 to 1000000 but was '0'");
  }

  @Test
  void what_exists_passes_and_so_does_everything_where_nothing_is_declared() throws IOException {
    assertThatCode(() -> NamedMethods.require(spec("[{probe: {steps: 3}}]"), List.of(worker)))
        .doesNotThrowAnyException();
    Files.delete(worker.resolve("META-INF/services/" + Method.class.getName()));
    assertThatCode(() -> NamedMethods.require(spec("[prode]"), List.of(worker)))
        .doesNotThrowAnyException();
  }
}
