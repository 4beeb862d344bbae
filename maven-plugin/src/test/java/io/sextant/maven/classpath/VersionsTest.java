package io.sextant.maven.classpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.graph.Dependency;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private final Versions versions = new Versions();

  @BeforeEach
  void the_worker_needs_two_libraries() {
    versions.need(new DefaultArtifact("commons-io:commons-io:2.18.0"));
    versions.need(new DefaultArtifact("org.bytedeco:javacpp:jar:linux-x86_64:1.5.7"));
    versions.need(new DefaultArtifact("org.nd4j:nd4j-api:1.0.0-M2.1"));
  }

  private static Dependency dependency(String coordinates) {
    return new Dependency(new DefaultArtifact(coordinates), "test");
  }

  private String raised(String coordinates) {
    Dependency raised = versions.raise(dependency(coordinates));
    assertThat(raised.getScope()).isEqualTo("test");
    return raised.getArtifact().getVersion();
  }

  @Test
  void an_older_version_is_raised_and_a_newer_one_kept() {
    assertThat(raised("commons-io:commons-io:2.7")).isEqualTo("2.18.0");
    assertThat(raised("commons-io:commons-io:2.19.0")).isEqualTo("2.19.0");
    assertThat(raised("commons-io:commons-io:2.18.0")).isEqualTo("2.18.0");
  }

  @Test
  void another_artifact_is_left_alone() {
    assertThat(raised("commons-io:commons-other:2.7")).isEqualTo("2.7");
    assertThat(raised("commons-io:commons-io:jar:tests:2.7")).isEqualTo("2.7");
    assertThat(raised("org.bytedeco:javacpp:1.5.3")).isEqualTo("1.5.3");
    assertThat(raised("org.bytedeco:javacpp:jar:linux-x86_64:1.5.3")).isEqualTo("1.5.7");
  }

  @Test
  void another_deeplearning4j_is_not_hidden() {
    assertThat(raised("org.nd4j:nd4j-api:1.0.0-beta7")).isEqualTo("1.0.0-beta7");
    assertThat(versions.manage(List.of()))
        .extracting(managed -> managed.getArtifact().getArtifactId())
        .containsExactly("commons-io", "javacpp");
  }

  @Test
  void what_a_project_manages_is_raised_and_what_it_does_not_is_added() {
    List<Dependency> managed =
        versions.manage(
            List.of(dependency("commons-io:commons-io:2.7"), dependency("demo:demo:1")));

    assertThat(managed)
        .extracting(
            entry -> entry.getArtifact().getArtifactId(),
            entry -> entry.getArtifact().getVersion(),
            Dependency::getScope)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("commons-io", "2.18.0", "test"),
            org.assertj.core.groups.Tuple.tuple("demo", "1", "test"),
            org.assertj.core.groups.Tuple.tuple("javacpp", "1.5.7", ""));
  }
}
