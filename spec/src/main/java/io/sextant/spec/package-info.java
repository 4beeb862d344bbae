/** The audit spec: one YAML file, the same for library, command line and build plugin. */
@NullMarked
package io.sextant.spec;

import org.jspecify.annotations.NullMarked;
