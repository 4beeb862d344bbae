/** What is asked for: the spec file and what the POM adds to it, made one effective spec. */
@NullMarked
package io.sextant.maven.config;

import org.jspecify.annotations.NullMarked;
