package io.sextant.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static void refused(String text, String... parts) {
    assertThatThrownBy(() -> Schema.parse("s.yaml", text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("s.yaml")
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  private static void refusedFor(List<String> columns, String text, String... parts) {
    assertThatThrownBy(() -> Schema.parse("s.yaml", text).domain(columns))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void features_may_be_a_mapping_or_a_list() {
    String mapping = "features: {a: {type: integer, minimum: 0, maximum: 4}}";
    String list = "features: [{name: a, type: integer, minimum: 0, maximum: 4}]";

    assertThat(Schema.parse("s", mapping)).isEqualTo(Schema.parse("s", list));
    assertThat(Schema.parse("s", list).features().get(0).scale()).isEqualTo(4);
  }

  @Test
  void groups_may_be_lists_mappings_or_prefixes() {
    List<String> columns = List.of("g.a", "h", "g.b.c");
    for (String groups :
        List.of(
            "{g: [g.a, g.b.c]}",
            "{g: {features: [g.a, g.b.c]}}",
            "[g]",
            "[{name: g, features: [g.a, g.b.c]}]",
            "{g: }")) {
      InputDomain domain =
          Schema.parse("s", "features: {h: {type: binary}}\ngroups: " + groups).domain(columns);

      assertThat(domain.groups()).hasSize(1);
      assertThat(domain.groups().get(0).name()).isEqualTo("g");
      assertThat(domain.groups().get(0).members()).containsExactly(0, 2);
      assertThat(domain.features()).extracting(Feature::mutable).containsOnly(true);
    }
  }

  @Test
  void names_are_the_texts_that_were_written() {
    Schema schema =
        Schema.parse(
            "s",
            """
            features: {on: {type: binary}, 010: {minimum: 010, maximum: 2e1}}
            labels: [no, yes, NO, True, 1e1, 010, ~]
            """);

    assertThat(schema.labels()).containsExactly("no", "yes", "NO", "True", "1e1", "010", "~");
    assertThat(schema.features()).extracting(Feature::name).containsExactly("on", "010");
    assertThat(schema.features().get(1).minimum()).isEqualTo(10);
  }

  @Test
  void a_frozen_group_freezes_its_members() {
    InputDomain domain =
        Schema.parse("s", "groups: {g: {features: [a, b], mutable: false}, h: [c, d]}")
            .domain(List.of("a", "b", "c", "d"));

    assertThat(domain.features())
        .extracting(Feature::mutable)
        .containsExactly(false, false, true, true);
  }

  @Test
  void unknown_keys_and_values_name_the_nearest_known_one() {
    refused("feature: {}", "'feature'", "mean 'features'");
    refused("features: {Age: {kind: real}}", "feature 'Age'", "'kind'");
    refused("features: {Age: {min: 0}}", "'min'", "mean 'minimum'");
    refused("features: {Age: {max: 0}}", "'max'", "mean 'maximum'");
    refused("features: {Age: {type: boolean}}", "'boolean'", "mean 'binary'");
    refused("features: {Age: {type: float}}", "'float'", "mean 'real'");
    refused("features: {Age: {type: categorical}}", "'categorical'", "'groups'");
    refused("features: {Age: {minimun: 0}}", "'minimun'", "mean 'minimum'");
    refused("features: {Age: {type: int}}", "'int'", "real, integer, binary");
    refused("features: {A: {minimum: 0, maximum: 1, monotone: increasing}}", "mean 'increase'");
    refused("groups: {g: {feature: [a, b]}}", "'feature'", "mean 'features'");
  }

  @Test
  void values_of_the_wrong_sort_are_refused() {
    refused("features: {A: {type: real, minimum: 0}}", "'A'", "needs a maximum");
    refused("features: {A: {minimum: low, maximum: 1}}", "minimum", "number", "low");
    refused("features: {A: {minimum: .nan, maximum: 1}}", "minimum", "finite number", ".nan");
    refused("features: {A: {minimum: '0,5', maximum: 1}}", "minimum", "0,5", "point");
    refused("features: {A: {minimum: 0x1F, maximum: 99}}", "minimum", "0x1F");
    refused("labels: ['', a]", "names");
    refused("features: {A: {minimum: 2, maximum: 1}}", "'A'", "below");
    refused("features: {A: {minimum: 0, maximum: 1, scale: 0}}", "scale");
    refused("features: {A: {minimum: 0, maximum: 1, mutable: maybe}}", "mutable", "maybe");
    refused("features: {A: {type: integer, minimum: 0.5, maximum: 3}}", "whole");
    refused("features: {A: {type: binary, maximum: 2}}", "binary");
    refused("features: {A: 7}", "'A'", "7");
    refused("features: 7", "features", "7");
    refused("features: [{type: binary}]", "name");
    refused("features: [{name: a, type: binary}, {name: a, type: binary}]", "twice");
    refused("groups: {g: [a]}", "'g'", "at least 2");
    refused("groups: {g: [a, a]}", "'g'", "different");
    refused("labels: [a, a]", "differ");
    refused("labels: a", "list");
  }

  @Test
  void a_schema_must_fit_the_table() {
    refusedFor(List.of("b"), "features: {a: {type: binary}}", "'a'", "missing", "mean 'b'");
    refusedFor(List.of("b"), "labels: [x, y]", "'b'", "not described");
    refusedFor(List.of("g.a", "g.b"), "groups: {g: [g.a, g.c]}", "'g.c'", "missing");
    refusedFor(List.of("g.a", "h.b"), "groups: [g]", "'g'", "at least 2");
    refusedFor(List.of("a", "b", "c"), "groups: {g: [a, b], h: [b, c]}", "b", "more than one");
    refusedFor(
        List.of("a", "b"),
        "features: {a: {minimum: 0, maximum: 1}}\ngroups: {g: [a, b]}",
        "a must be binary");
  }

  private static final String NUMBERS =
      "features: {a: {minimum: 0, maximum: 9}, b: {minimum: 0, maximum: 9}, c: {minimum: 0, maximum: 9}}\n";

  @Test
  void relations_are_sums_between_bounds_or_equal_to_one_value() {
    InputDomain domain =
        Schema.parse(
                "s",
                NUMBERS
                    + "relations:\n"
                    + "  whole: {sum: {c: 1, a: -1, b: -1}, equals: 0}\n"
                    + "  rate: {sum: {a: 1, b: -0.5}, minimum: 0}\n"
                    + "  both: {sum: {b: 2}, minimum: 1, maximum: 12}\n")
            .domain(List.of("a", "b", "c"));

    assertThat(domain.relations())
        .extracting(InputDomain.Relation::name)
        .containsExactly("whole", "rate", "both");
    assertThat(domain.relations().get(0).terms())
        .containsExactly(
            new InputDomain.Relation.Term(2, 1),
            new InputDomain.Relation.Term(0, -1),
            new InputDomain.Relation.Term(1, -1));
    assertThat(domain.violation(new double[] {2, 4, 6})).isEmpty();
    assertThat(domain.violation(new double[] {2, 4, 6.1}))
        .isEqualTo("the sum of relation whole must be exactly 0.0 but was 0.09999999999999964");
    assertThat(domain.violation(new double[] {1, 4, 5}))
        .isEqualTo("the sum of relation rate must be at least 0.0 but was -1.0");
    assertThat(domain.violation(new double[] {4, 7, 11})).contains("feature c");
    assertThat(domain.violation(new double[] {5, 0, 5})).contains("both must be at least 1.0");
  }

  @Test
  void relations_may_be_a_list_and_what_is_wrong_with_one_is_told() {
    String listed = NUMBERS + "relations: [{name: r, sum: {a: 1}, maximum: 3}]";
    assertThat(Schema.parse("s", listed))
        .isEqualTo(Schema.parse("s", NUMBERS + "relations: {r: {sum: {a: 1}, maximum: 3}}"));

    refused("relations: {r: {minimum: 1}}", "relation 'r'", "needs a sum", "none");
    refused("relations: {r: {sum: {}, minimum: 1}}", "needs a sum");
    refused("relations: {r: {sum: {a: 1}}}", "minimum, a maximum or both, or equals alone");
    refused("relations: {r: {sum: {a: 1}, equals: 1, maximum: 2}}", "or equals alone");
    refused("relations: {r: {sum: {a: 0}, equals: 1}}", "'a' must not be 0", "leave");
    refused("relations: {r: {sum: {a: many}, equals: 1}}", "a must be a finite number");
    refused("relations: {r: {sum: {a: 1}, minimum: 2, maximum: 1}}", "at most maximum", "2.0");
    refused("relations: {r: {sum: {a: 1}, minmum: 2}}", "minmum", "did you mean 'minimum'");
    refusedFor(
        List.of("a", "b", "c"),
        NUMBERS + "relations: {r: {sum: {d: 1}, maximum: 3}}",
        "column 'd'",
        "missing");
  }

  @Test
  void prices_are_of_columns_or_of_whole_groups() {
    InputDomain domain =
        Schema.parse(
                "s",
                "features: {a: {minimum: 0, maximum: 10, price: 4}, h: {type: binary, price: 0}}\n"
                    + "groups: {g: {features: [x, y, z], price: 3}, k: [p, q]}")
            .domain(List.of("a", "h", "x", "y", "z", "p", "q"));

    assertThat(domain.features())
        .extracting(Feature::price)
        .containsExactly(4., 0., 3., 3., 3., 1., 1.);
    double[] row = {2, 0, 1, 0, 0, 1, 0};
    assertThat(domain.price(row, row)).isZero();
    // Half a scale at 4, a free switch, one group at 3 and one at 1.
    assertThat(domain.price(row, new double[] {7, 1, 0, 0, 1, 0, 1})).isEqualTo(6);
    refused(
        "features: {a: {minimum: 0, maximum: 1, price: -1}}", "'a'", "price must be at least 0");
    refused("groups: {g: {features: [x, y], price: -2}}", "'g'", "price must be at least 0");
  }
}
