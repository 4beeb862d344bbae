package io.sextant.gradients.nd4j;

/** y = x / n with n = max(norm, epsilon); dx = (dy - y (y . dy)) / n, or dy / n below epsilon. */
record L2NormalizeKernel(double epsilon, int elements, Block x, Block y) implements Kernel {
  @Override
  public void forward(int rows) {
    for (int row = 0; row < rows; row++) {
      double divisor = Math.max(norm(row), epsilon);
      for (int i = row * elements; i < (row + 1) * elements; i++) {
        y.set(i, x.get(i) / divisor);
      }
    }
  }

  @Override
  public void pullback(int rows, int slot, Block output, Block input) {
    for (int row = 0; row < rows; row++) {
      double norm = norm(row);
      double along = 0;
      for (int i = row * elements; norm > epsilon && i < (row + 1) * elements; i++) {
        along += y.get(i) * output.get(i);
      }
      double divisor = Math.max(norm, epsilon);
      for (int i = row * elements; i < (row + 1) * elements; i++) {
        input.set(i, (output.get(i) - y.get(i) * along) / divisor);
      }
    }
  }

  private double norm(int row) {
    double sum = 0;
    for (int i = row * elements; i < (row + 1) * elements; i++) {
      sum += x.get(i) * x.get(i);
    }
    return Math.sqrt(sum);
  }
}
