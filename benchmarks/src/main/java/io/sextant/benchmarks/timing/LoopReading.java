package io.sextant.benchmarks.timing;

/**
 * What an attack in a process of its own found.
 *
 * @param broken examples that are adversarial in the end, or were wrong from the start
 * @param millis of the last repetition of the attack
 */
public record LoopReading(int broken, double millis) {}
