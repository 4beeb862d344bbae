/**
 * What every engine must fulfil, whichever it is: the system property {@code sextant.test.engine}
 * names the engine under test, and the ND4J engine in double precision is what it is compared with.
 */
@NullMarked
package io.sextant.gradients.contract;

import org.jspecify.annotations.NullMarked;
