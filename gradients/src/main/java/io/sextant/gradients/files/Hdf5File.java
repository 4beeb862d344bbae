package io.sextant.gradients.files;

import io.sextant.gradients.model.ModelFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Reads groups, text attributes and arrays of floats from HDF5, as far as Keras writes them. Every
 * address and size is compared with the file before it is followed, and the number of structures is
 * bounded, so that a damaged file ends in one message: the native library may crash or never
 * return. For one thread at a time.
 *
 * <p>Format: The HDF Group, "HDF5 File Format Specification Version 3.0": superblocks 0 to 3,
 * object headers 1 and 2, symbol tables, compact and dense links and attributes, contiguous and
 * compact arrays, text of fixed and of variable length. Not read: chunked or compressed arrays,
 * which Keras does not write.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Hdf5File {
  private static final int MOST_DIMENSIONS = 32;
  private static final int DEEPEST_TREE = 16;

  private static final int DATASPACE = 0x01;
  private static final int LINK_INFO = 0x02;
  private static final int DATATYPE = 0x03;
  private static final int LINK = 0x06;
  private static final int EXTERNAL = 0x07;
  private static final int LAYOUT = 0x08;
  private static final int FILTERS = 0x0b;
  private static final int ATTRIBUTE = 0x0c;
  private static final int CONTINUATION = 0x10;
  private static final int SYMBOL_TABLE = 0x11;
  private static final int ATTRIBUTE_INFO = 0x15;

  private static final int FLOAT = 1;
  private static final int TEXT = 3;
  private static final int VARIABLE = 9;

  private final String file;
  private final ByteBuffer bytes;
  private final int offsetSize;
  private final int lengthSize;
  private final Node root;
  private final Hdf5Bounds bounds;

  /**
   * Opens a file.
   *
   * @param file for messages
   * @param content of the file, from its signature on
   * @throws ModelFileException if its frame is damaged
   */
  public Hdf5File(String file, byte[] content) {
    this.file = file;
    this.bounds = new Hdf5Bounds(file, content.length);
    this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    Cursor in = at(8, content.length - 8L);
    int version = in.u8();
    if (version > 3) {
      throw damaged("its superblock has version " + version);
    }
    if (version < 2) {
      in.skip(4);
      this.offsetSize = width(in.u8());
      this.lengthSize = width(in.u8());
      in.skip(version == 0 ? 9 : 13);
      base(in.word(offsetSize));
      in.skip(3L * offsetSize);
      in.skip(offsetSize);
    } else {
      this.offsetSize = width(in.u8());
      this.lengthSize = width(in.u8());
      in.skip(1);
      base(in.word(offsetSize));
      in.skip(2L * offsetSize);
    }
    this.root = node(Optional.empty(), "", in.word(offsetSize));
  }

  /** The group that holds everything. */
  public Node root() {
    return root;
  }

  private int width(int size) {
    if (size != 2 && size != 4 && size != 8) {
      throw damaged("addresses have %d bytes".formatted(size));
    }
    return size;
  }

  private void base(long address) {
    if (address != 0) {
      throw damaged("its data does not begin with the file");
    }
  }

  ModelFileException damaged(String why) {
    return bounds.damaged(why);
  }

  ModelFileException unsupported(String what) {
    return new ModelFileException(
        "%s: %s, which Keras does not write and is not supported; save the model again with Keras"
            .formatted(file, what));
  }

  void structure() {
    bounds.structure();
  }

  private boolean undefined(long address) {
    return address == (offsetSize == 8 ? -1L : (1L << (8 * offsetSize)) - 1);
  }

  /** Bytes of an address. */
  int offsetSize() {
    return offsetSize;
  }

  /** Bytes of a size. */
  int lengthSize() {
    return lengthSize;
  }

  /** The file from an address on. */
  Cursor from(long address) {
    return at(address, bytes.capacity() - address);
  }

  /** A part of the file; reading beyond its end is damage. */
  Cursor at(long address, long length) {
    if (address < 0 || length < 0 || length > bytes.capacity() - address) {
      throw damaged(
          "%d bytes at %d reach beyond its end at %d".formatted(length, address, bytes.capacity()));
    }
    return new Cursor((int) address, (int) (address + length));
  }

  /** Reads on from a place, not beyond another. */
  final class Cursor {
    private int position;
    private final int end;

    Cursor(int position, int end) {
      this.position = position;
      this.end = end;
    }

    int remaining() {
      return end - position;
    }

    private int take(long count) {
      if (count < 0 || count > remaining()) {
        throw damaged("a structure at %d ends early".formatted(position));
      }
      int from = position;
      position += (int) count;
      return from;
    }

    void skip(long count) {
      take(count);
    }

    int u8() {
      return bytes.get(take(1)) & 0xff;
    }

    int u16() {
      return bytes.getShort(take(2)) & 0xffff;
    }

    long u32() {
      return bytes.getInt(take(4)) & 0xffffffffL;
    }

    /** A number of 1, 2, 4 or 8 bytes; the highest bit of 8 is kept, for undefined addresses. */
    long word(int size) {
      return switch (size) {
        case 1 -> u8();
        case 2 -> u16();
        case 4 -> u32();
        default -> bytes.getLong(take(8));
      };
    }

    /** A number of up to 8 bytes, the lowest first. */
    long number(int size) {
      long number = 0;
      for (int i = 0; i < size; i++) {
        number |= (long) u8() << (8 * i);
      }
      return number;
    }

    byte[] raw(long count) {
      int from = take(count);
      return Arrays.copyOfRange(bytes.array(), from, from + (int) count);
    }

    /** The name that ends with a zero, or with this part of the file. */
    String nameUntilZero() {
      int last = position;
      while (last < end && bytes.get(last) != 0) {
        last++;
      }
      return name(last - position);
    }

    /** A name of this length. */
    String name(long length) {
      bounds.name(length);
      return new String(raw(length), StandardCharsets.UTF_8);
    }

    /** Text in a place of this length, which a zero may end before. */
    String text(long length) {
      bounds.text(length);
      return zeroTerminated(raw(length));
    }

    Cursor part(long count) {
      int from = take(count);
      return new Cursor(from, from + (int) count);
    }

    boolean begins(char letter) {
      return remaining() > 0 && bytes.get(position) == letter;
    }

    void signature(String expected) {
      String found = new String(raw(4), StandardCharsets.ISO_8859_1);
      if (!found.equals(expected)) {
        throw damaged("there is no %s where one must be".formatted(expected));
      }
    }
  }

  /** What an array's elements are. */
  private record Type(int kind, int bits, int size) {}

  /** Where values stand, which are read when they are asked for. */
  private record Attribute(Type type, long count, int from, int to) {}

  /** A group or an array. */
  public final class Node {
    private final Optional<Node> parent;
    private final String name;
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private final Map<String, Long> links = new LinkedHashMap<>();
    private final Map<String, Node> children = new HashMap<>();
    private final Map<String, List<String>> texts = new HashMap<>();
    private Optional<Type> type = Optional.empty();
    private Optional<long[]> sizes = Optional.empty();
    private Optional<Cursor> values = Optional.empty();
    private Optional<String> unreadable = Optional.empty();

    private Node(Optional<Node> parent, String name) {
      this.parent = parent;
      this.name = name;
    }

    /** For messages. */
    private String path() {
      return parent.map(outer -> outer.path() + name).orElse("") + (isArray() ? "" : "/");
    }

    /** A text attribute, if there is one; of several texts the first. */
    public Optional<String> text(String name) {
      return read(name).stream().findFirst();
    }

    /**
     * The texts of an attribute; those that do not fit 64 KiB stand in several attributes, which
     * are numbered from 0.
     */
    public List<String> texts(String name) {
      List<String> all = new ArrayList<>(read(name));
      for (int i = 0; attributes.containsKey(name + i); i++) {
        all.addAll(read(name + i));
      }
      return all;
    }

    /** The texts of one attribute, which are read once. */
    private List<String> read(String attribute) {
      Attribute given = attributes.get(attribute);
      List<String> known = texts.get(attribute);
      if (given == null) {
        return List.of();
      }
      if (known == null) {
        known = Hdf5File.this.texts(this, attribute, given);
        texts.put(attribute, known);
      }
      return known;
    }

    /** A member of this group by its path, if there is one. */
    public Optional<Node> child(String name) {
      Node at = this;
      for (String part : name.split("/", -1)) {
        if (part.isEmpty()) {
          continue;
        }
        Optional<Node> next = at.member(part);
        if (next.isEmpty()) {
          return next;
        }
        at = next.get();
      }
      return Optional.of(at);
    }

    /** A member, which is parsed once. */
    private Optional<Node> member(String name) {
      Node known = children.get(name);
      Long address = links.get(name);
      if (known == null && address != null) {
        known = node(Optional.of(this), name, address);
        children.put(name, known);
      }
      return Optional.ofNullable(known);
    }

    /** The names of this group's members. */
    public List<String> members() {
      return List.copyOf(links.keySet());
    }

    /** True for an array, false for a group. */
    public boolean isArray() {
      return sizes.isPresent();
    }

    /** The sizes of this array. */
    public int[] sizes() {
      long[] own = sizes.orElseThrow(() -> damaged(path() + " is no array"));
      int[] small = new int[own.length];
      for (int i = 0; i < own.length; i++) {
        if (own[i] < 0 || own[i] > Integer.MAX_VALUE) {
          throw damaged("%s has a dimension of %d".formatted(path(), own[i]));
        }
        small[i] = (int) own[i];
      }
      return small;
    }

    /** The number of elements of this array, all of which the file holds. */
    public int count() {
      data();
      long count = 1;
      for (int size : sizes()) {
        count *= size;
      }
      return (int) count;
    }

    private Type type() {
      return type.orElseThrow(() -> damaged(path() + " has no type"));
    }

    /** Where the elements stand, which is as long as they are. */
    private Cursor data() {
      if (unreadable.isPresent()) {
        throw unsupported("%s %s".formatted(path(), unreadable.get()));
      }
      long count = 1;
      for (int size : sizes()) {
        count = Math.min(count * size, Integer.MAX_VALUE);
      }
      Cursor in =
          values.orElseThrow(() -> damaged("the values of %s are missing".formatted(path())));
      if (count * Math.max(1, type().size()) > in.remaining()) {
        throw damaged(
            "%s has %d values but only %d bytes".formatted(path(), count, in.remaining()));
      }
      return in;
    }

    /** The elements of this array in row-major order. */
    public double[] values() {
      Type own = type();
      int width = own.size();
      if (own.kind() != FLOAT || width != 2 && width != 4 && width != 8) {
        throw unsupported(
            "%s has elements that are no floats of 2, 4 or 8 bytes".formatted(path()));
      }
      Cursor in = data();
      int count = count();
      ByteBuffer data =
          ByteBuffer.wrap(bytes.array(), in.position, count * width)
              .order((own.bits() & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      double[] all = new double[count];
      for (int i = 0; i < count; i++) {
        all[i] =
            switch (width) {
              case 2 -> half(data.getShort());
              case 4 -> data.getFloat();
              default -> data.getDouble();
            };
      }
      return all;
    }
  }

  /** A number of 16 bits: a sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size;
    if (exponent == 0x1f) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((double) fraction, -24);
    } else {
      size = Math.scalb((double) (fraction | 0x400), exponent - 25);
    }
    return bits < 0 ? -size : size;
  }

  private Node node(Optional<Node> parent, String name, long address) {
    Node node = new Node(parent, name);
    Cursor in = from(address);
    if (in.begins('O')) {
      headerOfVersion2(node, in);
    } else {
      headerOfVersion1(node, in);
    }
    return node;
  }

  private void headerOfVersion1(Node node, Cursor in) {
    int version = in.u8();
    if (version != 1) {
      throw damaged("the header of %s has version %d".formatted(node.path(), version));
    }
    in.skip(1);
    int left = in.u16();
    in.skip(4);
    long size = in.u32();
    in.skip(4);
    Deque<Cursor> blocks = new ArrayDeque<>();
    blocks.add(in.part(size));
    while (!blocks.isEmpty() && left > 0) {
      Cursor block = blocks.remove();
      while (left > 0 && block.remaining() >= 8) {
        structure();
        int type = block.u16();
        int length = block.u16();
        int flags = block.u8();
        block.skip(3);
        Cursor body = block.part(length);
        left--;
        if (type == CONTINUATION) {
          blocks.add(at(body.word(offsetSize), body.word(lengthSize)));
        } else {
          message(node, type, flags, body);
        }
      }
    }
  }

  private void headerOfVersion2(Node node, Cursor in) {
    in.signature("OHDR");
    int version = in.u8();
    if (version != 2) {
      throw damaged("the header of %s has version %d".formatted(node.path(), version));
    }
    int flags = in.u8();
    in.skip((flags & 0x20) != 0 ? 16 : 0);
    in.skip((flags & 0x10) != 0 ? 4 : 0);
    Deque<Cursor> blocks = new ArrayDeque<>();
    blocks.add(in.part(in.word(1 << (flags & 3))));
    while (!blocks.isEmpty()) {
      Cursor block = blocks.remove();
      int head = (flags & 4) != 0 ? 6 : 4;
      while (block.remaining() >= head) {
        structure();
        int type = block.u8();
        int length = block.u16();
        int messageFlags = block.u8();
        block.skip(head - 4L);
        Cursor body = block.part(length);
        if (type == CONTINUATION) {
          Cursor more = at(body.word(offsetSize), body.word(lengthSize));
          more.signature("OCHK");
          blocks.add(more.part(more.remaining() - 4L));
        } else {
          message(node, type, messageFlags, body);
        }
      }
    }
  }

  private void message(Node node, int kind, int flags, Cursor in) {
    if ((flags & 2) != 0) {
      return; // The body stands elsewhere: committed types, which neither texts nor weights have.
    }
    switch (kind) {
      case DATASPACE -> node.sizes = Optional.of(dataspace(in));
      case DATATYPE -> node.type = Optional.of(type(in));
      case LAYOUT -> layout(node, in);
      case FILTERS -> node.unreadable = Optional.of("is compressed");
      case EXTERNAL -> node.unreadable = Optional.of("has its values in another file");
      case ATTRIBUTE -> attribute(node, in);
      case SYMBOL_TABLE -> symbolTable(node, in.word(offsetSize), in.word(offsetSize));
      case LINK -> link(node, in);
      case LINK_INFO -> {
        in.skip(1);
        in.skip((in.u8() & 1) != 0 ? 8 : 0);
        long heap = in.word(offsetSize);
        if (!undefined(heap)) {
          DenseGroup.links(this, heap, in.word(offsetSize)).forEach(link -> link(node, link));
        }
      }
      case ATTRIBUTE_INFO -> {
        in.skip(1);
        in.skip((in.u8() & 1) != 0 ? 2 : 0);
        long heap = in.word(offsetSize);
        if (!undefined(heap)) {
          DenseGroup.attributes(this, heap, in.word(offsetSize))
              .forEach(attribute -> attribute(node, attribute));
        }
      }
      default -> {
        // Times, comments and the like.
      }
    }
  }

  private long[] dataspace(Cursor in) {
    int version = in.u8();
    int rank = in.u8();
    if (rank > MOST_DIMENSIONS) {
      throw damaged("an array has %d dimensions".formatted(rank));
    }
    in.skip(version == 1 ? 6 : 2);
    long[] sizes = new long[rank];
    for (int d = 0; d < rank; d++) {
      sizes[d] = in.word(lengthSize);
    }
    return sizes;
  }

  private static Type type(Cursor in) {
    int kind = in.u8() & 0x0f;
    int bits = in.u8();
    in.skip(2);
    return new Type(kind, bits, (int) Math.min(in.u32(), Integer.MAX_VALUE));
  }

  private void layout(Node node, Cursor in) {
    int version = in.u8();
    int kind = version < 3 ? -1 : in.u8();
    if (kind == 0) {
      node.values = Optional.of(in.part(in.u16()));
    } else if (kind == 1) {
      long address = in.word(offsetSize);
      long size = in.word(lengthSize);
      if (!undefined(address)) {
        node.values = Optional.of(at(address, size));
      }
    } else {
      node.unreadable = Optional.of("is not stored in one piece");
    }
  }

  private void attribute(Node node, Cursor in) {
    int version = in.u8();
    int flags = in.u8();
    if (version > 1 && (flags & 3) != 0) {
      return; // A committed type, which texts do not have.
    }
    int nameSize = in.u16();
    int typeSize = in.u16();
    int spaceSize = in.u16();
    in.skip(version == 3 ? 1 : 0);
    int grain = version == 1 ? 8 : 1;
    String name = in.part(padded(nameSize, grain)).text(nameSize);
    Type type = type(in.part(padded(typeSize, grain)));
    long count = 1;
    for (long size : dataspace(in.part(padded(spaceSize, grain)))) {
      int most = Hdf5Bounds.mostStructures();
      count = size < 0 ? 0 : Math.min(count * Math.min(size, most), most);
    }
    node.attributes.put(name, new Attribute(type, count, in.position, in.end));
  }

  private static int padded(int size, int grain) {
    return (size + grain - 1) / grain * grain;
  }

  private static String zeroTerminated(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  private List<String> texts(Node node, String name, Attribute attribute) {
    if (attribute.count() == 0) {
      return List.of(); // Python's empty list has no texts, and so no type of text.
    }
    Type type = attribute.type();
    boolean variable = type.kind() == VARIABLE && (type.bits() & 0x0f) == 1;
    if (type.kind() != TEXT && !variable) {
      throw damaged("attribute %s of %s is not text".formatted(name, node.path()));
    }
    Cursor in = new Cursor(attribute.from(), attribute.to());
    List<String> texts = new ArrayList<>();
    for (long i = 0; i < attribute.count(); i++) {
      structure();
      texts.add(variable ? onHeap(in) : in.text(type.size()));
    }
    return texts;
  }

  /** Text of variable length stands in a heap of the file. */
  private String onHeap(Cursor in) {
    long length = in.u32();
    long address = in.word(offsetSize);
    long index = in.u32();
    if (address == 0 || undefined(address)) {
      return "";
    }
    Cursor heap = from(address);
    heap.signature("GCOL");
    heap.skip(4);
    long size = heap.word(lengthSize);
    Cursor objects = at(address, size);
    objects.skip(8L + lengthSize);
    while (objects.remaining() >= 8 + lengthSize) {
      structure();
      int found = objects.u16();
      objects.skip(6);
      long stored = objects.word(lengthSize);
      if (found == index && found != 0) {
        return objects.part(stored).text(Math.min(length, stored));
      }
      if (found == 0) {
        break;
      }
      objects.skip(Math.min((stored + 7) / 8 * 8, objects.remaining()));
    }
    throw damaged("a text is missing from its heap at %d".formatted(address));
  }

  private void symbolTable(Node node, long tree, long heapAddress) {
    Cursor heap = at(heapAddress, 8L + 2L * lengthSize + offsetSize);
    heap.signature("HEAP");
    heap.skip(4);
    long size = heap.word(lengthSize);
    heap.skip(lengthSize);
    Cursor names = at(heap.word(offsetSize), size);
    symbols(node, tree, names, DEEPEST_TREE);
  }

  private void symbols(Node node, long address, Cursor names, int depth) {
    structure();
    if (depth == 0) {
      throw damaged("the members of %s are nested too deep".formatted(node.path()));
    }
    Cursor in = from(address);
    if (in.begins('T')) {
      in.signature("TREE");
      in.skip(2);
      int used = in.u16();
      in.skip(2L * offsetSize);
      for (int i = 0; i < used; i++) {
        in.skip(lengthSize);
        symbols(node, in.word(offsetSize), names, depth - 1);
      }
      return;
    }
    in.signature("SNOD");
    in.skip(2);
    int count = in.u16();
    for (int i = 0; i < count; i++) {
      structure();
      long nameAt = in.word(offsetSize);
      long header = in.word(offsetSize);
      long cache = in.u32();
      in.skip(20);
      if (nameAt < 0 || nameAt >= names.remaining()) {
        throw damaged("a name in %s stands outside its heap".formatted(node.path()));
      }
      Cursor name = new Cursor(names.position + (int) nameAt, names.end);
      if (cache != 2) { // not a symbolic link
        member(node, name.nameUntilZero(), header);
      }
    }
  }

  private void member(Node group, String name, long address) {
    if (name.isEmpty() || name.contains("/")) {
      throw damaged("a member of %s has no name, or a path".formatted(group.path()));
    }
    group.links.put(name, address);
  }

  private void link(Node node, Cursor in) {
    in.skip(1);
    int flags = in.u8();
    int kind = (flags & 8) != 0 ? in.u8() : 0;
    in.skip((flags & 4) != 0 ? 8 : 0);
    in.skip((flags & 16) != 0 ? 1 : 0);
    String name = in.name(in.word(1 << (flags & 3)));
    if (kind == 0) {
      member(node, name, in.word(offsetSize));
    }
  }
}
