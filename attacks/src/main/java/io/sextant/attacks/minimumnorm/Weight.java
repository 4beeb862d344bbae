package io.sextant.attacks.minimumnorm;

/**
 * The weight c of a search, which lies between one that failed and one that succeeded.
 *
 * @param number of the search, from 0
 * @param c the weight
 * @param failed the largest that did not suffice
 * @param succeeded the smallest that did
 */
record Weight(int number, double c, double failed, double succeeded) {
  /**
   * The weight of the next search.
   *
   * @param found whether this one sufficed
   * @param last whether the next one is the last, which takes the smallest that sufficed
   * @param largest what stands for none that sufficed
   */
  Weight next(boolean found, boolean last, double largest) {
    double low = found ? failed : c;
    double high = found ? c : succeeded;
    double middle = high < largest ? (low + high) / 2 : 10 * c;
    return new Weight(number + 1, last && high < largest ? high : middle, low, high);
  }
}
