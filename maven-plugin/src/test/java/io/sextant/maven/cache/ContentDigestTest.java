package io.sextant.maven.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void parts_do_not_run_together() {
    assertThat(new ContentDigest().text("a", "bc").hex())
        .isNotEqualTo(new ContentDigest().text("ab", "c").hex())
        .isEqualTo(new ContentDigest().text("a", "bc").hex())
        .hasSize(64);
  }

  @Test
  void a_folder_is_its_names_and_bytes_wherever_it_is() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Files.createDirectories(one.resolve("sub"));
    Files.createDirectories(two.resolve("sub"));
    Files.writeString(one.resolve("sub/x"), "1");
    Files.writeString(two.resolve("sub/x"), "1");
    assertThat(content(one)).isEqualTo(content(two));

    Files.writeString(two.resolve("sub/x"), "2");
    assertThat(content(one)).isNotEqualTo(content(two));

    Files.writeString(two.resolve("sub/x"), "1");
    Files.move(two.resolve("sub/x"), two.resolve("sub/y"));
    assertThat(content(one)).isNotEqualTo(content(two));
  }

  @Test
  void missing_empty_and_folder_differ() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path none = Files.createDirectory(folder.resolve("none"));

    assertThat(content(empty))
        .isNotEqualTo(content(none))
        .isNotEqualTo(content(folder.resolve("missing")));
  }

  @Test
  void a_large_jar_counts_by_name_and_size_and_a_small_one_by_content() throws IOException {
    Path jar = folder.resolve("n.jar");
    Files.write(jar, new byte[(8 << 20) + 1]);
    String before = new ContentDigest().classPathEntry(jar).hex();
    byte[] changed = new byte[(8 << 20) + 1];
    changed[5] = 1;
    Files.write(jar, changed);
    assertThat(new ContentDigest().classPathEntry(jar).hex()).isEqualTo(before);
    Files.write(jar, new byte[(8 << 20) + 2]);
    assertThat(new ContentDigest().classPathEntry(jar).hex()).isNotEqualTo(before);

    Files.write(jar, new byte[] {1});
    String small = new ContentDigest().classPathEntry(jar).hex();
    Files.write(jar, new byte[] {2});
    assertThat(new ContentDigest().classPathEntry(jar).hex()).isNotEqualTo(small);
  }

  @Test
  void the_plain_digest_is_the_known_one() throws IOException {
    Path file = Files.writeString(folder.resolve("abc"), "abc");

    assertThat(ContentDigest.sha256(file))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  private static String content(Path path) throws IOException {
    return new ContentDigest().content("x", path).hex();
  }

  @Test
  void what_lies_behind_a_link_counts() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Files.writeString(real.resolve("a"), "1");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    String before = content(link);
    assertThat(before).isEqualTo(content(real));
    Files.writeString(real.resolve("a"), "2");
    assertThat(content(link)).isNotEqualTo(before);
  }
}
