package io.sextant.maven.it;

import io.sextant.maven.AuditFixture;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away project, and the Maven that builds it: the one of the outer build, in a process of
 * its own, with a local repository that the outer build has filled, and with nothing to download
 * from but the outer build's local repository.
 *
 * <p>Unless told otherwise the project has packaging pom, which is fast, the default spec with two
 * rules, {@code clean} and {@code linf}, that want 50%, and a stub in place of the worker.
 */
final class Build {
  /** The rules of a project that does not say its own. */
  static final String RULES =
      """
      rules:
        - {id: clean, metric: clean-accuracy, minimum: 50%}
        - {id: linf, metric: robust-accuracy, norm: linf, epsilon: 0.1, minimum: 50%}
      """;

  static final String SPEC = "src/test/robustness/audit.yaml";

  private static final String SPEC_HEAD =
      """
      model: ../../../model.zip
      data:
        images: ../../../x.npy
        labels: ../../../y.npy
      threats:
        - norm: linf
          epsilons: [0.1]
      """;

  /** The lifecycle of a jar, in the versions with which the outer build packages this plugin. */
  private static final Map<String, String> JAR_PLUGINS =
      Map.of("resources", "3.3.1", "compiler", "3.13.0", "surefire", "3.5.2", "jar", "3.4.2");

  private static final long LIMIT_SECONDS = 240;

  private final Path directory;
  private final Map<String, String> stub = new TreeMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> configuration = new ArrayList<>();
  private String packaging = "pom";
  private String goals = "check";
  private String executions = "";
  private String more = "";
  private String plugins = "";
  private String ownPom = "";
  private boolean stubbed = true;
  private boolean ownClassPath;

  private Build(Path directory) {
    this.directory = directory;
  }

  /** A project with a model whose outcomes are all held. */
  static Build in(Path directory) throws IOException {
    // Marks the root of the checkout for Maven, wherever the temporary folders are.
    Files.createDirectories(directory.resolve(".mvn"));
    Build build = new Build(directory);
    build.stub.put("stub.log", directory.resolve("calls.log").toString());
    return build
        .file("model.zip", "a model")
        .file("x.npy", "images")
        .file("y.npy", "labels")
        .rules(RULES)
        .audit("gggggggggg");
  }

