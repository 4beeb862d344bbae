package io.sextant.junit;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Where in the tests an audit was asked for. It names the audit's folder and the command that runs
 * the test again.
 *
 * @param className binary name of the test class
 * @param method the test method
 */
record TestPlace(String className, String method) {
  private static final int LONGEST = 80;
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.,:#@-]+");

  static TestPlace of(Class<?> testClass, Method method) {
    return new TestPlace(testClass.getName(), method.getName());
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
              StackWalker.StackFrame chosen =
                  callers.stream()
                      .filter(TestPlace::isTest)
                      .findFirst()
                      .orElseGet(() -> callers.get(0));
              return new TestPlace(chosen.getClassName(), enclosing(chosen.getMethodName()));
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

  private static boolean isTest(StackWalker.StackFrame frame) {
    try {
      Method method =
          frame
              .getDeclaringClass()
              .getDeclaredMethod(frame.getMethodName(), frame.getMethodType().parameterArray());
      return AnnotationSupport.isAnnotated(Optional.of(method), Testable.class);
    } catch (NoSuchMethodException | NoClassDefFoundError e) {
      // A constructor, or a class with a type in its signatures that is not there.
      return false;
    }
  }

  /** The folder of the test, below that of all results. */
  Path folder(Path output) {
    return output.resolve(fileName(className)).resolve(fileName(method));
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

  /** The command that runs the test again. */
  String command() {
    String test = className + "#" + method;
    return "mvn test -Dtest="
        + (HARMLESS.matcher(test).matches() ? test : "'" + test.replace("'", "'\\''") + "'");
  }
}
