package io.sextant.maven.worker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * How to start a worker.
 *
 * @param jvm it runs in
 * @param classPath jars and folders, in order
 * @param arguments of the {@code sextant} command
 * @param directory it runs in
 * @param folder for its argument file and the log of a crash
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record WorkerCommand(
    WorkerJvm jvm, List<Path> classPath, List<String> arguments, Path directory, Path folder) {
  /** The class whose {@code main} takes the arguments. */
  public static final String MAIN = "io.sextant.cli.Main";

  public WorkerCommand {
    classPath = List.copyOf(classPath);
    arguments = List.copyOf(arguments);
    if (classPath.isEmpty()) {
      throw new IllegalArgumentException("the worker's class path must not be empty");
    }
  }

  /**
   * Writes the argument files: class paths outgrow command lines. The one that stays in the folder
   * is for people, and leaves out the user's own options, which may hold secrets.
   *
   * @param run what belongs to this one run
   * @return the file to start with
   */
  Path writeArguments(WorkerFolder run) throws IOException {
    Files.createDirectories(folder);
    List<String> usual = jvm.usual(folder);
    write(folder.resolve("worker.args"), usual);
    List<String> all = new ArrayList<>(usual);
    all.add("-Djava.io.tmpdir=" + run.temporary());
    all.addAll(jvm.options());
    return write(run.arguments(), all);
  }

  private Path write(Path file, List<String> options) throws IOException {
    Charset charset = platformCharset();
    try {
      Files.writeString(file, argumentText(options), charset);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "a path or a rule id cannot be written in %s, the character set of this environment; set LC_ALL=C.UTF-8, or use plain letters"
              .formatted(charset),
          e);
    }
    return file;
  }

  String argumentText(List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.add("-cp");
    all.add(
        classPath.stream()
            .map(path -> path.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    all.add(MAIN);
    all.addAll(arguments);
    return all.stream().map(WorkerCommand::quoted).collect(Collectors.joining("\n", "", "\n"));
  }

  /** In quotes the launcher takes everything but a backslash as it is. */
  private static String quoted(String argument) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      switch (c) {
        case '\\' -> quoted.append("\\\\");
        case '"' -> quoted.append("\\\"");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\f' -> quoted.append("\\f");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** The launcher hands the bytes of the file on; Java decodes them as it does file names. */
  private static Charset platformCharset() {
    try {
      return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Charset.defaultCharset();
    }
  }
}
