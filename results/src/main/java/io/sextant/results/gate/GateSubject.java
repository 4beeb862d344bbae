package io.sextant.results.gate;

import io.sextant.results.AuditResult;
import io.sextant.results.KeptAttributions;
import io.sextant.results.SampleRow;
import io.sextant.results.Slice;
import io.sextant.results.baseline.Fingerprint;
import io.sextant.results.rules.Measurements;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The audit of one model, as a gate sees it.
 *
 * @param model id
 * @param measured what rules are held against
 * @param fingerprint what a baseline must share to be compared
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record GateSubject(String model, Measurements measured, Fingerprint fingerprint) {
  /** The same beside the attributions of another audit, where there are. */
  public GateSubject against(Optional<KeptAttributions> before) {
    return new GateSubject(model, measured.against(before), fingerprint);
  }

  /**
   * The subject of a finished audit.
   *
   * @param result read from {@code result.json}
   * @param rows read from {@code samples.csv}
   * @param slices that rules may name
   */
  public static GateSubject of(AuditResult result, List<SampleRow> rows, List<Slice> slices) {
    return new GateSubject(
        result.model().id(), Measurements.of(result, rows, slices), Fingerprint.of(result, slices));
  }
}
