package io.sextant.gradients.nd4j;

import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many native threads the calling thread's calls are spread over. The setting belongs to the
 * thread, which may be a caller's own: it is made for one call and taken back after it, so that
 * training or predicting on the same thread is as fast as before. ND4J and oneDNN share it.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class NativeThreads {
  private NativeThreads() {}

  /** Runs a call with this many native threads. */
  public static void run(int count, Runnable call) {
    get(
        count,
        () -> {
          call.run();
          return count;
        });
  }

  /** What a call gives, with this many native threads. */
  public static <T> T get(int count, Supplier<T> call) {
    NativeOps library = NativeOpsHolder.getInstance().getDeviceNativeOps();
    int before = library.ompGetMaxThreads();
    if (before == count) {
      return call.get();
    }
    library.setOmpNumThreads(count);
    try {
      return call.get();
    } finally {
      library.setOmpNumThreads(before);
    }
  }
}
