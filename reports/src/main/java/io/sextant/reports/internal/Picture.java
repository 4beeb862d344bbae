package io.sextant.reports.internal;

/**
 * A picture of a report, no larger than it is drawn: what is shown twelve times in twenty pictures
 * must not make a page that no browser opens.
 */
final class Picture {
  /** Longest side in pixels; the style sheet draws pictures this wide. */
  static final int LONGEST = 160;

  private Picture() {}

  /**
   * A PNG data URI, made smaller by a whole factor where the picture is larger than it is drawn.
   *
   * @param samples height x width x channels bytes
   */
  static String uri(byte[] samples, int width, int height, int channels) {
    int factor = (Math.max(width, height) + LONGEST - 1) / LONGEST;
    if (factor == 1) {
      return Png.uri(samples, width, height, channels);
    }
    int across = (width + factor - 1) / factor;
    int down = (height + factor - 1) / factor;
    byte[] means = new byte[across * down * channels];
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        for (int c = 0; c < channels; c++) {
          long sum = 0;
          int count = 0;
          for (int v = y * factor; v < Math.min(height, (y + 1) * factor); v++) {
            for (int u = x * factor; u < Math.min(width, (x + 1) * factor); u++) {
              sum += samples[(v * width + u) * channels + c] & 0xFF;
              count++;
            }
          }
          means[(y * across + x) * channels + c] = (byte) Math.round((double) sum / count);
        }
      }
    }
    return Png.uri(means, across, down, channels);
  }
}
