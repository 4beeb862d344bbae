package io.sextant.junit;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Where in the tests an audit was asked for. It names the audit's folder and the command that runs
 * the test again.
 *
 * @param className binary name of the test class
 * @param method the test method
 * @param parameters types of its parameters where several methods have its name, else empty
 */
record TestPlace(String className, String method, List<String> parameters) {
  private static final int LONGEST = 80;
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.,:#@-]+");

  TestPlace {
    parameters = List.copyOf(parameters);
  }

  static TestPlace of(Class<?> testClass, Method method) {
    boolean overloaded =
        Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(other -> other.getName().equals(method.getName()) && !other.isSynthetic())
                .count()
            > 1;
    return new TestPlace(
        testClass.getName(),
        method.getName(),
        overloaded
            ? Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList()
            : List.of());
  }

  /**
   * The test that is running in this thread, or the caller of this package's API where there is
   * none: assertions also serve other frameworks and other threads.
   */
  static TestPlace ofCaller() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames -> {
              List<StackWalker.StackFrame> callers =
                  frames.filter(frame -> !isOwn(frame.getDeclaringClass())).toList();
              return callers.stream()
                  .flatMap(frame -> test(frame).stream())
                  .findFirst()
                  .orElseGet(
                      () ->
                          new TestPlace(
                              callers.get(0).getClassName(),
                              enclosing(callers.get(0).getMethodName()),
                              List.of()));
            });
  }

  /** What runs in another thread is the body of a lambda, which has no test of its own. */
  private static String enclosing(String method) {
    Matcher lambda = LAMBDA.matcher(method);
    return lambda.matches() ? lambda.group(1) : method;
  }

  private static boolean isOwn(Class<?> type) {
    return type == TestPlace.class
        || type == SextantAssertions.class
        || type == ModelAssert.class
        || type == RobustnessAssert.class
        || type == AuditAssert.class;
  }

  private static Optional<TestPlace> test(StackWalker.StackFrame frame) {
    try {
      Class<?> type = frame.getDeclaringClass();
      Method method =
          type.getDeclaredMethod(frame.getMethodName(), frame.getMethodType().parameterArray());
      return AnnotationSupport.isAnnotated(Optional.of(method), Testable.class)
          ? Optional.of(of(type, method))
          : Optional.empty();
    } catch (NoSuchMethodException | NoClassDefFoundError e) {
      // A constructor, or a class with a type in its signatures that is not there.
      return Optional.empty();
    }
  }

  /** The folder of the test, below that of all results. */
  Path folder(Path output) {
    String name = Stream.concat(Stream.of(method), parameters.stream()).collect(joining("-"));
    return output.resolve(fileName(className)).resolve(fileName(name));
  }

  /** Names from Kotlin and Groovy can hold anything; folders cannot. */
  private static String fileName(String name) {
    String plain = name.replaceAll("[^\\p{L}\\p{N}._$-]", "_").replaceAll("^\\.+", "_");
    String cut = plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    return cut.equals(name) && !name.isEmpty() ? name : "%s-%08x".formatted(cut, name.hashCode());
  }

  /** The class name without its package. */
  String simpleName() {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  /** The class name as a spec can hold it. */
  String supplier() {
    return className.replaceAll("[^\\p{javaJavaIdentifierPart}.]", "_");
  }

  /** The command that runs the test again, and all others of its name. */
  String command() {
    String test = className + "#" + method;
    return "mvn test -Dtest="
        + (HARMLESS.matcher(test).matches() ? test : "'" + test.replace("'", "'\\''") + "'");
  }
}
