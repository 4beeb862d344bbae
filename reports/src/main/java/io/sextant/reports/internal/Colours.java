package io.sextant.reports.internal;

/**
 * Colour maps that survive colour blindness: viridis for magnitudes, blue-white-orange for signs.
 *
 * @see "Smith, N., van der Walt, S.: A better default colormap for Matplotlib. SciPy 2015"
 */
final class Colours {
  // Viridis at nine equal steps.
  private static final int[] MAGNITUDE = {
    0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
  };
  // From Okabe and Ito's blue through near white to their vermilion.
  private static final int[] SIGN = {
    0x004E82, 0x0072B2, 0x7FB8DA, 0xF7F7F7, 0xF2B48A, 0xD55E00, 0x9A4200
  };

  private Colours() {}

  /** The colour of a magnitude in [0, 1] as 0xRRGGBB. */
  static int magnitude(double unit) {
    return between(MAGNITUDE, unit);
  }

  /** The colour of a signed value in [-1, 1] as 0xRRGGBB; 0 is near white. */
  static int sign(double unit) {
    return between(SIGN, (unit + 1) / 2);
  }

  private static int between(int[] stops, double unit) {
    double place = Math.min(1, Math.max(0, unit)) * (stops.length - 1);
    int left = Math.min((int) place, stops.length - 2);
    double share = place - left;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = stops[left] >> shift & 0xFF;
      int to = stops[left + 1] >> shift & 0xFF;
      colour |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return colour;
  }
}
