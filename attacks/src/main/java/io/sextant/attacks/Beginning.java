package io.sextant.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a search at another radius left of an example, where one at a smaller radius begins: its
 * best iterate, brought into the smaller ball, is judged first.
 *
 * @param row {@code [features]}, the iterate
 * @param held whether the example held there. What was not found in a ball is not in a smaller one
 *     either, so that nothing is searched then
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Beginning(double[] row, boolean held) {
  /** What an attack left of each example, in order; none of those that it did not attack. */
  public static List<Beginning> after(AttackResult larger) {
    List<Beginning> all = new ArrayList<>();
    for (ExampleResult example : larger.examples()) {
      all.add(new Beginning(example.input(), example.outcome() instanceof Outcome.Held));
    }
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Beginning that && held == that.held && Arrays.equals(row, that.row);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(row) + Boolean.hashCode(held);
  }
}
