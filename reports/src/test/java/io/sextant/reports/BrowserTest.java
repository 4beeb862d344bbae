package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sextant.results.GalleryExample;
import io.sextant.results.gate.GateReport;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser, opened as a file. */
@Tag("slow")
class BrowserTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static Optional<Path> browser() {
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .flatMap(
            dir ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(dir)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String run(Path page, String... options) throws Exception {
    Optional<Path> browser = browser();
    if (System.getenv("CI") == null) {
      assumeThat(browser).as("a browser on the path").isPresent();
    }
    assertThat(browser).as("CI needs chromium on the path").isPresent();
    List<String> command = new ArrayList<>();
    command.add(browser.get().toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--enable-logging=stderr",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    Path output = folder.resolve("output.txt");
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    // A violated policy or a refused request is written to the console.
    assertThat(Files.readString(errors)).doesNotContain("CONSOLE");
    return Files.readString(output);
  }

  private Path report() throws IOException {
    Path page = folder.resolve("a report.html");
    HtmlReport.write(Fixture.images(), page);
    return page;
  }

  @Test
  void opens_from_a_file_without_complaint() throws Exception {
    String dom = run(report(), "--dump-dom");
    assertThat(dom).contains("1 of 3 rules is broken.").contains("id=\"glossary\"");
  }

  private Path gate(GateReport gate) throws IOException {
    Path page = folder.resolve("gate.html");
    HtmlReport.write(Fixture.images(), gate, GateFixture.GUIDANCE, page);
    return page;
  }

  @Test
  void verdicts_of_a_build_open_without_complaint() throws Exception {
    String dom = run(gate(GateFixture.seven("fashion-cnn")), "--dump-dom");
    assertThat(dom).contains("id=\"findings\"", "id=\"regression\"", "id=\"glossary\"");
  }

  @Test
  void hostile_verdicts_of_a_build_open_without_complaint() throws Exception {
    String dom = run(gate(GateFixture.hostile()), "--dump-dom");
    assertThat(dom).contains("id=\"findings\"", "id=\"glossary\"").doesNotContain("<script");
  }

  @Test
  void verdicts_of_a_build_fit_a_narrow_screen() throws Exception {
    assertThat(widest(gate(GateFixture.seven("fashion-cnn")))).isLessThanOrEqualTo(320);
    assertThat(widest(gate(GateFixture.hostile()))).isLessThanOrEqualTo(320);
  }

  @Test
  void is_drawn_with_its_style_sheet() throws Exception {
    Path picture = folder.resolve("picture.png");
    run(report(), "--window-size=1280,900", "--screenshot=" + picture);
    BufferedImage image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(1280);
    // Without its style sheet the page would be white up to the corner.
    assertThat(image.getRGB(2, 2) & 0xFFFFFF).isEqualTo(0xF5F6F8);
  }

  @Test
  void fits_a_narrow_screen() throws Exception {
    assertThat(widest(report())).isLessThanOrEqualTo(320);
  }

  @Test
  void no_column_is_cut_and_no_number_broken_on_paper() throws Exception {
    GalleryExample one = Fixture.tableGallery().get(0);
    List<GalleryExample.AttributionPair> pairs = new ArrayList<>(one.attributions());
    pairs.add(
        new GalleryExample.AttributionPair(
            "smoothgrad", pairs.get(0).before(), pairs.get(0).after()));
    GalleryExample three =
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
            pairs);
    Path page = folder.resolve("paper.html");
    // A4 with the browser's margins is 718 pixels wide. The rules for paper are taken for the
    // screen, where a script can measure.
    Files.writeString(
        page,
        HtmlReport.render(Fixture.images("m", Fixture.GARMENTS, List.of(), List.of(three), true))
            .replaceFirst("<meta http-equiv[^>]*>", "")
            .replace("@media print", "@media all")
            .replace(
                "</body>",
                "<style>html,body{width:718px}</style><script>"
                    + "document.querySelectorAll('details').forEach(d => d.open = true);"
                    + "const cells = [...document.querySelectorAll('td, th')];"
                    + "const wide = Math.max(...cells.map(e => e.getBoundingClientRect().right));"
                    + "const lines = e => { const r = document.createRange();"
                    + " r.selectNodeContents(e.firstChild); return r.getClientRects().length; };"
                    + "const cut = [...document.querySelectorAll('td.num, .matrix td')]"
                    + ".filter(e => e.firstChild && lines(e) > 1).length;"
                    + "document.title = 'paper ' + Math.ceil(wide) + ' ' + cut</script></body>"));
    String dom = run(page, "--window-size=718,900", "--dump-dom");
    Matcher title = Pattern.compile("<title>paper (\\d+) (\\d+)</title>").matcher(dom);
    assertThat(title.find()).isTrue();
    assertThat(Integer.parseInt(title.group(1))).isLessThanOrEqualTo(718);
    assertThat(title.group(2)).as("numbers on two lines").isEqualTo("0");
  }

  /** How far content reaches in a frame of 320 pixels. */
  private int widest(Path page) throws Exception {
    String html = Files.readString(page);
    String css = "<style>html{width:320px}body{width:320px}</style>";
    Path narrow = folder.resolve("narrow.html");
    Files.writeString(
        narrow,
        html.replaceFirst("<meta http-equiv[^>]*>", "")
            .replace(
                "</body>",
                css
                    + "<script>document.title = 'widest ' + Math.max(...[...document.querySelectorAll("
                    + "'section, section > p, .card, .card > *, .figures div, h1, h2, h3')]"
                    + ".map(e => Math.ceil(e.getBoundingClientRect().right)))</script></body>"));
    String dom = run(narrow, "--window-size=500,900", "--dump-dom");
    Matcher title = Pattern.compile("<title>widest (\\d+)</title>").matcher(dom);
    assertThat(title.find()).isTrue();
    return Integer.parseInt(title.group(1));
  }
}
