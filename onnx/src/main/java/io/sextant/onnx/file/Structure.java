package io.sextant.onnx.file;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.sextant.gradients.model.ModelFileException;

/**
 * Walks through a file in the form of protocol buffers without allocating anything: messages that
 * are few bytes in the file can be many objects in memory, so they are counted before they are
 * made.
 */
final class Structure {
  /** Most fields of all messages together. Networks with thousands of nodes have some 100,000. */
  static final int MOST_FIELDS = 1 << 20;

  /** Most nodes of a graph. */
  static final int MOST_NODES = 1 << 15;

  /** Most tensors that a graph brings. */
  static final int MOST_INITIALISERS = 1 << 16;

  /** Most bytes of packed numbers of varying length, each of which becomes eight bytes. */
  static final int MOST_PACKED = 1 << 24;

  /** Deepest nesting of messages. Subgraphs are refused, so six is what models need. */
  static final int DEEPEST = 12;

  private static final Descriptor MODEL = OnnxMl.ModelProto.getDescriptor();
  private static final Descriptor GRAPH = OnnxMl.GraphProto.getDescriptor();

  private final String name;
  private final byte[] bytes;
  private int at;
  private int fields;
  private int nodes;
  private int initialisers;
  private long packed;

  private Structure(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * Whether a file's top-level fields are those of an ONNX model, as far as it goes. ONNX has no
   * magic number; its writers put the version first.
   */
  static boolean recognised(byte[] bytes) {
    if (bytes.length < 4 || bytes[0] != 8 || bytes[1] < 2 || bytes[1] > 32) {
      return false;
    }
    Structure structure = new Structure("", bytes);
    try {
      while (structure.at < bytes.length) {
        int tag = structure.tag();
        FieldDescriptor field = MODEL.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        if (field == null || !fits(field, WireFormat.getTagWireType(tag))) {
          return false;
        }
        structure.skip(WireFormat.getTagWireType(tag));
      }
      return true;
    } catch (ModelFileException e) {
      return true; // so far it was one, but it is cut off: the reader says so
    }
  }

  private static boolean fits(FieldDescriptor field, int wireType) {
    return wireType == field.getLiteType().getWireType()
        || field.isRepeated() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /**
   * Checks a whole file.
   *
   * @throws ModelFileException when it is cut off, or has more of anything than a model needs
   */
  static void check(String name, byte[] bytes) {
    new Structure(name, bytes).message(MODEL, bytes.length, 1);
  }

  private void message(Descriptor type, int end, int depth) {
    if (depth > DEEPEST) {
      throw refuse("its messages are nested more than %d deep".formatted(DEEPEST));
    }
    while (at < end) {
      int tag = tag();
      int wireType = WireFormat.getTagWireType(tag);
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      count(type, field);
      if (field == null || wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        skip(wireType);
      } else {
        int length = length();
        int inner = at + length;
        if (inner > end) {
          throw refuse("a part of it is longer than what holds it; it is damaged");
        }
        if (field.getType() == FieldDescriptor.Type.MESSAGE) {
          message(field.getMessageType(), inner, depth + 1);
        } else if (field.isRepeated() && variable(field)) {
          packed += length;
          if (packed > MOST_PACKED) {
            throw refuse(
                "it may hold at most %d bytes of packed whole numbers; keep them as raw data"
                    .formatted(MOST_PACKED));
          }
        }
        at = inner;
      }
      if (at > end) {
        throw refuse("a part of it is longer than what holds it; it is damaged");
      }
    }
  }

  private void count(Descriptor type, FieldDescriptor field) {
    if (++fields > MOST_FIELDS) {
      throw refuse("a model may have at most %d fields but it has more".formatted(MOST_FIELDS));
    }
    if (field == null || type != GRAPH) {
      return;
    }
    if (field.getNumber() == OnnxMl.GraphProto.NODE_FIELD_NUMBER && ++nodes > MOST_NODES) {
      throw refuse("a model may have at most %d nodes but it has more".formatted(MOST_NODES));
    }
    if (field.getNumber() == OnnxMl.GraphProto.INITIALIZER_FIELD_NUMBER
        && ++initialisers > MOST_INITIALISERS) {
      throw refuse(
          "a model may have at most %d initialisers but it has more".formatted(MOST_INITIALISERS));
    }
  }

  private static boolean variable(FieldDescriptor field) {
    return field.getLiteType().getWireType() == WireFormat.WIRETYPE_VARINT;
  }

  private int tag() {
    long tag = number();
    int wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || tag >>> 3 == 0 || wireType == 3 || wireType == 4 || wireType > 5) {
      throw refuse("it is damaged at byte %d".formatted(at));
    }
    return (int) tag;
  }

  private int length() {
    long length = number();
    if (length < 0 || length > bytes.length - at) {
      throw refuse("it ends early: it is truncated or damaged at byte %d".formatted(at));
    }
    return (int) length;
  }

  private void skip(int wireType) {
    switch (wireType) {
      case WireFormat.WIRETYPE_VARINT -> number();
      case WireFormat.WIRETYPE_FIXED64 -> move(8);
      case WireFormat.WIRETYPE_FIXED32 -> move(4);
      default -> move(length());
    }
  }

  private void move(int count) {
    if (count > bytes.length - at) {
      throw refuse("it ends early: it is truncated or damaged at byte %d".formatted(at));
    }
    at += count;
  }

  private long number() {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= bytes.length) {
        throw refuse("it ends early: it is truncated or damaged at byte %d".formatted(at));
      }
      byte next = bytes[at++];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw refuse("it is damaged at byte %d".formatted(at));
  }

  private ModelFileException refuse(String what) {
    return new ModelFileException("%s: not a usable ONNX file: %s".formatted(name, what));
  }
}
