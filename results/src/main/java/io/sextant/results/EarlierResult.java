package io.sextant.results;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.results.internal.BoundedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * Results of earlier audits, for comparisons: what was kept for them must be what the evidence
 * beside the result records.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EarlierResult {
  private static final String PART = "attributions";

  private EarlierResult() {}

  /**
   * Reads a result once. Its attributions are held against the digest in {@code
   * evidence/manifest.json} beside it, where there is a folder of evidence.
   *
   * @param file a {@code result.json}
   * @throws IllegalArgumentException if the file is not a result of this schema, or its
   *     attributions are not those that the evidence was written with
   * @throws IOException if a file cannot be read
   */
  public static AuditResult read(Path file) throws IOException {
    Json<AuditResult> form = AuditResult.form();
    JsonNode tree = form.tree(BoundedText.read(file), name(file));
    AuditResult result = form.of(tree, name(file));
    Path evidence = file.resolveSibling("evidence");
    if (result.attributions().isPresent() && Files.isDirectory(evidence)) {
      // As the manifest has it of each part.
      String found = Sha256.of(tree.get(PART).toString());
      String recorded = recorded(evidence.resolve("manifest.json"));
      if (!found.equals(recorded)) {
        throw new IllegalArgumentException(
            "%s: the attributions are not those that the evidence beside it records (digest %s, recorded %s); run the audit again"
                .formatted(file, found, recorded));
      }
    }
    return result;
  }

  private static String recorded(Path manifest) throws IOException {
    if (!Files.isRegularFile(manifest)) {
      return "none";
    }
    return Json.any(BoundedText.read(manifest), manifest.toString())
        .path("result")
        .path(PART)
        .asText("none");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
