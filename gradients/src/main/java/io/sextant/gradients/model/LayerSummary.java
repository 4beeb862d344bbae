package io.sextant.gradients.model;

import io.sextant.gradients.graph.Shape;
import org.apiguardian.api.API;

/**
 * One step of a compiled model, for people.
 *
 * @param index its place, from 0; the input is first
 * @param name the layer, or layer and step where a layer has several; what taps are asked by
 * @param kind what it computes, such as {@code Convolution} or {@code Relu}
 * @param shape of its output for one example, channels first
 * @param parameters number of learned values
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LayerSummary(int index, String name, String kind, Shape shape, long parameters) {}
