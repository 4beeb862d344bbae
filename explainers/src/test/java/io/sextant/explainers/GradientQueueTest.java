package io.sextant.explainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.gradients.GradientService;
import io.sextant.gradients.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientQueueTest {
  /** Asks for rounds of points, each only after the answers to the one before. */
  private static final class Rounds implements GradientQueue.Job {
    private final int rounds;
    private final int perRound;
    private final List<Double> answers = new ArrayList<>();
    private final double tag;
    private int asked;

    Rounds(List<Rounds> started, double tag, int rounds, int perRound) {
      this.tag = tag;
      this.rounds = rounds;
      this.perRound = perRound;
      started.add(this);
    }

    boolean finished() {
      return answers.size() == rounds * perRound;
    }

    @Override
    public int label() {
      return 0;
    }

    @Override
    public double @Nullable [] next() {
      boolean waits = asked >= (answers.size() / perRound + 1) * perRound;
      return waits || asked == rounds * perRound ? null : new double[] {tag + asked++ / 1024.0};
    }

    @Override
    public void answer(double value, double[] gradient, double[] logits) {
      answers.add(value);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, Integer.MAX_VALUE})
  void every_job_gets_its_own_answers_in_order_and_few_jobs_are_open_at_a_time(int mostOpen) {
    try (GradientService service = Models.exact(Models.cube(1)).batchSize(8).threads(1).build()) {
      List<Rounds> started = new ArrayList<>();
      int[] seenOpen = {0};
      new GradientQueue(service, Objective.logit(), mostOpen)
          .run(
              IntStream.range(0, 100)
                  .mapToObj(
                      i -> {
                        int open = (int) started.stream().filter(job -> !job.finished()).count();
                        seenOpen[0] = Math.max(seenOpen[0], open + 1);
                        return new Rounds(started, i, 1 + i % 4, 1 + i % 3);
                      })
                  .iterator());
      assertThat(started).hasSize(100).allMatch(Rounds::finished);
      for (Rounds job : started) {
        for (int k = 0; k < job.answers.size(); k++) {
          assertThat(job.answers.get(k)).isEqualTo(Math.pow(job.tag + k / 1024.0, 3));
        }
      }
      assertThat(seenOpen[0]).isBetween(Math.min(mostOpen, 4), Math.min(mostOpen, 8));
    }
  }
}
