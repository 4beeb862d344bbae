package io.sextant.maven.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broken rules that somebody accepts for a time. */
@Tag("slow")
class WaiverIT {
  private static final String LATER = "2099-12-31";

  @TempDir Path directory;

  private Build project(String rule, String until) throws Exception {
    return Build.in(directory)
        .rules(
            Build.RULES
                + """
                waivers:
                  - {rule: %s, reason: "known since spring", owner: "Ada", until: %s}
                """
                    .formatted(rule, until));
  }

  @Test
  void a_waived_rule_lets_the_build_pass_and_says_so() throws Exception {
    project("linf", LATER)
        .audit("gggbbbbbww")
        .run("verify")
        .passes()
        .says("(1 waived)", "WAIVED linf", "by Ada: known since spring");
  }

  @Test
  void a_waiver_in_the_pom_counts_too() throws Exception {
    Build.in(directory)
        .audit("gggbbbbbww")
        .configured(
            """
            <waivers>
              <waiver>
                <rule>linf</rule>
                <model>model</model>
                <reason>known since spring</reason>
                <owner>Ada</owner>
                <until>%s</until>
              </waiver>
            </waivers>
            """
                .formatted(LATER))
        .run("verify")
        .passes()
        .says("WAIVED linf");
  }

  @Test
  void an_expired_waiver_does_not_count() throws Exception {
    project("linf", "2020-01-31")
        .audit("gggbbbbbww")
        .run("verify")
        .fails()
        .says(
            "FAIL linf", "The waiver of rule linf by Ada ended on 2020-01-31", "renew the waiver");
  }

  @Test
  void a_waiver_that_nobody_needs_is_a_remark_or_a_failure() throws Exception {
    Build project = project("linf", LATER);

    project.run("verify").passes().says("The waiver of rule linf by Ada is not needed; remove it.");
    project
        .run("verify", "-Dsextant.failOnUnusedWaiver=true")
        .fails()
        .says("The waiver of rule linf by Ada is not needed; remove it.");
  }

  @Test
  void a_waiver_of_no_rule_is_told_with_the_rules_there_are() throws Exception {
    project("lnif", LATER)
        .audit("gggbbbbbww")
        .run("verify")
        .fails()
        .says("The waiver of rule lnif by Ada is about no rule of this gate", "clean, linf");
  }

  @Test
  void a_waiver_that_was_pasted_and_not_filled_in_is_refused() throws Exception {
    Build.in(directory)
        .rules(
            Build.RULES
                + """
                waivers:
                  - {rule: linf, reason: "...", owner: "...", until: 2099-01-01}
                """)
        .run("verify")
        .breaks()
        .says("the waiver of rule linf must give its reason", "fill it in")
        .forks(0);
  }
}
