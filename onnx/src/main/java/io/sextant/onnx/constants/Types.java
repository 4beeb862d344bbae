package io.sextant.onnx.constants;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.sextant.onnx.file.Operator;
import io.sextant.onnx.tensor.Tensor;
import org.apiguardian.api.API;

/**
 * The types that a Cast goes to.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public enum Types {
  /** Single precision: constants are rounded to it. */
  FLOAT(Tensor.Kind.SINGLE) {
    @Override
    public double convert(double x) {
      return (float) x;
    }
  },
  /** Double precision. */
  DOUBLE(Tensor.Kind.REAL) {
    @Override
    public double convert(double x) {
      return x;
    }
  },
  /** Whole numbers: the fraction is cut off. */
  WHOLE(Tensor.Kind.WHOLE) {
    @Override
    public double convert(double x) {
      return (double) (long) x;
    }
  },
  /** True for everything but 0. */
  TRUTH(Tensor.Kind.TRUTH) {
    @Override
    public double convert(double x) {
      return x == 0 ? 0 : 1;
    }
  };

  private final Tensor.Kind kind;

  Types(Tensor.Kind kind) {
    this.kind = kind;
  }

  /** What values of the type stand for. */
  public Tensor.Kind kind() {
    return kind;
  }

  /** A value as this type has it. */
  public abstract double convert(double x);

  /** The type that a Cast names. */
  public static Types of(Operator operator) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(operator.index("to", 0));
    return switch (String.valueOf(type)) {
      case "FLOAT" -> FLOAT;
      case "DOUBLE" -> DOUBLE;
      case "INT32", "INT64" -> WHOLE;
      case "BOOL" -> TRUTH;
      default -> throw operator.unsupported("a cast to %s is not supported".formatted(type));
    };
  }
}
