package io.sextant.reports.internal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.sextant.results.internal.Text;
import org.apiguardian.api.API;

/** The compiled templates and the style sheet they share. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Templates {
  // Escaping is decided at build time, by the context of each expression in the template.
  private static final TemplateEngine ENGINE =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "io.sextant.reports.templates");

  private Templates() {}

  /** The text of a template for its one parameter. */
  public static String render(String name, Object page) {
    StringOutput output = new StringOutput();
    ENGINE.render(name, page, output);
    // A name must not turn the words around it.
    return Text.lines(output.toString());
  }
}
