package io.sextant.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** The native library, loaded once, with its one CPU engine and stream. */
final class Dnnl {
  private final dnnl_engine engine;
  private final dnnl_stream stream;

  private Dnnl(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  /** Loading is tried once; what came of it is kept. */
  private static final class Loaded {
    static final @Nullable Dnnl LIBRARY;
    static final @Nullable String FAILURE;

    static {
      Dnnl library = null;
      String failure = null;
      try {
        // ND4J sets the number of threads, and finds its own library when first used.
        Nd4j.getExecutioner();
        dnnl_engine engine = new dnnl_engine();
        check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "create an engine");
        dnnl_stream stream = new dnnl_stream();
        check(
            dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags),
            "create a stream");
        library = new Dnnl(engine, stream);
      } catch (LinkageError | IllegalStateException e) {
        // UnsatisfiedLinkError where there are no natives, NoClassDefFoundError after it.
        failure = "oneDNN's native library could not be loaded (" + e.getMessage() + ")";
      }
      LIBRARY = library;
      FAILURE = failure;
    }
  }

  static Dnnl library() {
    Dnnl library = Loaded.LIBRARY;
    if (library == null) {
      throw new IllegalStateException(String.valueOf(Loaded.FAILURE));
    }
    return library;
  }

  static Optional<String> unavailable() {
    return Optional.ofNullable(Loaded.FAILURE);
  }

  dnnl_engine engine() {
    return engine;
  }

  dnnl_stream stream() {
    return stream;
  }

  static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /** The instruction set that its kernels are made for, such as {@code avx2}. */
  static String instructionSet() {
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    if (isa == dnnl.dnnl_cpu_isa_sse41) {
      return "sse4.1";
    }
    if (isa == dnnl.dnnl_cpu_isa_avx) {
      return "avx";
    }
    if (isa == dnnl.dnnl_cpu_isa_avx2 || isa == dnnl.dnnl_cpu_isa_avx2_vnni) {
      return "avx2";
    }
    return isa == dnnl.dnnl_cpu_isa_all ? "any" : "avx512";
  }

  static void check(int status, String what) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN could not " + what + " (status " + status + ")");
    }
  }
}
