/** From results on disk to verdicts, reports and messages. */
@NullMarked
package io.sextant.maven.judge;

import org.jspecify.annotations.NullMarked;
