package io.sextant.cli;

import io.sextant.evaluation.Toolkit;
import picocli.CommandLine.IVersionProvider;

/** The toolkit's version. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"sextant " + Toolkit.version()};
  }
}
