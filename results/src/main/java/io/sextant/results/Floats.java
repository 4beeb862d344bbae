package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.apiguardian.api.API;

/**
 * Numbers packed for JSON: 32-bit floats, little endian, in base64.
 *
 * @param data base64 of the bytes, every number finite
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Floats(@JsonValue String data) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Floats {
    int bytes = Base64.getDecoder().decode(data).length;
    if (bytes % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "packed floats must be a multiple of 4 bytes but were " + bytes);
    }
  }

  /**
   * Packs numbers.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  public static Floats of(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      Check.finite("element " + i, values[i]);
      buffer.putFloat(values[i]);
    }
    return new Floats(Base64.getEncoder().encodeToString(buffer.array()));
  }

  /** How many there are. */
  int size() {
    return values().length;
  }

  /** The numbers, a new array. */
  public float[] values() {
    ByteBuffer buffer =
        ByteBuffer.wrap(Base64.getDecoder().decode(data)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }
}
