package io.sextant.spec;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The one reader of YAML that people write: specs, the plugin's and the tests' parts of specs, and
 * schemas. It knows mappings, lists and texts and nothing else, so that {@code 8/255}, {@code 0.10}
 * and {@code no} stay what was written; tags have no say. At most 2^22 characters, which is room
 * for a schema of some 50,000 columns, 20 levels, 10 aliases of collections, and 2^19 values when
 * these are written out.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class YamlText {
  private static final int LARGEST = 1 << 22;
  private static final int DEEPEST = 20;
  private static final int MOST_ALIASES = 10;
  private static final int MOST_VALUES = 1 << 19;

  private final IdentityHashMap<Node, Value> known = new IdentityHashMap<>();
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlText() {}

  /** A value, and of how many it consists when aliases are written out. */
  private record Value(Object content, int size) {}

  /**
   * A text that is no such YAML; the message begins with the line and the column.
   *
   * @since 0.1
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public static final class MalformedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MalformedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads a text.
   *
   * @param text one document
   * @return a {@code String}, or a {@code List} or a {@code Map} in the written order with texts as
   *     keys, of such values again; absent when the text holds nothing
   * @throws MalformedException if it is malformed or beyond the limits
   */
  public static Optional<Object> read(String text) {
    return compose(text).map(node -> new YamlText().value(node).content());
  }

  /** The nodes of a text, which know their lines. */
  static Optional<Node> compose(String text) {
    int length = text.codePointCount(0, text.length());
    if (length > LARGEST) {
      throw new MalformedException(
          "line 1, column 1: the text has %d characters but may have at most %d"
              .formatted(length, LARGEST),
          null);
    }
    try {
      return Optional.ofNullable(yaml().compose(new StringReader(text)));
    } catch (MarkedYAMLException e) {
      throw new MalformedException(place(e.getProblemMark()) + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new MalformedException(
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }

  /** Values as text, in the order of the maps. */
  static String write(Object value) {
    return yaml().dump(value);
  }

  /** The same with lists of texts on one line, and comments above values, by their paths. */
  static String write(Object value, Map<String, String> comments) {
    Yaml yaml = yaml();
    Node root = yaml.represent(value);
    comment(root, "", comments);
    StringWriter text = new StringWriter();
    comments.getOrDefault("", "").lines().forEach(line -> text.write("# " + line + "\n"));
    yaml.serialize(root, text);
    return text.toString();
  }

  private static void comment(Node node, String path, Map<String, String> comments) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        String key = ((ScalarNode) entry.getKeyNode()).getValue();
        String place = path.isEmpty() ? key : path + "." + key;
        entry
            .getKeyNode()
            .setBlockComments(
                comments
                    .getOrDefault(place, "")
                    .lines()
                    .map(line -> new CommentLine(null, null, " " + line, CommentType.BLOCK))
                    .toList());
        comment(entry.getValueNode(), place, comments);
      }
    } else if (node instanceof SequenceNode sequence) {
      List<Node> entries = sequence.getValue();
      for (int i = 0; i < entries.size(); i++) {
        comment(entries.get(i), "%s[%d]".formatted(path, i), comments);
      }
      if (entries.stream().allMatch(ScalarNode.class::isInstance)) {
        sequence.setFlowStyle(DumperOptions.FlowStyle.FLOW);
      }
    }
  }

  /**
   * A scalar that means exactly this text, on one line.
   *
   * @param text of any characters
   */
  public static String quote(String text) {
    if (text.matches("[A-Za-z0-9_./][A-Za-z0-9_./ -]*[A-Za-z0-9_./]|[A-Za-z0-9_]")) {
      return text;
    }
    if (text.chars().noneMatch(Character::isISOControl)) {
      return "'" + text.replace("'", "''") + "'";
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c ->
                quoted.append(
                    Character.isISOControl(c) || c == '"' || c == '\\'
                        ? "\\u%04x".formatted(c)
                        : String.valueOf((char) c)));
    return quoted.append('"').toString();
  }

  private Value value(Node node) {
    Value before = known.get(node);
    if (before != null) {
      return before;
    }
    if (!open.add(node)) {
      throw malformed(node, "an alias stands inside of what it repeats; write the values out");
    }
    Value value;
    if (node instanceof MappingNode mapping) {
      value = mapping(mapping);
    } else if (node instanceof SequenceNode sequence) {
      requireTag(node, Tag.SEQ);
      List<Object> list = new ArrayList<>();
      int size = 1;
      for (Node entry : sequence.getValue()) {
        Value own = value(entry);
        size = bounded(entry, size + own.size());
        list.add(own.content());
      }
      value = new Value(Collections.unmodifiableList(list), size);
    } else {
      value = new Value(text(node), 1);
    }
    open.remove(node);
    known.put(node, value);
    return value;
  }

  private Value mapping(MappingNode node) {
    requireTag(node, Tag.MAP);
    Map<String, Object> map = new LinkedHashMap<>();
    int size = 1;
    for (NodeTuple entry : node.getValue()) {
      String key = text(entry.getKeyNode());
      Value own = value(entry.getValueNode());
      size = bounded(entry.getValueNode(), size + own.size());
      if (map.put(key, own.content()) != null) {
        throw malformed(entry.getKeyNode(), "the key '%s' is given twice".formatted(key));
      }
    }
    return new Value(Collections.unmodifiableMap(map), size);
  }

  private static String text(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw malformed(node, "a key must be a text; write 'key: value'");
    }
    requireTag(node, Tag.STR);
    return scalar.getValue();
  }

  /** The only tags that stand for what is read anyway. */
  private static void requireTag(Node node, Tag usual) {
    if (!node.getTag().equals(usual)) {
      throw malformed(
          node, "the tag %s is not supported; leave it out".formatted(shown(node.getTag())));
    }
  }

  private static String shown(Tag tag) {
    return tag.getValue().replaceFirst("^" + Tag.PREFIX, "!!");
  }

  private static int bounded(Node node, int size) {
    if (size > MOST_VALUES) {
      throw malformed(
          node,
          "with its aliases written out the text has more than %d values; use fewer aliases"
              .formatted(MOST_VALUES));
    }
    return size;
  }

  private static MalformedException malformed(Node node, String what) {
    return new MalformedException(place(node.getStartMark()) + what, null);
  }

  private static String place(@Nullable Mark mark) {
    return mark == null
        ? ""
        : "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static Yaml yaml() {
    LoaderOptions limits = new LoaderOptions();
    limits.setMaxAliasesForCollections(MOST_ALIASES);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setCodePointLimit(LARGEST);
    // Nothing is made of a tag here; each that says anything is refused with its place.
    limits.setTagInspector(tag -> true);
    DumperOptions form = new DumperOptions();
    // Not as bytes, which the reader refuses.
    form.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    form.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    form.setLineBreak(DumperOptions.LineBreak.UNIX);
    form.setSplitLines(false);
    form.setAllowUnicode(true);
    form.setProcessComments(true);
    // Anchors are for people; equal parts of a spec are written twice.
    form.setDereferenceAliases(true);
    Resolver textOnly =
        new Resolver() {
          @Override
          protected void addImplicitResolvers() {}
        };
    return new Yaml(new SafeConstructor(limits), new Representer(form), form, limits, textOnly);
  }
}
