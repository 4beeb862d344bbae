package io.sextant.results.baseline;

import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.SampleRow;
import io.sextant.results.Slice;
import io.sextant.results.Threat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * What must be equal for two audits to be compared example by example: everything but the model,
 * the machine and the toolkit.
 *
 * @param samples digest of the data's bytes and of the rows used
 * @param protocol digest of the threats, the attacks with their settings, the parameters of
 *     corruptions, the domain, the slices and the seed
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Fingerprint(String samples, String protocol) {
  /** The fingerprint of an audit. */
  public static Fingerprint of(AuditResult result, List<Slice> slices) {
    DataInfo data = result.data();
    List<String> samples = new ArrayList<>();
    data.files().forEach(file -> samples.add(file.sha256()));
    samples.add(data.sampleIdsSha256());
    List<String> protocol = new ArrayList<>();
    for (Threat threat : result.plan().threats()) {
      protocol.add(threat.norm().key());
      protocol.add(threat.goal());
      protocol.addAll(threat.notes());
      // By value: 0.1 and 0.10 are the same radius.
      threat.epsilons().stream().sorted().map(Fingerprint::canonical).forEach(protocol::add);
    }
    result.plan().attacks().stream()
        // What an earlier build found differs from machine to machine.
        .filter(attack -> !attack.name().equals(SampleRow.REPLAY))
        .forEach(
            attack -> {
              protocol.add(attack.name());
              protocol.add(attack.norms().toString());
              for (Map.Entry<String, String> setting : attack.configuration().entrySet()) {
                protocol.add(setting.getKey());
                protocol.add(setting.getValue());
              }
            });
    result
        .corruptions()
        .ifPresent(
            corruptions -> {
              protocol.add(corruptions.parameters());
              protocol.add(corruptions.columns().toString());
            });
    protocol.add(data.domain().toString());
    slices.stream()
        .sorted(Comparator.comparing(Slice::name))
        .forEach(
            slice -> {
              protocol.add(slice.name());
              protocol.add(slice.samples().toString());
            });
    protocol.add(String.valueOf(result.plan().seed()));
    return new Fingerprint(sha256(samples), sha256(protocol));
  }

  private static String canonical(Epsilon epsilon) {
    return Double.toString(epsilon.value());
  }

  /** Parts are told apart by their lengths, so that no two lists run together. */
  private static String sha256(List<String> parts) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      text.append(part.length()).append(' ').append(part).append('\n');
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
