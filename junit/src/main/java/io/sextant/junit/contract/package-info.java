/**
 * What every attack and explainer must keep, as tests: for those of this toolkit and for those of
 * anybody else.
 *
 * <pre>{@code
 * class MyAttackTest {
 *   @TestFactory
 *   Stream<DynamicNode> keeps_the_contract() {
 *     return MethodContract.of(new MyAttack());
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.sextant.junit.contract;

import org.jspecify.annotations.NullMarked;
