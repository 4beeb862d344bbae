package io.sextant.maven;

import io.sextant.maven.evaluation.BuildLog;
import org.apache.maven.plugin.logging.Log;

/** Maven's log. */
record MavenLog(Log log) implements BuildLog {
  @Override
  public void info(String line) {
    log.info(line);
  }

  @Override
  public void warn(String line) {
    log.warn(line);
  }

  @Override
  public void debug(String line) {
    log.debug(line);
  }
}
