package io.sextant.gradients.files;

import io.sextant.gradients.files.Hdf5File.Cursor;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a group that has too many members or attributes for its header: they stand in a
 * fractal heap, and a B-tree of version 2 tells where.
 *
 * <p>Format: The HDF Group, "HDF5 File Format Specification Version 3.0", sections III.A.2 and
 * III.G.
 */
final class DenseGroup {
  private static final int DEEPEST = 32;

  /** The most bytes that the blocks of the first row may have; each row has twice as many. */
  private static final long LARGEST_BLOCK = 1L << 40;

  private static final int MOST_ROWS = 40;
  private static final int NODE_FRAME = 10; // signature, version, type, checksum
  private static final int LINKS_BY_NAME = 5;
  private static final int ATTRIBUTES_BY_NAME = 8;

  private final Hdf5File file;
  private final int idSize;
  private final int width;
  private final long startingSize;
  private final long largestDirect;
  private final int offsetBytes;
  private final int lengthBytes;
  private final long rootAddress;
  private final int rootRows;

  private DenseGroup(Hdf5File file, long heap) {
    this.file = file;
    Cursor in = file.from(heap);
    in.signature("FRHP");
    in.skip(1);
    this.idSize = in.u16();
    if (in.u16() != 0) {
      throw file.unsupported("a group whose members are compressed");
    }
    in.skip(1);
    long largestManaged = in.u32();
    in.skip(file.lengthSize() + file.offsetSize());
    in.skip(file.lengthSize() + file.offsetSize());
    in.skip(8L * file.lengthSize());
    this.width = in.u16();
    this.startingSize = in.word(file.lengthSize());
    this.largestDirect = in.word(file.lengthSize());
    int heapBits = in.u16();
    in.skip(2);
    this.rootAddress = in.word(file.offsetSize());
    this.rootRows = in.u16();
    this.offsetBytes = (heapBits + 7) / 8;
    this.lengthBytes = Math.min(bytesFor(largestDirect), bytesFor(largestManaged));
    if (width < 1
        || startingSize < 1
        || startingSize > LARGEST_BLOCK
        || largestDirect < startingSize
        || heapBits > 62) {
      throw file.damaged("a heap has blocks of %d bytes".formatted(startingSize));
    }
  }

  /** Bytes that hold numbers up to a limit. */
  private static int bytesFor(long limit) {
    return (63 - Long.numberOfLeadingZeros(Math.max(1, limit))) / 8 + 1;
  }

  /** The link messages of a group. */
  static List<Cursor> links(Hdf5File file, long heap, long tree) {
    return messages(file, heap, tree, LINKS_BY_NAME);
  }

  /** The attribute messages of a group or an array. */
  static List<Cursor> attributes(Hdf5File file, long heap, long tree) {
    return messages(file, heap, tree, ATTRIBUTES_BY_NAME);
  }

  private static List<Cursor> messages(Hdf5File file, long heap, long tree, int kind) {
    DenseGroup group = new DenseGroup(file, heap);
    Cursor in = file.from(tree);
    in.signature("BTHD");
    in.skip(1);
    int type = in.u8();
    if (type != kind) {
      throw file.damaged("a group is indexed by a tree of kind %d".formatted(type));
    }
    int nodeSize = (int) Math.min(in.u32(), Integer.MAX_VALUE);
    int recordSize = in.u16();
    int depth = in.u16();
    in.skip(2);
    long root = in.word(file.offsetSize());
    int records = in.u16();
    if (depth > DEEPEST || recordSize < 1 || nodeSize < NODE_FRAME + recordSize) {
      throw file.damaged("a tree of depth %d has records of %d bytes".formatted(depth, recordSize));
    }
    List<Cursor> found = new ArrayList<>();
    if (records > 0) {
      group.new Tree(nodeSize, recordSize, kind, found).node(root, records, depth);
    }
    return found;
  }

  /** A walk over all records of a tree. */
  private final class Tree {
    private final int nodeSize;
    private final int recordSize;
    private final int kind;
    private final List<Cursor> found;

    Tree(int nodeSize, int recordSize, int kind, List<Cursor> found) {
      this.nodeSize = nodeSize;
      this.recordSize = recordSize;
      this.kind = kind;
      this.found = found;
    }

    void node(long address, int records, int depth) {
      file.structure();
      Cursor in = file.from(address);
      in.signature(depth == 0 ? "BTLF" : "BTIN");
      in.skip(2);
      for (int i = 0; i < records; i++) {
        file.structure();
        Cursor record = in.part(recordSize);
        if (kind == LINKS_BY_NAME) {
          record.skip(4); // the name's hash
        }
        found.add(object(record.part(idSize)));
      }
      for (int i = 0; depth > 0 && i <= records; i++) {
        long child = in.word(file.offsetSize());
        int own = (int) in.number(bytesFor(mostInLeaf()));
        if (depth > 1) {
          in.skip(bytesFor(mostBelow(depth - 1)));
        }
        node(child, own, depth - 1);
      }
    }

    private long mostInLeaf() {
      return (long) (nodeSize - NODE_FRAME) / recordSize;
    }

    /** Most records of a node at this depth and of all below it. */
    private long mostBelow(int depth) {
      long all = mostInLeaf();
      for (int d = 1; d <= depth; d++) {
        long pointer =
            (long) file.offsetSize() + bytesFor(mostInLeaf()) + (d > 1 ? bytesFor(all) : 0);
        long own = Math.max(0, (nodeSize - NODE_FRAME - pointer) / (recordSize + pointer));
        all = Math.min((own + 1) * all + own, 1L << 48);
      }
      return all;
    }
  }

  /** What a heap's identifier stands for. */
  private Cursor object(Cursor id) {
    int flags = id.u8();
    if ((flags & 0xf0) != 0) {
      throw file.unsupported("a member or attribute of more than 64 KiB in a heap");
    }
    long offset = id.number(offsetBytes);
    long length = id.number(lengthBytes);
    long address =
        rootRows == 0 ? rootAddress + offset : located(rootAddress, rootRows, offset, DEEPEST);
    return file.at(address, length);
  }

  /** The place in the file of an offset in an indirect block, which lists blocks row by row. */
  private long located(long block, int rows, long offset, int depth) {
    file.structure();
    if (depth == 0) {
      throw file.damaged("the blocks of a heap are nested too deep");
    }
    Cursor in = file.from(block);
    in.signature("FHIB");
    in.skip(1L + file.offsetSize() + offsetBytes);
    long from = 0;
    long size = startingSize;
    for (int row = 0; row < Math.min(rows, MOST_ROWS) && size <= LARGEST_BLOCK; row++) {
      if (offset < from + size * width) {
        long column = (offset - from) / size;
        in.skip((row * (long) width + column) * file.offsetSize());
        long child = in.word(file.offsetSize());
        long inside = offset - from - column * size;
        if (size <= largestDirect) {
          return child + inside;
        }
        int below = bits(size) - bits(startingSize * width) + 1;
        return located(child, below, inside, depth - 1);
      }
      from += size * width;
      size *= row == 0 ? 1 : 2; // the first two rows have blocks of one size
    }
    throw file.damaged("a heap has no block at %d".formatted(offset));
  }

  private static int bits(long size) {
    return 63 - Long.numberOfLeadingZeros(Math.max(1, size));
  }
}
