package io.sextant.reports.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import org.apiguardian.api.API;

/** The one style sheet and the Content-Security-Policy that admits it and nothing else. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Style {
  private static final String CSS = read();

  private Style() {}

  /** The style sheet, exactly as it must stand in the style element. */
  public static String css() {
    return CSS;
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

  private static String read() {
    try (InputStream stream =
        Objects.requireNonNull(Style.class.getResourceAsStream("report.css"), "report.css")) {
      // A checkout with other line ends must not change the digest.
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
