/** Where the worker's classes come from. */
@NullMarked
package io.sextant.maven.classpath;

import org.jspecify.annotations.NullMarked;
