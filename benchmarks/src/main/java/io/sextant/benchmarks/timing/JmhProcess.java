package io.sextant.benchmarks.timing;

import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs benchmarks in this process, which {@link io.sextant.benchmarks.Fork} started for one library
 * alone: JMH's own forks cannot be given environment variables, and each library wants others.
 */
public final class JmhProcess {
  private JmhProcess() {}

  /**
   * Runs benchmarks.
   *
   * @param arguments the JSON file to write, the pattern of the benchmarks, the numbers of warm-up
   *     and measured iterations, the milliseconds of a measured iteration, and parameters as {@code
   *     name=value,value}
   */
  public static void main(String[] arguments) throws RunnerException {
    List<String> list = Arrays.asList(arguments);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(list.get(1))
            .forks(0)
            .warmupIterations(Integer.parseInt(list.get(2)))
            .measurementIterations(Integer.parseInt(list.get(3)))
            .measurementTime(TimeValue.milliseconds(Long.parseLong(list.get(4))))
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(list.get(0));
    for (String parameter : list.subList(5, list.size())) {
      int equals = parameter.indexOf('=');
      options =
          options.param(
              parameter.substring(0, equals), parameter.substring(equals + 1).split(",", -1));
    }
    new Runner(options.build()).run();
    // Libraries keep pools of threads; the results are written.
    System.exit(0);
  }
}
