package io.sextant.reports.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/** The one style sheet and the Content-Security-Policy that admits it and nothing else. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Style {
  private static final String DARK = "@media (prefers-color-scheme: dark)";
  private static final Pattern COLOUR = Pattern.compile("--([a-z0-9-]+): *([^;]+);");
  private static final Pattern USE = Pattern.compile("var\\(--([a-z0-9-]+)\\)");

  private static final String PALETTE = read("palette.css");
  private static final String DRAWING = read("drawing.css");
  private static final String CSS = PALETTE + DRAWING + read("report.css");

  private Style() {}

  /** The style sheet, exactly as it must stand in the style element. */
  public static String css() {
    return CSS;
  }

  /**
   * The style of a drawing that stands alone. Colours stand in it as they are: not every program
   * that shows SVG knows variables.
   */
  static String drawing() {
    int dark = PALETTE.indexOf(DARK);
    Map<String, String> light = colours(PALETTE.substring(0, dark));
    Map<String, String> night = new HashMap<>(light);
    night.putAll(colours(PALETTE.substring(dark)));
    return "%s%s {%n%s}%n".replace("%n", "\n").formatted(with(light), DARK, with(night));
  }

  private static Map<String, String> colours(String css) {
    Map<String, String> colours = new HashMap<>();
    COLOUR
        .matcher(css)
        .results()
        .forEach(found -> colours.putIfAbsent(found.group(1), found.group(2)));
    return colours;
  }

  private static String with(Map<String, String> colours) {
    return USE.matcher(DRAWING)
        .replaceAll(
            use ->
                Objects.requireNonNull(colours.get(use.group(1)), use.group(1) + " is a colour"));
  }

  /** The policy: no scripts, no requests, only embedded images and this style sheet. */
  public static String policy() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(CSS.getBytes(StandardCharsets.UTF_8));
      return "default-src 'none'; img-src data:; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
          .formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String read(String name) {
    try (InputStream stream = Objects.requireNonNull(Style.class.getResourceAsStream(name), name)) {
      // A checkout with other line ends must not change the digest.
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
