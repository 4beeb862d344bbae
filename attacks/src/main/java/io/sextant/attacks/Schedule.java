package io.sextant.attacks;

/**
 * How the driver searches.
 *
 * @param attack the attack's name
 * @param steps gradient steps of a run; 0 only judges the start
 * @param stepSize length of the steps, in the threat's norm
 * @param restarts runs in all
 * @param randomStart whether a run starts uniformly in the ball, or at the clean input
 * @param loss what to climb
 * @param untilBroken whether a run ends at its first adversarial iterate
 */
record Schedule(
    String attack,
    int steps,
    StepSize stepSize,
    int restarts,
    boolean randomStart,
    Loss loss,
    boolean untilBroken) {}
