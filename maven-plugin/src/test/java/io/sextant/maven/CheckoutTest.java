package io.sextant.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path top;

  @SuppressWarnings("NullAway.Init")
  private Path module;

  @BeforeEach
  void write() throws Exception {
    module = Files.createDirectories(top.resolve("services/model-a"));
  }

  private Path root(Path folder) {
    return Checkout.of(folder, List.of()).root();
  }

  @Test
  void every_module_of_a_git_checkout_has_the_same_root() throws Exception {
    Files.createDirectory(top.resolve(".git"));

    assertThat(root(module)).isEqualTo(top).isEqualTo(root(top));
  }

  @Test
  void a_worktree_and_a_folder_of_maven_mark_a_root_too() throws Exception {
    Files.writeString(top.resolve(".git"), "gitdir: elsewhere");
    assertThat(root(module)).isEqualTo(top);

    Files.createDirectory(top.resolve("services/.mvn"));
    assertThat(root(module)).isEqualTo(top.resolve("services"));
  }

  @Test
  void without_a_mark_it_is_the_topmost_parent() {
    assertThat(Checkout.of(module, List.of(module.getParent(), top)).root()).isEqualTo(top);
    assertThat(root(module)).isEqualTo(module);
  }
}
