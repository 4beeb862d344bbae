package io.sextant.cli;

import io.sextant.evaluation.FileFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apiguardian.api.API;
import org.nd4j.linalg.factory.Nd4jBackend;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The entry point of the {@code sextant} command.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
    name = "sextant",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = "Finds out how a trained model behaves when its input moves.",
    synopsisSubcommandLabel = "COMMAND",
    scope = CommandLine.ScopeType.INHERIT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All rules pass, or there are no rules; everything was verified.",
      "1:A rule fails (audit), or the evidence differs (replay).",
      "2:Bad input or usage.",
      "3:A rule is inconclusive or was not measured (audit).",
      "70:Internal error.",
      "71:Out of memory."
    },
    footer = {
      "",
      "A first audit:",
      "  sextant init --model model.zip --images x.idx.gz --labels y.idx.gz --out audit.yaml",
      "  sextant audit audit.yaml --out audit-out",
      "  sextant replay audit-out"
    },
    subcommands = {
      InitCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      AuditCommand.class,
      AttackCommand.class,
      ExplainCommand.class,
      CorruptCommand.class,
      AdaptCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      ReplayCommand.class
    })
public final class Main implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean verbose;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Parent.watch(
        Optional.ofNullable(System.getenv(Parent.VARIABLE)),
        () -> Runtime.getRuntime().halt(ExitCode.TERMINATED));
    System.exit(run(arguments));
  }

  /**
   * Runs the command in this process.
   *
   * @param arguments as on the command line
   * @return the exit code
   */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        // An argument is what it says: a rule id such as @notes.txt names no file to read.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionStrategy(main::execute)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> main.explain(failure, command.getErr()));
  }

  /** Runs a command; errors of the machine are not handed to the exception handler, so here. */
  private int execute(ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    CommandLine command = parsed.commandSpec().commandLine();
    command.setOut(PlainWriter.over(command.getOut()));
    command.setErr(PlainWriter.over(command.getErr()));
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      return explain(e, parsed.commandSpec().commandLine().getErr());
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: init, inspect, plan, audit, attack, explain, corrupt, adapt, report,"
            + " compare or replay");
  }

  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = PlainWriter.over(command.getErr());
    err.println("sextant: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    return ExitCode.BAD_INPUT;
  }

  /** Libraries wrap the error that native memory ran out with. */
  private static Optional<OutOfMemoryError> outOfMemory(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof OutOfMemoryError memory) {
        return Optional.of(memory);
      }
    }
    return Optional.empty();
  }

  /** ND4J looks for its backend when its first class is initialised. */
  private static boolean isWithoutBackend(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof Nd4jBackend.NoAvailableBackendException) {
        return true;
      }
    }
    return false;
  }

  private int explain(Throwable failure, PrintWriter err) {
    int code;
    String message;
    Optional<OutOfMemoryError> memory = outOfMemory(failure);
    if (memory.isPresent()) {
      code = ExitCode.OUT_OF_MEMORY;
      message =
          "out of memory (%s); lower --batch-size or --threads, or take fewer samples"
              .formatted(memory.get().getMessage());
    } else if (isWithoutBackend(failure)) {
      code = ExitCode.BAD_INPUT;
      message =
          "there is no ND4J backend on the class path for %s %s; add org.nd4j:nd4j-native with the classifier of this machine"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
    } else if (failure instanceof IllegalArgumentException) {
      code = ExitCode.BAD_INPUT;
      message = failure.getMessage() == null ? describe(failure) : failure.getMessage();
    } else if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      code = ExitCode.BAD_INPUT;
      message =
          "a file could not be read or written: %s; nothing is left half-written, and the same command"
                  .formatted(describe(failure))
              + " can be given again";
    } else {
      code = ExitCode.INTERNAL;
      message = "internal error: %s; please report it with --verbose".formatted(failure);
    }
    // One line, whatever a library put into its message.
    err.println("sextant: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
    return code;
  }

  private static String describe(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    if (failure instanceof IOException io) {
      return FileFailure.describe(io);
    } else if (failure instanceof UncheckedIOException io && io.getCause() != null) {
      return FileFailure.describe(io.getCause());
    }
    return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
  }
}
