package io.sextant.onnx.file;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.sextant.gradients.model.ModelFileException;
import io.sextant.onnx.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntToDoubleFunction;

/**
 * Decodes tensors of a file. What a tensor says of its size is held against the bytes that it
 * brings before anything is allocated.
 */
final class Tensors {
  private Tensors() {}

  /** How the numbers of a type lie in raw data. */
  private enum Width {
    FLOAT(4, Tensor.Kind.SINGLE),
    DOUBLE(8, Tensor.Kind.REAL),
    FLOAT16(2, Tensor.Kind.REAL),
    BFLOAT16(2, Tensor.Kind.REAL),
    INT8(1, Tensor.Kind.WHOLE),
    UINT8(1, Tensor.Kind.WHOLE),
    INT16(2, Tensor.Kind.WHOLE),
    UINT16(2, Tensor.Kind.WHOLE),
    INT32(4, Tensor.Kind.WHOLE),
    UINT32(4, Tensor.Kind.WHOLE),
    INT64(8, Tensor.Kind.WHOLE),
    UINT64(8, Tensor.Kind.WHOLE),
    BOOL(1, Tensor.Kind.TRUTH);

    private final int bytes;
    private final Tensor.Kind kind;

    Width(int bytes, Tensor.Kind kind) {
      this.bytes = bytes;
      this.kind = kind;
    }
  }

  private static Width width(TensorProto tensor) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    try {
      return Width.valueOf(String.valueOf(type));
    } catch (IllegalArgumentException e) {
      throw refuse(
          tensor,
          "has values of type %s, which are not supported"
              .formatted(type == null ? tensor.getDataType() : type));
    }
  }

  /** Whether a tensor's values are numbers with a fraction. */
  static boolean isReal(TensorProto tensor) {
    return tensor.getDataType() != TensorProto.DataType.STRING_VALUE
        && width(tensor).kind.fractional();
  }

  /** The bytes of raw data that a tensor's shape and type ask for. */
  static long rawLength(TensorProto tensor) {
    return (long) count(tensor) * width(tensor).bytes;
  }

  /** Refuses a tensor whose size does not agree with what it brings; nothing is decoded. */
  static void check(TensorProto tensor) {
    if (tensor.getDataType() == TensorProto.DataType.STRING_VALUE) {
      return; // names of classes; nothing that is computed reads them
    }
    if (tensor.hasSegment()) {
      throw refuse(tensor, "is stored in segments, which is not supported");
    }
    Width width = width(tensor);
    int count = count(tensor);
    if (tensor.hasRawData()) {
      if (tensor.getRawData().size() != (long) count * width.bytes) {
        throw refuse(
            tensor,
            "of shape %s and type %s must bring %d bytes but brings %d"
                .formatted(
                    tensor.getDimsList(),
                    width,
                    (long) count * width.bytes,
                    tensor.getRawData().size()));
      }
    } else if (typed(tensor, width) != count) {
      throw refuse(
          tensor,
          "of shape %s must bring %d values but brings %d"
              .formatted(tensor.getDimsList(), count, typed(tensor, width)));
    }
  }

  /** Decodes a tensor. */
  static Tensor read(TensorProto tensor) {
    if (tensor.getDataType() == TensorProto.DataType.STRING_VALUE) {
      throw refuse(tensor, "holds text, where numbers are needed");
    }
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw refuse(tensor, "of a node is kept in another file, which only initialisers may be");
    }
    check(tensor);
    Width width = width(tensor);
    int count = count(tensor);
    int[] sizes = tensor.getDimsList().stream().mapToInt(Long::intValue).toArray();
    if (width == Width.FLOAT && tensor.hasRawData()) {
      float[] singles = new float[count];
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(singles);
      return Tensor.single(sizes, singles);
    }
    IntToDoubleFunction at =
        tensor.hasRawData() ? raw(tensor.getRawData(), width) : typedValues(tensor, width);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = at.applyAsDouble(i);
    }
    return Tensor.of(width.kind, sizes, values);
  }

  private static int count(TensorProto tensor) {
    try {
      return Tensor.count(tensor.getDimsList().stream().mapToLong(Long::longValue).toArray());
    } catch (IllegalArgumentException e) {
      throw refuse(tensor, "is too large: " + e.getMessage());
    }
  }

  private static int typed(TensorProto tensor, Width width) {
    return switch (width) {
      case FLOAT -> tensor.getFloatDataCount();
      case DOUBLE -> tensor.getDoubleDataCount();
      case INT64 -> tensor.getInt64DataCount();
      case UINT32, UINT64 -> tensor.getUint64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  private static IntToDoubleFunction typedValues(TensorProto tensor, Width width) {
    return switch (width) {
      case FLOAT -> tensor::getFloatData;
      case DOUBLE -> tensor::getDoubleData;
      case INT64 -> i -> tensor.getInt64Data(i);
      case UINT32 -> i -> tensor.getUint64Data(i) & 0xffffffffL;
      case UINT64 -> i -> unsigned(tensor.getUint64Data(i));
      case FLOAT16 -> i -> half((short) tensor.getInt32Data(i));
      case BFLOAT16 -> i -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16);
      case BOOL -> i -> tensor.getInt32Data(i) == 0 ? 0 : 1;
      default -> tensor::getInt32Data;
    };
  }

  private static IntToDoubleFunction raw(ByteString data, Width width) {
    ByteBuffer bytes = data.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    return switch (width) {
      case FLOAT -> i -> bytes.getFloat(4 * i);
      case DOUBLE -> i -> bytes.getDouble(8 * i);
      case FLOAT16 -> i -> half(bytes.getShort(2 * i));
      case BFLOAT16 -> i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
      case INT8 -> bytes::get;
      case UINT8 -> i -> bytes.get(i) & 0xff;
      case INT16 -> i -> bytes.getShort(2 * i);
      case UINT16 -> i -> bytes.getShort(2 * i) & 0xffff;
      case INT32 -> i -> bytes.getInt(4 * i);
      case UINT32 -> i -> bytes.getInt(4 * i) & 0xffffffffL;
      case INT64 -> i -> bytes.getLong(8 * i);
      case UINT64 -> i -> unsigned(bytes.getLong(8 * i));
      case BOOL -> i -> bytes.get(i) == 0 ? 0 : 1;
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : 0x1p64 + value;
  }

  /** IEEE 754 half precision: one bit of sign, five of exponent, ten of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (1 + fraction * 0x1p-10) * Math.scalb(1.0, exponent - 15);
        };
    return bits < 0 ? -size : size;
  }

  private static ModelFileException refuse(TensorProto tensor, String what) {
    return new ModelFileException(
        "tensor %s %s".formatted(ModelFileException.quote(tensor.getName()), what));
  }
}