  /** Writes a file. */
  Build file(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Deletes a file. */
  Build without(String name) throws IOException {
    Files.delete(directory.resolve(name));
    return this;
  }

  /** The spec from its rules on. */
  Build rules(String yaml) throws IOException {
    return file(SPEC, SPEC_HEAD + yaml);
  }

  /** What the worker will find, see {@link AuditFixture}. */
  Build audit(String outcomes) throws IOException {
    return audit(AuditFixture.of(outcomes));
  }

  /** What the worker will find. */
  Build audit(AuditFixture fixture) throws IOException {
    stub.put("stub.results", fixture.write(directory.resolve("canned")).toString());
    return this;
  }

  /** What the worker does, see {@code io.sextant.cli.Main} of the tests; null for not. */
  Build worker(String setting, @Nullable Object value) {
    if (value == null) {
      stub.remove("stub." + setting);
    } else {
      stub.put("stub." + setting, value.toString());
    }
    return this;
  }

  /** A variable in Maven's environment. */
  Build environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** More elements of the plugin's configuration. */
  Build configured(String xml) {
    configuration.add(xml);
    return this;
  }

  /** The goals that are bound to their phases, in place of check. */
  Build goals(String names) {
    goals = names;
    return this;
  }

  /** Executions as they are written in a POM, in place of one with the goals. */
  Build executions(String xml) {
    executions = xml;
    return this;
  }

  /** A project of packaging jar. */
  Build jar() {
    packaging = "jar";
    return this;
  }

  /** More elements of the project. */
  Build project(String xml) {
    more += xml;
    return this;
  }

  /** One more plugin. */
  Build plugin(String xml) {
    plugins += xml;
    return this;
  }

  /** A POM of the project's own; {@code @PLUGIN@} stands for the plugin with what is set here. */
  Build pom(String text) {
    ownPom = text;
    return this;
  }

  /** The real worker, in place of the stub. */
  Build realWorker() {
    stubbed = false;
    return this;
  }

  /** The stub on a class path that is configured. */
  Build withoutStubClassPath() {
    ownClassPath = true;
    return this;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  private String plugin() {
    List<String> elements = new ArrayList<>(configuration);
    if (stubbed && !ownClassPath) {
      elements.add("<forkClassPath><entry>%s</entry></forkClassPath>".formatted(setting("worker")));
    }
    if (stubbed) {
      elements.add(
          "<forkJvmArgs>%s</forkJvmArgs>"
              .formatted(
                  stub.entrySet().stream()
                      .map(e -> xml("'-D%s=%s'".formatted(e.getKey(), e.getValue())))
                      .collect(Collectors.joining(" "))));
    }
    String bound =
        executions.isEmpty()
            ? "<executions><execution><goals>%s</goals></execution></executions>"
                .formatted(
                    goals.isEmpty()
                        ? ""
                        : "<goal>" + goals.replace(",", "</goal><goal>") + "</goal>")
            : executions;
    return """
        <plugin>
          <groupId>io.sextant</groupId>
          <artifactId>sextant-maven-plugin</artifactId>
          <version>%s</version>
          %s
          <configuration>
            %s
          </configuration>
        </plugin>
        """
        .formatted(setting("version"), bound, String.join("\n", elements));
  }

  private String pomText() {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>demo</groupId>
          <artifactId>demo</artifactId>
          <version>1</version>
          <packaging>%s</packaging>
          <properties>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
            <maven.compiler.release>17</maven.compiler.release>
          </properties>
          <build>
            <plugins>
              %s
              %s
              %s
            </plugins>
          </build>
          %s
        </project>
        """
        .formatted(packaging, plugin(), packaging.equals("jar") ? jarPlugins() : "", plugins, more);
  }

  private static String jarPlugins() {
    return new TreeMap<>(JAR_PLUGINS)
        .entrySet().stream()
            .map(
                plugin ->
                    "<plugin><artifactId>maven-%s-plugin</artifactId><version>%s</version></plugin>"
                        .formatted(plugin.getKey(), plugin.getValue()))
            .collect(Collectors.joining("\n"));
  }

  /** Builds the project. */
  BuildResult run(String... arguments) throws IOException, InterruptedException {
    file("pom.xml", ownPom.isEmpty() ? pomText() : ownPom.replace("@PLUGIN@", plugin()));
    Path settings = Path.of(setting("repository"), "..", "it-settings.xml").normalize();
    List<String> command = new ArrayList<>(List.of(maven(), "-B", "-ntp", "-Dstyle.color=never"));
    command.addAll(List.of("-s", settings(settings), "-gs", settings.toString()));
    command.add("-Dmaven.repo.local=" + setting("repository"));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(directory, "maven", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("MAVEN_"));
    variables.remove("CI");
    variables.remove("JAVA_TOOL_OPTIONS");
    variables.put("MAVEN_SKIP_RC", "true");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    // A short life is not worth a good compiler.
    variables.put(
        "MAVEN_OPTS",
        "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dfile.encoding=UTF-8"
            + " -Dsun.stdout.encoding=UTF-8 -Dstdout.encoding=UTF-8");
    variables.putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    // Maven 3.8 resets the colours that it was told not to use.
    String text = Files.readString(log, StandardCharsets.UTF_8).replace("\u001b[0m", "");
    Files.delete(log);
    if (!ended) {
      throw new IllegalStateException(
          "Maven took more than %d s and was killed; its log:%n%s".formatted(LIMIT_SECONDS, text));
    }
    return new BuildResult(process.exitValue(), text, directory);
  }

  /** Any Maven can be tried with {@code -Dit.maven=HOME}; the outer build's is the default. */
  private static String maven() {
    String name = File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
    Path home = Path.of(setting("maven"));
    Path command = home.resolve("bin").resolve(name);
    return Files.isRegularFile(command) ? command.toString() : name;
  }

  /**
   * Everything comes from the outer build's local repository, by way of a file URL, and nothing
   * from anywhere else; a project may bring a repository of its own, {@code throw-away}.
   */
  private static synchronized String settings(Path file) throws IOException {
    String text =
        """
        <settings>
          <mirrors>
            <mirror>
              <id>outer-build</id>
              <mirrorOf>*,!throw-away</mirrorOf>
              <url>%s</url>
            </mirror>
          </mirrors>
          <profiles>
            <profile>
              <id>quiet</id>
              <repositories>
                <repository>
                  <id>central</id>
                  <url>mirrored</url>
                  <releases><checksumPolicy>ignore</checksumPolicy></releases>
                  <snapshots><enabled>false</enabled></snapshots>
                </repository>
              </repositories>
              <pluginRepositories>
                <pluginRepository>
                  <id>central</id>
                  <url>mirrored</url>
                  <releases><checksumPolicy>ignore</checksumPolicy></releases>
                  <snapshots><enabled>false</enabled></snapshots>
                </pluginRepository>
              </pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles>
            <activeProfile>quiet</activeProfile>
          </activeProfiles>
        </settings>
        """
            .formatted(xml(Path.of(setting("source")).toUri().toString()));
    if (!Files.isRegularFile(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
    return file.toString();
  }

  /** What the outer build hands over. */
  static String setting(String name) {
    String value = System.getProperty("it." + name, "");
    if (value.isEmpty()) {
      throw new IllegalStateException(
          "it.%s must be set: run these tests with mvn verify -pl maven-plugin -am"
              .formatted(name));
    }
    return value;
  }

  static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
