/**
 * The goals of the Maven plugin. They are thin: each binds its parameters and hands over to the
 * packages below, which know nothing of Maven. Deeplearning4j and ND4J are never loaded here; all
 * computing is done by a forked worker.
 */
@NullMarked
package io.sextant.maven;

import org.jspecify.annotations.NullMarked;
