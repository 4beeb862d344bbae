/**
 * Bounded readers of what model files are made of: zip archives, HDF5 files and JSON texts. Nothing
 * in a file is trusted: each address and size is compared with the file before it is followed, and
 * everything that is counted has a limit. Internal.
 */
@NullMarked
package io.sextant.gradients.files;

import org.jspecify.annotations.NullMarked;
