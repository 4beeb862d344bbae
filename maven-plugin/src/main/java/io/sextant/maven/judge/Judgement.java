package io.sextant.maven.judge;

import io.sextant.results.AuditResult;
import io.sextant.results.gate.GateReport;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * What a build makes of a model.
 *
 * @param result of the audit
 * @param report on its rules
 * @param folder of the result
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Judgement(AuditResult result, GateReport report, Path folder) {}
