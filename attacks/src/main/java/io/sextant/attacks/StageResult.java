package io.sextant.attacks;

import org.apiguardian.api.API;

/**
 * What one part of an attack did to one example that had held until then.
 *
 * @param stage the part's name
 * @param broken whether it broke the example
 * @param forwards forward passes that it spent
 * @param backwards backward passes that it spent
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StageResult(String stage, boolean broken, long forwards, long backwards) {}
