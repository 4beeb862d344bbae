/** From a spec to results on disk: reused where nothing changed, measured where something did. */
@NullMarked
package io.sextant.maven.evaluation;

import org.jspecify.annotations.NullMarked;
