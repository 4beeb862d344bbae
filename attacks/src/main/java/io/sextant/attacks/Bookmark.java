package io.sextant.attacks;

import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where the search around one example stands between two of its runs: what came of the runs so far,
 * and which is next. A search that goes on from here ends as one that was never interrupted, bit
 * for bit, where the engine gives the same bits for a row whatever the rows beside it.
 *
 * <p>An attack that is made of others stands in one of its parts, and that between two runs of its
 * own; so there is a level for each.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Bookmark {
  private final long id;
  private final List<Level> levels;

  /**
   * A trial between two runs, or before a part.
   *
   * @param next the run or part to begin, from 0
   * @param begun runs begun so far, those of parts before this one among them
   * @param forwards spent so far
   * @param backwards spent so far
   * @param zeroGradient whether a run found no usable gradient where it started
   * @param handedOn what runs have left for later ones; the clean input where there is nothing
   * @param standing what has come of the example
   * @param parts what each part has done
   */
  record Level(
      int next,
      int begun,
      long forwards,
      long backwards,
      boolean zeroGradient,
      List<@Nullable Iterate> handedOn,
      Standing.Memory standing,
      List<StageResult> parts) {}

  /**
   * A bookmark.
   *
   * @param levels the whole attack first, then the part that it stands in
   */
  Bookmark(long id, List<Level> levels) {
    this.id = id;
    this.levels = List.copyOf(levels);
  }

  /** The example's id. */
  public long id() {
    return id;
  }

  List<Level> levels() {
    return levels;
  }

  /** As bytes, from which {@link #read} makes it again, bit for bit. */
  public byte[] bytes() {
    return BookmarkBytes.write(this);
  }

  /**
   * Reads {@link #bytes}.
   *
   * @param features values of an input
   * @throws IllegalArgumentException if the bytes are not those of a bookmark around such an input
   */
  public static Bookmark read(byte[] bytes, int features) {
    return BookmarkBytes.read(bytes, features);
  }
}
