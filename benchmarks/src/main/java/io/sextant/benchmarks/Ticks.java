package io.sextant.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the processors have done so far, in Linux's ticks.
 *
 * @param all ticks of all processors
 * @param idle those in which nothing ran
 * @param own those of this process and of its children that have ended
 * @param children those of its children that have ended, and of theirs
 */
record Ticks(long all, long idle, long own, long children) {
  // The unit in which Linux tells them to programs, on every x86_64.
  private static final double PER_SECOND = 100;

  static Ticks now() throws IOException {
    long[] machine =
        numbers(Files.readAllLines(Path.of("/proc/stat")).get(0).replaceFirst("cpu +", ""), 8);
    // The name of the process, in brackets, may hold blanks.
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] own = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long[] times = numbers(String.join(" ", Arrays.asList(own).subList(11, 15)), 4);
    return new Ticks(
        Arrays.stream(machine).sum(),
        machine[3] + machine[4],
        Arrays.stream(times).sum(),
        times[2] + times[3]);
  }

  /** Processor time of the children that have ended since an earlier moment, in seconds. */
  double childSecondsSince(Ticks before) {
    return (children - before.children) / PER_SECOND;
  }

  /** The share of the machine that other processes have taken since an earlier moment. */
  double othersSince(Ticks before) {
    long passed = all - before.all;
    long others = passed - (idle - before.idle) - (own - before.own);
    return passed == 0 ? 0 : Math.max(0, others / (double) passed);
  }

  private static long[] numbers(String line, int count) {
    return Arrays.stream(line.strip().split(" +", -1))
        .limit(count)
        .mapToLong(Long::parseLong)
        .toArray();
  }
}
