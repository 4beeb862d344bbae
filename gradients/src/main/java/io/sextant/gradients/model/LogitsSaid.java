package io.sextant.gradients.model;

import org.apiguardian.api.API;

/**
 * Who says that a network's outputs are logits of classes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum LogitsSaid {
  /** Nobody but the network itself, by its output's loss. */
  NOT,
  /** The file, of how the network was trained: counts where nothing speaks against it. */
  BY_FILE,
  /** The user: refused where the network says something else. */
  BY_USER
}
