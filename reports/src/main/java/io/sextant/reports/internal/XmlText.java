package io.sextant.reports.internal;

import io.sextant.results.internal.Text;
import java.io.StringWriter;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apiguardian.api.API;

/**
 * An XML 1.0 document, indented, with {@code \n} at the line ends. What XML cannot hold is
 * replaced, so that every text makes a document that readers accept.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class XmlText {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;
  private int depth;

  private XmlText(boolean document) {
    try {
      // The JDK's own: another one on the class path may escape differently.
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      if (document) {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
      }
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** An empty document. */
  public XmlText() {
    this(true);
  }

  /** An element that will stand in another document. */
  static XmlText element() {
    return new XmlText(false);
  }

  /** Starts an element that has others inside. */
  public void open(String name, Map<String, String> attributes) {
    try {
      start(name, attributes);
      xml.writeCharacters("\n");
      depth++;
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** Ends the element that was opened last. */
  public void close() {
    try {
      depth--;
      indent();
      xml.writeEndElement();
      xml.writeCharacters("\n");
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** An element with text only, perhaps none. Line ends and tabs are kept. */
  public void element(String name, Map<String, String> attributes, String content) {
    try {
      start(name, attributes);
      xml.writeCharacters(Text.lines(content));
      xml.writeEndElement();
      xml.writeCharacters("\n");
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** The document, when every element is closed. */
  public String text() {
    try {
      xml.writeEndDocument();
      xml.flush();
      return text.toString();
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  private void start(String name, Map<String, String> attributes) throws XMLStreamException {
    indent();
    xml.writeStartElement(name);
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      // A reader would turn line ends in attributes into spaces.
      xml.writeAttribute(
          attribute.getKey(), Text.line(attribute.getValue().replaceAll("[\r\n\t]+", " ")));
    }
  }

  private void indent() throws XMLStreamException {
    xml.writeCharacters("  ".repeat(depth));
  }

  private static IllegalStateException impossible(XMLStreamException e) {
    return new IllegalStateException("a string can always be written to: " + e.getMessage(), e);
  }
}
