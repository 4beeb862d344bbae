package io.sextant.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelsTest {
  private static String call(String kind, String problem, double millis) {
    return "onednn_verbose,exec,cpu,%s,jit:x,forward_inference,src_f32::blocked:acdb:f0 ,attr ,alg:a ,%s,%s"
        .formatted(kind, problem, millis);
  }

  @Test
  void calls_on_one_problem_are_one_kernel_with_the_median_time() {
    Kernels kernels =
        Kernels.read(
            List.of(
                "onednn_verbose,info,cpu,runtime:OpenMP",
                call("eltwise", "8x128", 0.25),
                call("convolution", "mb8", 0.5),
                call("convolution", "mb8", 90),
                call("convolution", "mb8", 0.25),
                "a line of something else"),
            1e9);
    assertThat(kernels.all())
        .containsExactly(
            new Kernel("convolution", "mb8", 3, 0.5), new Kernel("eltwise", "8x128", 1, 0.25));
    assertThat(kernels.share(kernels.all().get(1))).isCloseTo(0.25 / 1.75, within(1e-12));
  }

  @Test
  void operations_and_bytes_follow_from_the_problem() {
    Kernel convolution =
        new Kernel("convolution", "mb8_ic64oc32_ih14oh14kh3sh1dh0ph1_iw14ow14kw3sw1dw0pw1", 1, 1);
    assertThat(convolution.operations()).isEqualTo(2.0 * 8 * 64 * 32 * 14 * 14 * 9);
    assertThat(new Kernel("convolution", "g32mb8_ic32oc32_oh7kh3_ow7kw3", 1, 1).operations())
        .isEqualTo(2.0 * 8 * 32 * 7 * 7 * 9);
    assertThat(new Kernel("inner_product", "mb8ic3136oc128", 1, 1).operations())
        .isEqualTo(2.0 * 8 * 3136 * 128);
    assertThat(new Kernel("eltwise", "8x64x7x7", 1, 1).bytes()).isEqualTo(12.0 * 8 * 64 * 49);
    assertThat(new Kernel("pooling_v2", "mb8ic64_ih14oh7kh2_iw14ow7kw2", 1, 1).bytes())
        .isEqualTo(8.0 * 64 * (4 * 196 + 5 * 49));
  }
}
