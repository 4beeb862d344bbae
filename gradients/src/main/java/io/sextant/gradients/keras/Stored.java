package io.sextant.gradients.keras;

import io.sextant.gradients.files.Hdf5File;
import java.util.Optional;

/**
 * An array of weights in a file.
 *
 * @param name what the layer calls it, such as {@code kernel}, where the file tells
 * @param array its place in the file
 */
record Stored(Optional<String> name, Hdf5File.Node array) {}
