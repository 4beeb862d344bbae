/** The process that evaluates: its command, its end, and what the end means. */
@NullMarked
package io.sextant.maven.worker;

import org.jspecify.annotations.NullMarked;
