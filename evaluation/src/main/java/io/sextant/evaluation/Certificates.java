package io.sextant.evaluation;

import io.sextant.results.Certificate;

/** Certificates as results tell them. */
final class Certificates {
  private Certificates() {}

  static Certificate of(int sample, io.sextant.explainers.Certificate certificate) {
    return new Certificate(
        sample,
        certificate.target(),
        certificate.output().text(),
        Math.toIntExact(certificate.nodes()),
        certificate.fInput(),
        certificate.fBaseline(),
        certificate.gap(),
        certificate.toleranceMet(),
        certificate.standardError(),
        certificate.forwards(),
        certificate.backwards());
  }
}
