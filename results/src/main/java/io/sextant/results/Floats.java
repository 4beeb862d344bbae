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
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(data)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "packed floats must be a multiple of 4 bytes but were " + bytes.remaining());
    }
    for (int i = 0; bytes.hasRemaining(); i++) {
      Check.finite("element " + i, bytes.getFloat());
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
    for (float value : values) {
      buffer.putFloat(value);
    }
    return new Floats(Base64.getEncoder().encodeToString(buffer.array()));
  }

  /** How many there are, without unpacking them. */
  int size() {
    int sextets = data.length();
    while (sextets > 0 && data.charAt(sextets - 1) == '=') {
      sextets--;
    }
    return (int) (sextets * 3L / 4) / Float.BYTES;
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
