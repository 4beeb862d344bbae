package io.sextant.benchmarks.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What oneDNN says about its calls of one kind on one problem.
 *
 * @param kind the primitive
 * @param problem as oneDNN writes it: {@code mb8_ic32oc64_ih14...} or {@code 8x64x7x7}
 * @param calls how many there were
 * @param millis the median of a call; the mean would be that of the few that were interrupted
 */
public record Kernel(String kind, String problem, int calls, double millis) {
  private static final Pattern SIZE = Pattern.compile("([a-z]+)(\\d+)");
  private static final int FLOAT_BYTES = 4;

  /** The time of all calls, in milliseconds. */
  public double total() {
    return calls * millis;
  }

  /** Multiplications and additions of a call; 0 for kernels that only move values. */
  public double operations() {
    Map<String, Long> size = sizes();
    double channels = product(size, "mb", "ic", "oc");
    return switch (kind) {
      case "convolution" ->
          2 * channels * product(size, "oh", "ow", "kh", "kw") / size.getOrDefault("g", 1L);
      case "inner_product" -> 2 * channels * product(size, "ih", "iw");
      default -> 0;
    };
  }

  /** Bytes that a call reads and writes at least, weights aside; 0 where that is not known. */
  public double bytes() {
    Map<String, Long> size = sizes();
    return switch (kind) {
      case "eltwise" -> 3 * FLOAT_BYTES * elements();
      case "reorder" -> 2 * FLOAT_BYTES * elements();
      case "pooling", "pooling_v2" ->
          // A byte beside each pooled value says where it came from.
          product(size, "mb", "ic")
              * (FLOAT_BYTES * product(size, "ih", "iw")
                  + (FLOAT_BYTES + 1) * product(size, "oh", "ow"));
      default -> 0;
    };
  }

  private double elements() {
    return Arrays.stream(problem.split("x", -1))
        .mapToDouble(Double::parseDouble)
        .reduce(1, (a, b) -> a * b);
  }

  private Map<String, Long> sizes() {
    Map<String, Long> sizes = new HashMap<>();
    Matcher matcher = SIZE.matcher(problem);
    while (matcher.find()) {
      sizes.put(matcher.group(1), Long.parseLong(matcher.group(2)));
    }
    return sizes;
  }

  private static double product(Map<String, Long> sizes, String... names) {
    return Arrays.stream(names)
        .mapToDouble(name -> sizes.getOrDefault(name, 1L))
        .reduce(1, (a, b) -> a * b);
  }
}
