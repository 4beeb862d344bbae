package io.sextant.benchmarks.timing;

/**
 * How fast the machine multiplies float matrices of 1024 x 1024.
 *
 * @param library which library did it
 * @param operationsPerSecond the best of many runs; a multiplication with its addition counts as
 *     two
 */
public record Peak(String library, double operationsPerSecond) {}
