package io.sextant.maven.cache;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Keys and texts in a file of the plugin's own, in the format of {@link Properties}: loading a
 * library for JSON takes longer than all else in a build in which nothing changed.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class PropertyText {
  private PropertyText() {}

  /** The text, in the order of the keys. Equal entries give equal texts. */
  public static String write(Map<String, String> entries) {
    Properties properties = new Properties();
    properties.putAll(entries);
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can be written", e);
    }
    // A comment with the time is not wanted.
    return text.toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * The entries of a text.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static Map<String, String> read(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can be read", e);
    }
    Map<String, String> entries = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
    return entries;
  }
}
