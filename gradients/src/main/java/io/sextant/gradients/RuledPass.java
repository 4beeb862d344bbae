package io.sextant.gradients;

import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.gradients.rules.Change;
import io.sextant.gradients.rules.NodePass;
import io.sextant.gradients.rules.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One pass of some rows through a graph with rules: forward at the points and at their references,
 * then back. Whatever it leases is given back when it is closed.
 */
final class RuledPass implements AutoCloseable {
  private final RuledGraph ruled;
  private final Function<Lanes, Lane> leasing;
  private final List<Runnable> givingBack = new ArrayList<>();
  private final int rows;
  // By point (then its references) and node; null within stations.
  private final double[][] @Nullable [][] values;
  private final Lane[] recorded;
  private final double[][] @Nullable [] flows;
  private double extraForwards;
  private double backwards;

  /**
   * @param leasing of lanes with room for all rows
   */
  RuledPass(RuledGraph ruled, int rows, Function<Lanes, Lane> leasing) {
    this.ruled = ruled;
    this.rows = rows;
    this.leasing = leasing;
    int nodes = ruled.graph().nodes().size();
    this.values = new double[1 + ruled.composite().references()][nodes][][];
    this.recorded = new Lane[ruled.stations().size()];
    this.flows = new double[nodes][][];
  }

  /**
   * Runs forward. References that are the same in several rows are run once.
   *
   * @param point 0 for the points in question, then each reference
   * @return the logits
   */
  double[][] forward(int point, double[][] inputs) {
    Distinct asked = point == 0 ? Distinct.each(inputs) : Distinct.of(inputs);
    int count = asked.rows().length;
    double[][] @Nullable [] known = new double[ruled.graph().nodes().size()][][];
    known[0] = asked.rows();
    for (Node node : ruled.graph().nodes()) {
      if (node.operation() instanceof Operation.Constant constant) {
        double[] value = ruled.graph().weights().values(constant.value());
        Arrays.setAll(value, i -> ruled.precision().round(value[i]));
        double[][] all = new double[count][];
        Arrays.fill(all, value);
        known[node.index()] = all;
      }
    }
    for (int i = 0; i < ruled.stations().size(); i++) {
      Station station = ruled.stations().get(i);
      double[][] in =
          joined(station.first().inputs().stream().map(node -> required(known[node])).toList());
      double[][] out = new double[count][];
      if (point == 0 && station.varies()) {
        recorded[i] = lease(station, Change.NONE);
        recorded[i].record(in, 0, count);
        recorded[i].readLogits(out, 0, count);
      } else {
        Lanes lanes = station.lanes(Change.NONE);
        Lane lane = leasing.apply(lanes);
        try {
          lane.forward(in, 0, count);
          lane.readLogits(out, 0, count);
        } finally {
          lanes.giveBack(lane);
        }
      }
      known[station.last().index()] = out;
    }
    for (int node = 0; node < known.length; node++) {
      double[][] value = known[node];
      values[point][node] = value == null ? null : asked.spread(value);
    }
    return value(point, ruled.graph().output().index());
  }

  /**
   * Sends back.
   *
   * @param starts what to say to each row's logits
   * @return what comes to the input
   */
  double[][] backward(List<Start> starts) {
    int output = ruled.graph().output().index();
    double[][] start = new double[rows][];
    for (int row = 0; row < rows; row++) {
      int at = row;
      start[row] =
          starts
              .get(row)
              .flow(
                  value(0, output)[row],
                  IntStream.range(1, values.length)
                      .mapToObj(point -> value(point, output)[at])
                      .toList());
    }
    flows[output] = start;
    for (int i = ruled.stations().size() - 1; i >= 0; i--) {
      back(ruled.stations().get(i), i);
    }
    double[][] arrived = flows[0];
    return arrived == null ? new double[rows][ruled.graph().input().shape().elements()] : arrived;
  }

  private void back(Station station, int number) {
    double[][] flow = flows[station.last().index()];
    if (!station.varies() || flow == null) {
      return;
    }
    int leased = givingBack.size();
    List<double[][]> parts = station.rule().back(new At(station, recorded[number]), flow);
    giveBack(leased);
    for (int k = 0; k < parts.size(); k++) {
      if (station.varies(k)) {
        add(station.first().inputs().get(k), parts.get(k));
      }
    }
    flows[station.last().index()] = null;
  }

