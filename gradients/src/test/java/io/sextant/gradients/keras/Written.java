package io.sextant.gradients.keras;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;

/** Files as Keras writes them, by the HDF5 library itself. */
final class Written {
  private Written() {}

  /** An array at a path of groups. */
  record Values(String path, Tensor tensor) {}

  /** Whole-model HDF5: attributes of the root, and arrays below {@code model_weights/layer}. */
  static byte[] hdf5(Map<String, String> attributes, Map<String, List<Values>> layers) {
    return file(
        file -> {
          attributes.forEach((name, value) -> text(file, name, value));
          Group weights = file.createGroup("model_weights");
          layers.forEach(
              (layer, arrays) -> {
                Group group = weights.createGroup(layer);
                texts(group, "weight_names", arrays.stream().map(Values::path).toList());
                arrays(group, arrays);
                group.close();
              });
          weights.close();
        });
  }

  /** An archive of Keras 3. */
  static byte[] archive(String configuration, String version, List<Values> arrays) {
    byte[] weights = file(file -> arrays(file, arrays));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        "metadata.json",
        "{\"keras_version\": \"%s\"}".formatted(version).getBytes(StandardCharsets.UTF_8));
    entries.put("config.json", configuration.getBytes(StandardCharsets.UTF_8));
    entries.put("model.weights.h5", weights);
    return zip(entries);
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private interface Content {
    void into(H5File file);
  }

  @SuppressWarnings("unchecked") // of no classes, whose array is made here
  private static byte[] file(Content content) {
    try {
      Path path = Files.createTempFile("keras", ".h5");
      try {
        // The library is not made for threads: what it handed out goes here, and not on the thread
        // of the garbage collector.
        PointerScope scope = new PointerScope();
        try {
          H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC);
          content.into(file);
          file.close();
        } finally {
          scope.close();
        }
        return Files.readAllBytes(path);
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void text(Group at, String name, String value) {
    StrType type = new StrType(PredType.C_S1(), Math.max(1, value.length()));
    Attribute attribute = at.createAttribute(name, type, new DataSpace(hdf5.H5S_SCALAR));
    attribute.write(type, value);
    attribute.close();
  }

  private static void texts(Group at, String name, List<String> values) {
    int longest = values.stream().mapToInt(String::length).max().orElse(1);
    byte[] bytes = new byte[longest * Math.max(1, values.size())];
    for (int i = 0; i < values.size(); i++) {
      byte[] own = values.get(i).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(own, 0, bytes, i * longest, own.length);
    }
    StrType type = new StrType(PredType.C_S1(), longest);
    Attribute attribute =
        at.createAttribute(name, type, new DataSpace(1, new long[] {values.size()}));
    if (!values.isEmpty()) {
      attribute.write(type, new BytePointer(bytes));
    }
    attribute.close();
  }

  private static void arrays(Group at, List<Values> arrays) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Values array : arrays) {
      List<String> parts = Arrays.asList(array.path().split("/"));
      Group group = at;
      for (int i = 1; i < parts.size(); i++) {
        Group outer = group;
        String name = parts.get(i - 1);
        group =
            groups.computeIfAbsent(
                String.join("/", parts.subList(0, i)), path -> outer.createGroup(name));
      }
      values(group, parts.get(parts.size() - 1), array.tensor());
    }
    new ArrayList<>(groups.values()).forEach(Group::close);
  }

  private static void values(Group at, String name, Tensor tensor) {
    long[] shape = Arrays.stream(tensor.sizes()).asLongStream().toArray();
    float[] floats = new float[tensor.values().length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) tensor.values()[i];
    }
    DataSet set = at.createDataSet(name, PredType.IEEE_F32LE(), new DataSpace(shape.length, shape));
    set.write(new FloatPointer(floats), PredType.NATIVE_FLOAT());
    set.close();
  }
}
