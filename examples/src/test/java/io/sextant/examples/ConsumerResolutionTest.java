package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an empty project downloads: the fast engine, and one platform's natives only. */
@Tag("slow")
class ConsumerResolutionTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void a_consumer_gets_only_the_natives_of_its_own_platform() throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    // given: the modules in a repository of their own, and a project that has nothing but the BOM
    // and the command
    Path repository = Files.createDirectories(folder.resolve("repository"));
    Optional<String> local = Optional.ofNullable(System.getProperty("localRepository"));
    Path cached =
        local
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".m2", "repository"))
            .resolve("io/sextant");
    boolean alien = !Files.exists(cached);
    try {
      maven(
          ROOT,
          local,
          "-pl",
          "!examples,!examples/own-method,!examples/predictor",
          "-Dmaven.test.skip",
          "-Dspotless.check.skip",
          "-Denforcer.skip",
          "-DaltDeploymentRepository=consumer::" + repository.toUri(),
          "deploy");

      // when
      String resolved = resolved(repository, local, "sextant-cli");

      // then
      assertThat(resolved)
          .contains("org.nd4j:nd4j-native:jar:linux-x86_64-onednn:")
          .contains("org.bytedeco:openblas:jar:linux-x86_64:")
          .doesNotContain("org.bytedeco:hdf5")
          .doesNotContain("windows")
          .doesNotContain("macosx")
          .doesNotContain("linux-arm")
          .doesNotContain("ppc64le")
          .doesNotContain("android")
          .doesNotContain("javacpp-platform:")
          .doesNotContain("hdf5-platform:")
          .doesNotContain("nd4j-native-platform:")
          .doesNotContain("deeplearning4j-core")
          .doesNotContain("commons-io:commons-io:jar:2.7:")
          .contains("com.google.code.gson:gson:jar:2.11.0:");
      for (String artifact :
          List.of("sextant-cli", "sextant-evaluation", "sextant-attacks", "sextant-explainers")) {
        assertThat(resolved(repository, local, artifact))
            .as("the fast engine comes with " + artifact)
            .contains("io.sextant:sextant-onednn:")
            .contains("org.bytedeco:dnnl:jar:linux-x86_64:")
            .doesNotContain("windows")
            .doesNotContain("macosx");
      }
    } finally {
      if (alien) {
        delete(cached);
      }
    }
  }

  private String resolved(Path repository, Optional<String> local, String artifact)
      throws IOException, InterruptedException {
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("pom.xml"), pom(repository, artifact));
    Path list = project.resolve("list.txt");
    maven(
        project,
        local,
        "-U",
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:list",
        "-DoutputFile=" + list);
    return Files.readString(list);
  }

  private static String pom(Path repository, String artifact) {
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>example</groupId>
      <artifactId>consumer</artifactId>
      <version>1</version>
      <repositories>
        <repository>
          <id>consumer</id>
          <url>%s</url>
          <snapshots><enabled>true</enabled></snapshots>
        </repository>
      </repositories>
      <dependencyManagement>
        <dependencies>
          <dependency>
            <groupId>io.sextant</groupId>
            <artifactId>sextant-bom</artifactId>
            <version>0.1.0-SNAPSHOT</version>
            <type>pom</type>
            <scope>import</scope>
          </dependency>
        </dependencies>
      </dependencyManagement>
      <dependencies>
        <dependency>
          <groupId>io.sextant</groupId>
          <artifactId>%s</artifactId>
        </dependency>
      </dependencies>
    </project>
    """
        .formatted(repository.toUri(), artifact);
  }

  private void maven(Path directory, Optional<String> local, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
    local.ifPresent(repository -> command.add("-Dmaven.repo.local=" + repository));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("maven.log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(8, TimeUnit.MINUTES)).as("maven ends").isTrue();
    assertThat(process.exitValue()).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(tree)) {
      paths = new ArrayList<>(walk.toList());
    }
    for (int i = paths.size() - 1; i >= 0; i--) {
      Files.delete(paths.get(i));
    }
  }
}
