package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AttributionDrift;
import io.sextant.results.AuditResult;
import io.sextant.results.Epsilon;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.Floats;
import io.sextant.results.GalleryExample;
import io.sextant.results.KeptAttributions;
import io.sextant.results.MapChange;
import io.sextant.results.Norm;
import io.sextant.results.Predictions;
import io.sextant.results.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final String HOSTILE =
      "\"'><script>alert(1)</script><img src=//evil.example/x"
          + " onerror=alert(2)></style></title>&amp;\u2028";

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static String find(String html, String regex) {
    Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(html);
    assertThat(matcher.find()).as(regex).isTrue();
    return matcher.group(1);
  }

  private static List<String> all(String html, String regex) {
    return Pattern.compile(regex).matcher(html).results().map(m -> m.group(1)).toList();
  }

  private static AuditResult with(
      List<Rule> rules, List<GalleryExample> gallery, boolean reliable) {
    return Fixture.images("m", Fixture.GARMENTS, rules, gallery, reliable);
  }

  @Test
  void corruptions_have_a_table_with_intervals_and_pictures() {
    String text = HtmlReport.render(Fixture.images());
    String section =
        text.substring(
            text.indexOf("<section id=\"corruptions\""), text.indexOf("<section id=\"classes\""));
    assertThat(section)
        .contains("Severity 1", "Severity 5", "fog", "gaussian-noise", "80.0%", "76.2–83.3%")
        .contains("On the mean over 2 kinds", "worst is fog", "taken for no class")
        .contains("age &lt;from&gt; 40", "1/2")
        .as("what was not run has a dash")
        .contains("–<small></small>");
    assertThat(text).contains("href=\"#corruptions\"");
  }

  @Test
  void says_the_verdict_first() {
    String html = HtmlReport.render(Fixture.images());
    String verdict = find(html, "<section id=\"verdict\"(.*?)</section>");
    assertThat(verdict)
        .contains("Fail</h2>")
        .contains("1 of 3 rules is broken.")
        .contains("linf-large")
        .contains("at least 50%")
        .contains("upper bound");
    assertThat(html.indexOf("id=\"verdict\"")).isLessThan(html.indexOf("id=\"threat\""));
  }

  @Test
  void has_every_section_linked_from_the_contents() {
    String html = HtmlReport.render(Fixture.images());
    List<String> links = all(html, "<li><a href=\"#([a-z]+)\">");
    assertThat(links).hasSize(13).doesNotHaveDuplicates();
    assertThat(all(html, "<section id=\"([a-z]+)\"")).isEqualTo(links);
    assertThat(all(html, "(<h1)")).hasSize(1);
    List<String> ids = all(html, " id=\"([^\"]+)\"");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void is_one_file_that_asks_nobody_for_anything() {
    String html = HtmlReport.render(Fixture.images());
    assertThat(html).doesNotContain("http://", "https://", "@import", "url(", "<link", "<script");
    assertThat(all(html, " src=\"([^\"]{0,22})"))
        .isNotEmpty()
        .containsOnly("data:image/png;base64,");
    assertThat(all(html, " href=\"(.)")).containsOnly("#");
    assertThat(all(html, "(?i)<[^>]* (style|on[a-z]+)=")).isEmpty();
  }

  @Test
  void its_policy_admits_its_own_style_sheet() throws Exception {
    String html = HtmlReport.render(Fixture.images());
    String policy = find(html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"");
    String css = find(html, "<style>(.*?)</style>");
    String digest =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.UTF_8)));
    assertThat(policy)
        .startsWith("default-src 'none'; img-src data:; style-src 'sha256-" + digest + "'");
  }

  @Test
  void equal_results_give_equal_bytes_through_json() throws IOException {
    Path json = folder.resolve("result.json");
    Fixture.images().write(json);
    Path html = folder.resolve("report.html");
    HtmlReport.write(AuditResult.read(json), html);
    StringWriter writer = new StringWriter();
    HtmlReport.write(Fixture.images(), writer);
    // Only the file beside the report has a digest to state.
    assertThat(
            Files.readString(html)
                .replaceFirst("· result.json <code id=\"result-sha256\">[0-9a-f]{64}</code>", ""))
        .isEqualToIgnoringWhitespace(writer.toString());
    assertThat(writer.toString()).doesNotContain("result.json <code");
    assertThat(Files.size(html)).isLessThan(1_500_000);
  }

  @Test
  void states_the_digest_of_the_result_beside_it() throws Exception {
    Path json = folder.resolve("result.json");
    Fixture.images().write(json);
    Path html = folder.resolve("report.html");
    HtmlReport.write(Fixture.images(), html);
    assertThat(Files.readString(html))
        .contains(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(json))));
  }

  @Test
  void says_how_many_checks_passed_all_radii_and_where_broken_samples_stand() {
    String verdict =
        find(HtmlReport.render(Fixture.images()), "<section id=\"verdict\"(.*?)</section>");
    assertThat(verdict).containsPattern("[0-9] of [0-9] validity checks passed");
    int tiles = all(verdict, "<dt>(Robust, )").size();
    assertThat(tiles).isEqualTo(Fixture.images().accuracy().robust().size());
    assertThat(HtmlReport.render(Fixture.images())).contains("<h3 id=\"broken\">", "samples.csv");
  }

  @Test
  void lists_each_sample_that_broke_once_per_norm() {
    AuditResult result = Fixture.images();
    String html = HtmlReport.render(result);
    String broken = find(html, "<h3 id=\"broken\">(.*?)</section>");
    List<String> radii = all(broken, "(?s)(<details.*?</details>)");
    assertThat(radii).hasSameSizeAs(result.accuracy().robust());
    int listed = 0;
    for (int i = 0; i < 4; i++) {
      listed +=
          all(radii.get(i), "<dd>([^<]*)</dd>").stream().mapToInt(d -> d.split(", ").length).sum();
      int unlisted =
          all(radii.get(i), "<p class=\"note\">([0-9]+) more").stream()
              .mapToInt(Integer::parseInt)
              .sum();
      // Those of smaller radii are counted there.
      assertThat(listed + unlisted)
          .isEqualTo(result.accuracy().robust().get(i).worstCase().broken());
      listed += unlisted;
    }
    int place = firstBroken(result);
    assertThat(broken)
        .containsPattern(
            "<dt>T-shirt/top → Pullover</dt><dd>([0-9]+, )*"
                + result.predictions().samples().get(place)
                + "[,<]");
  }

  private static int firstBroken(AuditResult result) {
    List<Integer> attacked = result.predictions().attacked().get(3).predicted();
    for (int i = 0; i < attacked.size(); i++) {
      if (result.predictions().labels().get(i) == 0 && attacked.get(i) == 2) {
        return i;
      }
    }
    throw new AssertionError("no T-shirt broke");
  }

  /** A result whose predictions are other ones. */
  private static AuditResult with(Predictions predictions) {
    return with(predictions, Fixture.images().quality());
  }

  private static AuditResult with(Predictions predictions, Optional<ExplanationQuality> quality) {
    return with(predictions, List.of(), quality);
  }

  private static AuditResult with(
      Predictions predictions, List<AttributionDrift> drift, Optional<ExplanationQuality> quality) {
    AuditResult r = Fixture.images();
    return new AuditResult(
        r.schema(),
        r.task(),
        r.toolkit(),
        r.model(),
        r.engine(),
        r.data(),
        r.plan(),
        r.accuracy(),
        r.stages(),
        predictions,
        r.corruptions(),
        r.explanations(),
        r.attributions(),
        drift,
        quality,
        r.adaptation(),
        r.gallery(),
        r.validity(),
        r.queries(),
        r.reverification(),
        r.gate(),
        r.notTested(),
        r.evidenceSha256(),
        r.run());
  }

  /** 500 samples, all broken at one radius; class i is taken for class i + 1. */
  private static Predictions allBroken(int classes) {
    List<Integer> samples = IntStream.range(0, 500).boxed().toList();
    List<Integer> labels = samples.stream().map(i -> i % classes).toList();
    return new Predictions(
        samples,
        labels,
        labels,
        List.of(
            new Predictions.Attacked(
                Norm.LINF.within(Epsilon.parse("0.1")),
                labels.stream().map(label -> (label + 1) % classes).toList())));
  }

  @Test
  void a_long_list_of_broken_samples_says_how_many_it_leaves_out() {
    String broken =
        find(HtmlReport.render(with(allBroken(10))), "<h3 id=\"broken\">(.*?)</section>");
    assertThat(broken)
        .contains("L∞ ≤ 0.1: 500 first broken here", "300 more are not listed", "samples.csv");
    assertThat(all(broken, "<dd>([^<]*)</dd>").stream().mapToInt(d -> d.split(", ").length).sum())
        .isEqualTo(200);
  }

  @Test
  void a_matrix_says_what_each_class_is_taken_for_under_attack() {
    String classes =
        find(
            HtmlReport.render(with(allBroken(3))),
            "<h3>Confusion under attack</h3>(.*?)</section>");
    List<String> matrices = all(classes, "(?s)(<table class=\"matrix\">.*?</table>)");
    assertThat(matrices).hasSize(2);
    assertThat(all(matrices.get(0), "<td class=\"([^\"]*)\">"))
        .containsExactly(
            "right d5", "none", "none", "none", "right d5", "none", "none", "none", "right d5");
    assertThat(all(matrices.get(1), "<td class=\"[^\"]*\">([0-9]+)<"))
        .containsExactly("0", "167", "0", "0", "0", "167", "166", "0", "0");
    assertThat(matrices.get(1)).contains("class=\"wrong d5\">167<");
  }

  @Test
  void many_classes_have_a_list_of_mistakes_and_no_matrix() {
    String classes =
        find(
            HtmlReport.render(with(allBroken(100))),
            "<h3>Confusion under attack</h3>(.*?)</section>");
    assertThat(classes).doesNotContain("matrix").contains("80 rarer kinds not listed");
    assertThat(classes)
        .contains(">class 10</th><td class=\"name\">class 11</td><td class=\"num\">5<");
  }

  @Test
  void results_without_predictions_under_attack_say_so() {
    Predictions known = Fixture.images().predictions();
    String html =
        HtmlReport.render(
            with(new Predictions(known.samples(), known.labels(), known.predicted(), List.of())));
    assertThat(html)
        .contains("does not say what became of each sample", "does not record what broken samples")
        .doesNotContain("<table class=\"matrix\">");
  }

  @Test
  void one_pixel_does_not_set_the_scale_of_a_map() {
    GalleryExample one = Fixture.imageGallery().get(0);
    float[] before = new float[28 * 28];
    Arrays.fill(before, 0.5f);
    before[400] = 1000;
    GalleryExample extreme =
        new GalleryExample(
            one.sample(),
            one.label(),
            one.predicted(),
            one.adversarialPredicted(),
            one.confidence(),
            one.adversarialConfidence(),
            one.condition(),
            one.attack(),
            one.distance(),
            one.view(),
            one.radii(),
            List.of(
                new GalleryExample.AttributionPair(
                    "vanilla-gradient", Floats.of(before), Floats.of(new float[28 * 28]))));
    String html = HtmlReport.render(with(List.of(), List.of(extreme), true));
    assertThat(all(html, "class=\"end\">([^<]*)<")).containsExactly("0", "0.5");
  }

  @Test
  void a_picture_per_radius_and_an_overlay_per_map() {
    String gallery =
        find(HtmlReport.render(Fixture.images()), "<section id=\"gallery\"(.*?)</section>");
    String card = find(gallery, "(<article.*?</article>)");
    String radii = find(card, "(<h4>The worst at each radius</h4>.*?</h4>)");
    assertThat(all(radii, "<figcaption>([^<]*)<"))
        .containsExactly("L∞ ≤ 0.01", "L∞ ≤ 0.03", "L∞ ≤ 8/255", "L∞ ≤ 0.1");
    assertThat(radii).contains("Sneaker (60.0%), pgd, distance 0.01");
    assertThat(all(card, "(, overlay<)")).hasSize(4);
  }

  @Test
  void a_wide_table_does_not_grow_the_report_without_bound() {
    List<GalleryExample> wide = new ArrayList<>();
    for (GalleryExample one : Fixture.tableGallery()) {
      List<GalleryExample.FeatureChange> features = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        features.add(new GalleryExample.FeatureChange("column" + i, 0, 1, 1 + i));
      }
      wide.add(
          new GalleryExample(
              one.sample(),
              one.label(),
              one.predicted(),
              one.adversarialPredicted(),
              one.confidence(),
              one.adversarialConfidence(),
              one.condition(),
              one.attack(),
              one.distance(),
              new GalleryExample.TableView(features, 500, 400),
              List.of(),
              List.of()));
    }
    String html = HtmlReport.render(Fixture.images("m", Fixture.GARMENTS, List.of(), wide, true));
    assertThat(html.length()).isLessThan(400_000);
    assertThat(html)
        .contains("column19999", "20,460 more features are not listed: 20,360 changed")
        .doesNotContain("column19959<");
  }

  @Test
  void does_not_depend_on_the_locale() {
    Locale before = Locale.getDefault();
    String english = HtmlReport.render(Fixture.images());
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(HtmlReport.render(Fixture.images())).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void hostile_names_are_only_text() {
    List<String> classes = new ArrayList<>(Fixture.GARMENTS);
    classes.set(7, HOSTILE);
    classes.set(5, "${page} {{x}} javascript:alert(1)");
    Rule rule = Rule.cleanAccuracy(HOSTILE, "85%");
    String html =
        HtmlReport.render(
            Fixture.images(HOSTILE, classes, List.of(rule), Fixture.imageGallery(), true));
    String plain = HtmlReport.render(Fixture.images());
    assertThat(html).doesNotContain("<script", "<img src=//", "<img src=/");
    assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    // The markup is the same as with harmless names: nothing opened or closed an element.
    assertThat(all(html, "(</style>|</title>|<img )"))
        .isEqualTo(all(plain, "(</style>|</title>|<img )"));
  }

  @Test
  void says_when_the_audit_is_unreliable() {
    AuditResult result =
        with(List.of(Rule.cleanAccuracy("clean", "10%")), Fixture.imageGallery(), false);
    String html = HtmlReport.render(result);
    String verdict = find(html, "<section id=\"verdict\"(.*?)</section>");
    assertThat(verdict)
        .contains("Inconclusive</h2>")
        .contains("Unreliable.")
        .contains("1 validity check tripped")
        .contains("Exit code 3");
    assertThat(find(html, "<section id=\"validity\"(.*?)</section>")).contains("Tripped");
    assertThat(HtmlReport.render(Fixture.images())).doesNotContain("Unreliable.");
  }

  @Test
  void measures_without_judging_when_there_are_no_rules() {
    String html = HtmlReport.render(with(List.of(), Fixture.imageGallery(), true));
    String verdict = find(html, "<section id=\"verdict\"(.*?)</section>");
    assertThat(verdict).contains("Measured, not judged").doesNotContain("<table");
  }

  @Test
  void keeps_inputs_out_when_asked_to() {
    String html = HtmlReport.render(with(List.of(), List.of(), true));
    assertThat(html).contains("No examples:").doesNotContain("<img", "data:image");
  }

  @Test
  void shows_both_units_of_a_table() {
    String html = HtmlReport.render(with(List.of(), Fixture.tableGallery(), true));
    String gallery = find(html, "<section id=\"gallery\"(.*?)</section>");
    assertThat(gallery)
        .contains("credit_amount_2")
        .contains("512.5")
        .contains("-0.35")
        .contains("10 more features did not change")
        .contains("class=\"negative\"");
    // What moved most stands first.
    assertThat(gallery.indexOf("credit_amount_14")).isLessThan(gallery.indexOf("age_8"));
  }

  @Test
  void pairs_of_attributions_share_their_printed_scale() {
    String gallery =
        find(HtmlReport.render(Fixture.images()), "<section id=\"gallery\"(.*?)</section>");
    List<String> pairs = all(gallery, "(?s)(<h4>(?!Input|The worst).*?</p>)");
    assertThat(pairs).hasSize(6);
    for (String pair : pairs) {
      // Two maps, two overlays and the scale, whose ends are printed once for all.
      assertThat(all(pair, "(<img )")).hasSize(5);
      List<String> ends = all(pair, "class=\"end\">([^<]*)<");
      assertThat(ends).hasSize(2);
      if (pair.contains("smoothgrad-squared")) {
        assertThat(ends.get(0)).isEqualTo("0");
      } else {
        assertThat(ends.get(1)).startsWith("+");
        assertThat(ends.get(0)).isEqualTo(ends.get(1).replace('+', '-'));
      }
    }
    assertThat(gallery).contains("Perturbation<small>× 5, grey = 0<");
  }

  @Test
  void charts_have_words_and_a_table() {
    String html = HtmlReport.render(Fixture.images());
    List<String> charts = all(html, "(?s)(<figure class=\"chart\">.*?</figure>)");
    assertThat(charts).hasSize(2);
    String chart = charts.get(0);
    assertThat(chart).contains("<title", "<desc", "<table>", "chance 10.0%", "8/255", "worst-case");
    // The clean point is at the left end, the largest radius at the right end of the plot.
    String worst = find(chart, "<polyline class=\"series worst\" points=\"([^\"]*)\"");
    assertThat(worst.split(" ")).hasSize(5);
    assertThat(worst).startsWith("64.00,").contains(" 700.00,308.00");
    assertThat(html).doesNotContain("NaN", "Infinity", "null");
  }

  @Test
  void tables_have_captions_and_scopes() {
    String html = HtmlReport.render(Fixture.images());
    List<String> tables = all(html, "(?s)(<table>.*?</table>)");
    assertThat(tables).isNotEmpty().allMatch(table -> table.contains("<caption>"));
    assertThat(all(html, "<th( [^>]*)?>")).allMatch(attributes -> attributes.contains("scope="));
  }

  @Test
  void greys_classes_with_few_examples() {
    String classes =
        find(HtmlReport.render(Fixture.images()), "<section id=\"classes\"(.*?)</section>");
    assertThat(all(classes, "(<tr class=\"few\">)")).hasSize(1);
    assertThat(classes).contains("<tr class=\"few\"><th scope=\"row\" class=\"name\">Ankle boot");
  }

  private static GalleryExample row(int sample, int unlisted, float... before) {
    List<GalleryExample.FeatureChange> features =
        IntStream.range(0, before.length)
            .mapToObj(i -> new GalleryExample.FeatureChange("f<" + i + ">", 2 * i, 2 * i, 0))
            .toList();
    return new GalleryExample(
        sample,
        1,
        1,
        0,
        OptionalDouble.of(0.7),
        OptionalDouble.of(0.6),
        Norm.LINF.within(Epsilon.parse("0.1")),
        "pgd",
        0.1,
        new GalleryExample.TableView(features, unlisted, 0),
        List.of(),
        List.of(
            new GalleryExample.AttributionPair(
                "integrated-gradients", Floats.of(before), Floats.of(before))));
  }

  private static String explanations(GalleryExample one) {
    return find(
        HtmlReport.render(with(List.of(), List.of(one), true)),
        "<section id=\"explanations\"(.*?)</section>");
  }

  @Test
  void a_row_of_a_table_is_accounted_for_step_by_step() {
    // The certificate of sample 31: from -0.5 to 9.25 with a gap of 0.004, so parts add up to
    // 9.754.
    assertThat(explanations(row(31, 0, 10, -0.246f)))
        .contains("id=\"waterfall-0-title\"", ">f&lt;0&gt; = 0<", ">f&lt;1&gt; = 2<")
        .contains(">+10<", ">-0.246<", "not accounted for (minus the gap) -0.004", "logit of")
        .doesNotContain("others together", "waterfall-1");
    assertThat(explanations(row(31, 7, 10, -1)))
        .as("what is not listed has the rest of the sum")
        .contains("7 others together", ">+0.754<");
  }

  @Test
  void what_does_not_add_up_to_its_certificate_is_not_drawn() {
    assertThat(explanations(row(31, 0, 10, 10))).doesNotContain("waterfall-");
    assertThat(explanations(row(5, 0, 10, -0.246f)))
        .as("no certificate")
        .doesNotContain("waterfall-");
  }

  private static ExplanationQuality.Summary summary(String explainer, int target) {
    return new ExplanationQuality.Summary(
        explainer,
        target,
        "logit",
        explainer.equals("slopes"),
        3,
        12,
        List.of(
            new ExplanationQuality.Feature(
                "a<b", Floats.of(new float[] {1, 2, 3}), Floats.of(new float[] {-4, 0, 2})),
            new ExplanationQuality.Feature(
                "flat", Floats.of(new float[3]), Floats.of(new float[] {0, 1, -1}))));
  }

  private static String explanations(List<ExplanationQuality.Summary> summaries) {
    ExplanationQuality quality =
        new ExplanationQuality(
            3,
            List.of(),
            List.of(),
            OptionalDouble.empty(),
            false,
            List.of(),
            Optional.empty(),
            List.of(),
            summaries);
    return find(
        HtmlReport.render(with(Fixture.images().predictions(), Optional.of(quality))),
        "<section id=\"explanations\"(.*?)</section>");
  }

  @Test
  void many_rows_of_a_table_are_drawn_at_once_with_their_figures() {
    String drawn = explanations(List.of(summary("ig", 1), summary("slopes", 0)));
    assertThat(drawn)
        .contains("Many rows at once", "id=\"beeswarm-0-title\"", "id=\"beeswarm-1-title\"")
        .contains(">a&lt;b<", "10 more features smaller")
        .contains("attribution to the logit of Trouser")
        .contains("change of the logit of T-shirt/top per unit of the feature")
        .doesNotContain("figures are drawn", "NaN");
    assertThat(all(find(drawn, "Many rows at once.*?<tbody>(.*?)</tbody>"), ">([^<>]+)</t[hd]>"))
        .containsExactly(
            "a&lt;b", "2", "-4", "2", "1 to 3", "1", "flat", "0.6667", "-1", "1", "always 0", "–");
  }

  @Test
  void summaries_are_drawn_of_three_explainers_and_two_classes_of_each() {
    List<ExplanationQuality.Summary> all =
        Stream.of("a", "b", "c", "d")
            .flatMap(name -> IntStream.range(0, 3).mapToObj(target -> summary(name, target)))
            .toList();
    assertThat(explanations(all))
        .contains("beeswarm-5-title", "6 of 12 figures are drawn")
        .doesNotContain("beeswarm-6", ">d of ");
    assertThat(explanations(List.<ExplanationQuality.Summary>of()))
        .doesNotContain("beeswarm", "Many rows");
  }

  private static KeptAttributions.Maps maps(String explainer, String steps, float[]... maps) {
    return new KeptAttributions.Maps(
        explainer,
        "integrated-gradients",
        Map.of("steps", steps),
        List.of(1, 2),
        IntStream.range(0, maps.length)
            .mapToObj(
                i ->
                    new KeptAttributions.Explained(
                        i,
                        Floats.of(maps[i]),
                        Optional.of(
                            MapChange.between(
                                new double[] {1, 0}, new double[] {0.9, 0.1}, List.of(1, 2)))))
            .toList());
  }

  private static KeptAttributions kept(KeptAttributions.Maps... maps) {
    return new KeptAttributions(
        IntStream.range(0, 4)
            .mapToObj(i -> new KeptAttributions.Example(i, 0, "%064x".formatted(i)))
            .toList(),
        0.03,
        List.of(maps));
  }

  private static String drift(KeptAttributions before, KeptAttributions after) {
    return HtmlReport.render(
        with(
            Fixture.images().predictions(),
            AttributionDrift.between(before, after),
            Optional.empty()));
  }

  @Test
  void drift_of_explanations_is_told_by_explainer_with_noise_and_the_farthest_samples() {
    // Of the three maps in both the first stays, of the second half goes elsewhere, of the third
    // all: moved 0, 1/2 and 1.
    String page =
        drift(
            kept(
                maps("ig", "4", new float[] {2, 2}, new float[] {1, 0}, new float[] {1, 0}),
                maps("same", "4", new float[] {3, 1}),
                maps("other<settings", "4", new float[] {1, 1}),
                maps("gone", "4", new float[] {1, 1})),
            kept(
                maps(
                    "ig",
                    "4",
                    new float[] {5, 5},
                    new float[] {1, 1},
                    new float[] {-1, 0},
                    new float[] {1, 0}),
                maps("same", "4", new float[] {3, 1}),
                maps("other<settings", "8", new float[] {1, 1})));
    assertThat(page).contains("<a href=\"#drift\">Drift</a>");
    String section = find(page, "<section id=\"drift\"(.*?)</section>");
    List<String> rows = all(find(section, "<tbody>(.*?)</tbody>"), "(?s)<tr>(.*?)</tr>");
    assertThat(rows).hasSize(2);
    assertThat(all(rows.get(0), ">([^<>]+)<"))
        .containsExactly(
            "ig",
            "3",
            "0 only before, 1 only now",
            "50.0%",
            "0.0–100.0%",
            "10.0%",
            "100.0%",
            "2, 1");
    assertThat(all(rows.get(1), ">([^<>]+)<"))
        .containsExactly(
            "same", "1", "0.0%", "0.0–0.0%", "10.0%", "no more than noise", "0.0%", "–");
    assertThat(section)
        .contains(
            "<strong>other&lt;settings</strong> is not compared: its setting steps was 4 and is 8"
                + " now.",
            "<strong>gone</strong> is not compared: only the explanations before have it.");
  }

  @Test
  void without_a_baseline_there_is_no_drift() {
    assertThat(HtmlReport.render(Fixture.images())).doesNotContain("#drift", "id=\"drift\"");
  }

  @Test
  void drift_that_cannot_be_compared_at_all_has_no_table() {
    String section =
        find(
            drift(kept(maps("a", "4", new float[] {1, 1})), kept()),
            "<section id=\"drift\"(.*?)</section>");
    assertThat(section).contains("only the explanations before have it").doesNotContain("<table");
  }

  @Test
  void what_a_score_costs_is_a_rounded_decimal_and_nothing_is_no_passes() {
    ExplanationQuality quality =
        new ExplanationQuality(
            3,
            List.of(
                new ExplanationQuality.Column(
                    "sparse",
                    "sparseness",
                    Map.of(),
                    "higher",
                    List.of(cell("ig", 0), cell("smooth", 0.1 * 3)),
                    Optional.empty())),
            List.of(),
            OptionalDouble.empty(),
            false,
            List.of(),
            Optional.empty(),
            List.of(),
            List.of());
    String section =
        find(
            HtmlReport.render(with(Fixture.images().predictions(), Optional.of(quality))),
            "<section id=\"quality\"(.*?)</section>");
    assertThat(section)
        .contains("no passes", "0.3 gradients")
        .doesNotContain("0 gradients", "0.30000000000000004");
  }

  private static ExplanationQuality.Cell cell(String explainer, double cost) {
    return new ExplanationQuality.Cell(
        explainer,
        false,
        OptionalDouble.of(0.5),
        OptionalDouble.empty(),
        3,
        OptionalDouble.of(1),
        Optional.empty(),
        OptionalDouble.of(cost),
        Optional.empty());
  }
}
