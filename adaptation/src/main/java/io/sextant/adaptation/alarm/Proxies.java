package io.sextant.adaptation.alarm;

import org.apiguardian.api.API;

/**
 * What is seen of one row.
 *
 * @param doubt see {@link Proxy#DOUBT}
 * @param crowding see {@link Proxy#CROWDING}
 * @param dissent see {@link Proxy#DISSENT}
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Proxies(double doubt, double crowding, double dissent) {
  /** Of a row on which the two models cannot be told apart. */
  static final Proxies NEUTRAL = new Proxies(0.5, 0.5, 0.5);

  /** One of them, in [0, 1]. */
  public double of(Proxy proxy) {
    double value =
        switch (proxy) {
          case DOUBT -> doubt;
          case CROWDING -> crowding;
          case DISSENT -> dissent;
        };
    return Math.max(0, Math.min(1, value));
  }
}
