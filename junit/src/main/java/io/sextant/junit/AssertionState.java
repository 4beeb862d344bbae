package io.sextant.junit;

import org.assertj.core.api.AbstractAssert;

/** What a person has told AssertJ about an assertion: it must outlive the steps of a chain. */
final class AssertionState {
  private AssertionState() {}

  /** The next assertion of a chain, with the description and all else of the one before. */
  static <A extends AbstractAssert<A, ?>> A handOn(AbstractAssert<?, ?> before, A next) {
    next.info.description(before.info.description());
    next.info.useRepresentation(before.info.representation());
    next.info.overridingErrorMessage(before.info.overridingErrorMessage());
    return next;
  }
}
