package io.sextant.evaluation;

import io.sextant.results.KeptAttributions;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One run of an audit: what its stages work on, and what they have found so far.
 *
 * @param prepared model, data and methods
 * @param effort how much may be left out
 * @param options of the engine
 * @param progress hears how it gets on
 * @param folder what is written goes there
 * @param last inputs that broke an earlier model
 * @param before attributions by an earlier model, which drift is measured from
 * @param outOfTime whether no further unit of work may begin
 * @param found by the stages that have run
 */
record Run(
    Preparation prepared,
    Effort effort,
    EngineOptions options,
    Progress progress,
    RunFolder folder,
    Optional<LastEvidence> last,
    Optional<KeptAttributions> before,
    BooleanSupplier outOfTime,
    Findings found) {}
