package io.sextant.maven.classpath;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.apiguardian.api.API;

/**
 * The versions that belong together.
 *
 * @param version of Sextant
 * @param dl4j version of Deeplearning4j and ND4J that the worker brings
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Toolkit(String version, String dl4j) {
  /** The artifacts whose code measures. */
  static final List<String> MEASURING =
      List.of(
          "results",
          "methods",
          "spec",
          "gradients",
          "onednn",
          "onnx",
          "attacks",
          "explainers",
          "evaluation",
          "cli");

  /**
   * What this plugin was built with.
   *
   * @param version of the plugin
   */
  public static Toolkit of(String version) {
    Properties properties = new Properties();
    try (InputStream stream = Toolkit.class.getResourceAsStream("toolkit.properties")) {
      if (stream == null) {
        throw new IllegalStateException("the plugin's jar lacks toolkit.properties");
      }
      properties.load(stream);
    } catch (IOException e) {
      throw new IllegalStateException("the plugin's jar cannot be read: " + e, e);
    }
    return new Toolkit(version, properties.getProperty("dl4j.version", ""));
  }

  /** Whether other bytes may come under the same version. */
  public boolean isSnapshot() {
    return version.endsWith("-SNAPSHOT");
  }
}
