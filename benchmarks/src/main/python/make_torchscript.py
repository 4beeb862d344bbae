"""Makes the TorchScript twins of the benchmarked networks.

Usage: make_torchscript.py WEIGHTS_FOLDER MODELS_FOLDER

WEIGHTS_FOLDER is what io.sextant.benchmarks.networks.WeightExport writes. The modules are written
out here layer by layer, as a PyTorch user would; only the weights are taken over. They are saved in
evaluation mode and end in logits.
"""

import pathlib
import sys

import numpy
import torch
from torch import nn


class Weights:
    """The parameters of one network, by name."""

    def __init__(self, folder):
        self.folder = folder
        self.unused = {path.name for path in folder.glob("*.npy")}

    def array(self, name):
        self.unused.remove(name + ".npy")
        values = numpy.load(self.folder / (name + ".npy"))
        return torch.from_numpy(values.astype(numpy.float32))

    def has(self, name):
        return (self.folder / (name + ".npy")).exists()

    def convolution(self, name, stride=1, padding=1):
        weight = self.array(name + ".W")
        bias = self.array(name + ".b") if self.has(name + ".b") else None
        layer = nn.Conv2d(
            weight.shape[1], weight.shape[0], tuple(weight.shape[2:]),
            stride=stride, padding=padding, bias=bias is not None)
        layer.weight.data = weight
        if bias is not None:
            layer.bias.data = bias
        return layer

    def dense(self, name):
        weight = self.array(name + ".W").t().contiguous()
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight.data = weight
        layer.bias.data = self.array(name + ".b")
        return layer

    def norm(self, name):
        gamma = self.array(name + ".gamma")
        layer = nn.BatchNorm2d(gamma.shape[0], eps=1e-5)
        layer.weight.data = gamma
        layer.bias.data = self.array(name + ".beta")
        layer.running_mean.data = self.array(name + ".mean")
        layer.running_var.data = self.array(name + ".var")
        return layer


class Normalizer(nn.Module):
    """factor x + offset, per feature."""

    def __init__(self, factors, offsets):
        super().__init__()
        self.register_buffer("factors", factors)
        self.register_buffer("offsets", offsets)

    def forward(self, x):
        return x * self.factors + self.offsets


def credit_mlp(w):
    return nn.Sequential(
        Normalizer(w.array("input.factors"), w.array("input.offsets")),
        w.dense("dense1"), nn.ReLU(),
        w.dense("dense2"), nn.ReLU(),
        w.dense("output"))


def demo_cnn(w):
    return nn.Sequential(
        w.convolution("conv1"), w.norm("norm1"), nn.ReLU(), nn.MaxPool2d(2),
        w.convolution("conv2"), w.norm("norm2"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        w.dense("dense"), nn.ReLU(),
        w.dense("output"))


def reference_cnn(w):
    return nn.Sequential(
        w.convolution("conv1"), nn.ReLU(), nn.MaxPool2d(2),
        w.convolution("conv2"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        w.dense("dense"), nn.ReLU(),
        w.dense("output"))


class Block(nn.Module):
    """A residual block; a stride of 2 brings a projection shortcut."""

    def __init__(self, w, name, stride):
        super().__init__()
        self.branch = nn.Sequential(
            w.convolution(name + "_conv1", stride), w.norm(name + "_norm1"), nn.ReLU(),
            w.convolution(name + "_conv2"), w.norm(name + "_norm2"))
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            w.convolution(name + "_shortcut", stride, padding=0), w.norm(name + "_shortcut_norm"))
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.branch(x) + self.shortcut(x))


def resnet_20(w):
    blocks = [
        Block(w, f"s{stage}b{block}", 2 if stage > 1 and block == 1 else 1)
        for stage in (1, 2, 3) for block in (1, 2, 3)]
    return nn.Sequential(
        w.convolution("stem_conv"), w.norm("stem_norm"), nn.ReLU(),
        *blocks,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        w.dense("output"))


NETWORKS = {
    "credit-mlp": credit_mlp,
    "demo-cnn": demo_cnn,
    "demo-cnn-adversarial": demo_cnn,
    "reference-cnn": reference_cnn,
    "resnet-20": resnet_20,
}


def main(weights, models):
    for key, build in NETWORKS.items():
        parameters = Weights(pathlib.Path(weights) / key)
        module = build(parameters).eval()
        if parameters.unused:
            raise SystemExit(f"{key}: these weights have no place in the module: "
                             f"{sorted(parameters.unused)}")
        target = pathlib.Path(models) / (key + ".pt")
        torch.jit.script(module).save(str(target))
        print(target, target.stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
