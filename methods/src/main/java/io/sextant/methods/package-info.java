/**
 * What methods (attacks and explainers) declare of themselves: a name, settings, costs and a
 * source.
 *
 * <p>A {@link io.sextant.methods.Method} is an immutable configuration; its {@link
 * io.sextant.methods.Declaration} stands in its own file, and the {@link
 * io.sextant.methods.Catalogue} finds it by a line in {@code
 * META-INF/services/io.sextant.methods.Method}. Commands, specs, tables of the documentation and
 * tests know methods from there alone.
 */
@NullMarked
package io.sextant.methods;

import org.jspecify.annotations.NullMarked;
