package io.sextant.results;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The explanations of one explainer.
 *
 * @param name under which the audit lists it
 * @param method its name in the catalogue
 * @param configuration every setting as text, defaults included
 * @param certificates one per explained example
 * @param remarks what to know before they are believed, a sentence each; absent in results of
 *     earlier versions
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ExplainerResult(
    String name,
    String method,
    Map<String, String> configuration,
    List<Certificate> certificates,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> remarks) {
  public ExplainerResult {
    Check.notBlank("name", name);
    Check.notBlank("method", method);
    configuration = Check.sorted(configuration);
    certificates = List.copyOf(certificates);
    remarks = List.copyOf(remarks);
  }

  /** The share of explanations within the tolerance, among those that have one. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Proportion toleranceMet() {
    List<Boolean> met = certificates.stream().flatMap(c -> c.toleranceMet().stream()).toList();
    return new Proportion(Math.toIntExact(met.stream().filter(m -> m).count()), met.size());
  }

  /** What one explanation cost in the mean, in gradients; absent where nothing was explained. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble meanCost() {
    return certificates.stream().mapToDouble(Certificate::cost).average();
  }

  /** The largest relative completeness gap, among the explanations that have one. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public OptionalDouble maximumRelativeGap() {
    return certificates.stream().flatMapToDouble(c -> c.relativeGap().stream()).max();
  }

  /** Listed under its own name. */
  public ExplainerResult(
      String name,
      Map<String, String> configuration,
      List<Certificate> certificates,
      List<String> remarks) {
    this(name, name, configuration, certificates, remarks);
  }
}
