/** One verdict over the modules of a build. */
@NullMarked
package io.sextant.maven.aggregate;

import org.jspecify.annotations.NullMarked;