  private void add(int node, double[][] part) {
    double[][] before = flows[node];
    if (before == null) {
      flows[node] = part;
      return;
    }
    double[][] sum = new double[rows][];
    for (int row = 0; row < rows; row++) {
      sum[row] = before[row].clone();
      for (int i = 0; i < sum[row].length; i++) {
        sum[row][i] += part[row][i];
      }
    }
    flows[node] = sum;
  }

  /**
   * Forward passes so far beside one at each point and reference, to the nearest whole one: a run
   * of a node counts as much as the multiplications in it.
   */
  long extraForwards() {
    return Math.round(extraForwards);
  }

  /** Backward passes so far, counted alike; at least 1. */
  long backwards() {
    return Math.max(1, Math.round(backwards));
  }

  private double[][] value(int point, int node) {
    return required(values[point][node]);
  }

  private static double[][] required(double @Nullable [][] value) {
    if (value == null) {
      throw new IllegalStateException("a value was asked for before it was computed");
    }
    return value;
  }

  private List<double[][]> inputs(Station station, int point) {
    return station.first().inputs().stream().map(node -> value(point, node)).toList();
  }

  private Lane lease(Station station, Change change) {
    Lanes lanes = station.lanes(change);
    Lane lane = leasing.apply(lanes);
    givingBack.add(() -> lanes.giveBack(lane));
    return lane;
  }

  private void giveBack(int downTo) {
    for (int i = givingBack.size() - 1; i >= downTo; i--) {
      givingBack.remove(i).run();
    }
  }

  @Override
  public void close() {
    giveBack(0);
  }

  /** Several values side by side in each row. */
  private static double[][] joined(List<double[][]> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    double[][] joined = new double[parts.get(0).length][];
    for (int row = 0; row < joined.length; row++) {
      int at = row;
      joined[row] = parts.stream().flatMapToDouble(part -> Arrays.stream(part[at])).toArray();
    }
    return joined;
  }

  private static List<double[][]> apart(double[][] joined, List<Shape> shapes) {
    if (shapes.size() == 1) {
      return Collections.singletonList(joined);
    }
    List<double[][]> parts = new ArrayList<>();
    int from = 0;
    for (Shape shape : shapes) {
      int start = from;
      int end = from + shape.elements();
      parts.add(
          Arrays.stream(joined)
              .map(row -> Arrays.copyOfRange(row, start, end))
              .toArray(double[][]::new));
      from = end;
    }
    return List.copyOf(parts);
  }

  /** A station in this pass. */
  private final class At implements NodePass {
    private final Station station;
    private final Lane own;

    At(Station station, Lane own) {
      this.station = station;
      this.own = own;
    }

    @Override
    public Node node() {
      return station.last();
    }

    @Override
    public List<double[][]> inputs() {
      return RuledPass.this.inputs(station, 0);
    }

    @Override
    public double[][] output() {
      return value(0, station.last().index());
    }

    @Override
    public List<double[][]> inputs(int reference) {
      return RuledPass.this.inputs(station, 1 + reference);
    }

    @Override
    public double[][] output(int reference) {
      return value(1 + reference, station.last().index());
    }

    @Override
    public boolean varies(int input) {
      return station.varies(input);
    }

    @Override
    public double[] values(Parameter parameter) {
      return station.values(parameter);
    }

    @Override
    public Run recorded() {
      return new Recorded(station, own, output(), () -> {});
    }

    @Override
    public Run run(Change change, List<double[][]> inputs) {
      Lane lane = lease(station, change);
      Runnable giveBack = givingBack.get(givingBack.size() - 1);
      lane.record(joined(inputs), 0, rows);
      double[][] out = new double[rows][];
      lane.readLogits(out, 0, rows);
      extraForwards += (double) station.work() / ruled.work();
      return new Recorded(
          station,
          lane,
          out,
          () -> {
            if (givingBack.remove(giveBack)) {
              giveBack.run();
            }
          });
    }
  }

  private final class Recorded implements NodePass.Run {
    private final Station station;
    private final Lane lane;
    private final double[][] output;
    private final Runnable closing;

    Recorded(Station station, Lane lane, double[][] output, Runnable closing) {
      this.station = station;
      this.lane = lane;
      this.output = output;
      this.closing = closing;
    }

    @Override
    public double[][] output() {
      return output;
    }

    @Override
    public List<double[][]> pullback(double[][] flow) {
      double[][] joined = new double[rows][];
      lane.writeCotangent(flow, 0, rows);
      lane.pullback(0, joined, 0, rows);
      backwards += (double) station.work() / ruled.work();
      return apart(joined, station.shapes());
    }

    @Override
    public void close() {
      closing.run();
    }
  }
}
