package io.sextant.junit;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Sends what assertions write to another folder, and forgets what a test has set. */
final class OutputFolder implements BeforeEachCallback, AfterEachCallback {
  private static final String[] KEYS = {
    Settings.OUTPUT, Settings.RULES, Settings.SAMPLES, Settings.UPDATE
  };

  static void set(Path folder) {
    System.setProperty(Settings.OUTPUT, folder.toString());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    clear();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    clear();
  }

  private static void clear() {
    for (String key : KEYS) {
      System.clearProperty(key);
    }
  }
}
