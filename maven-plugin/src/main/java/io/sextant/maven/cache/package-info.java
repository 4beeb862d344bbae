/** Measurements that need not be made again. */
@NullMarked
package io.sextant.maven.cache;

import org.jspecify.annotations.NullMarked;
