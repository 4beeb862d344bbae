"""Makes the TorchScript twins of the benchmarked networks, and the ONNX files among them.

Usage: make_torchscript.py WEIGHTS_FOLDER MODELS_FOLDER [KEY...]

WEIGHTS_FOLDER is what io.sextant.benchmarks.networks.WeightExport writes. The modules are written
out here layer by layer, as a PyTorch user would; only the weights are taken over. They are saved in
evaluation mode and end in logits. Networks on sequences begin here: their weights are drawn as
PyTorch does, and the toolkit reads PyTorch's own ONNX export of them.
"""

import io
import pathlib
import sys
import zipfile
from typing import Optional

import numpy
import torch
from torch import nn
from torch.nn import functional


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


def multiplier(change, difference, gradient):
    """The change by the difference that made it, or the gradient where there is none."""
    return torch.where(difference.abs() < 1e-9, gradient, change / difference).detach()


def rescaled(x, reference):
    """ReLU as what it gives at the reference and a multiple of the difference from there."""
    difference = x - reference
    start = functional.relu(reference)
    slope = multiplier(functional.relu(x) - start, difference, (x > 0).float())
    return start + slope * difference, start


def max_pooled(x, reference):
    """Likewise: what a maximum rose by comes from its place, what it fell by from the earlier."""
    difference = x - reference
    end, place = functional.max_pool2d(x.detach(), 2, return_indices=True)
    start, earlier = functional.max_pool2d(reference, 2, return_indices=True)
    change = end - start
    moved = (functional.max_unpool2d(change.clamp(min=0), place, 2)
             + functional.max_unpool2d(change.clamp(max=0), earlier.expand_as(place), 2))
    gradient = functional.max_unpool2d(torch.ones_like(end), place, 2)
    share = multiplier(moved, difference, gradient)
    return start + 4 * functional.avg_pool2d(share * difference, 2), start


class ReferenceCnn(nn.Module):
    """Also takes its own last feature maps, so that the gradient by them can be asked for.

    With a reference, it computes the same logits by multipliers of differences from there, so that
    their gradient is DeepLIFT's multipliers (rescale rule).

    Shrikumar, Greenside, Kundaje, "Learning Important Features Through Propagating Activation
    Differences", ICML 2017, arXiv:1704.02685.
    """

    def __init__(self, w):
        super().__init__()
        self.convolutions = nn.Sequential(
            w.convolution("conv1"), nn.ReLU(), nn.MaxPool2d(2),
            w.convolution("conv2"), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Sequential(
            nn.Flatten(), w.dense("dense"), nn.ReLU(), w.dense("output"))

    def forward(self, x, reference: Optional[torch.Tensor] = None):
        if reference is not None:
            return self.multiplied(x, reference)
        if x.size(1) == 1:
            x = self.convolutions(x)
        return self.head(x)

    def multiplied(self, x, reference: torch.Tensor):
        x, reference = rescaled(self.convolutions[0](x), self.convolutions[0](reference))
        x, reference = max_pooled(x, reference)
        x, reference = rescaled(self.convolutions[3](x), self.convolutions[3](reference))
        x, reference = max_pooled(x, reference)
        x, reference = rescaled(
            self.head[1](x.flatten(1)), self.head[1](reference.flatten(1)))
        return self.head[3](x)

    @torch.jit.export
    def features(self, x):
        return self.convolutions(x)


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


class Lstm(nn.Module):
    """Classifies a sequence by the last state of one LSTM."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, 128, batch_first=True)
        self.output = nn.Linear(128, 10)

    def forward(self, x):
        states, _ = self.lstm(x)
        return self.output(states[:, -1])


class Transformer(nn.Module):
    """Classifies a sequence by the mean over its steps behind two encoder layers.

    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, arXiv:1706.03762, with learned
    positions.
    """

    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(FEATURES, 64)
        self.positions = nn.Parameter(0.1 * torch.randn(STEPS, 64))
        self.first = self.layer()
        self.second = self.layer()
        self.output = nn.Linear(64, 10)

    @staticmethod
    def layer():
        return nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)

    def forward(self, x):
        x = self.embedding(x) + self.positions
        return self.output(self.second(self.first(x)).mean(1))


STEPS = 64
FEATURES = 32

NETWORKS = {
    "credit-mlp": credit_mlp,
    "demo-cnn": demo_cnn,
    "demo-cnn-adversarial": demo_cnn,
    "reference-cnn": ReferenceCnn,
    "resnet-20": resnet_20,
}

SEQUENCES = {
    "lstm": Lstm,
    "transformer": Transformer,
}

EXPORTED = {
    "reference-cnn": (1, 28, 28),
    "lstm": (STEPS, FEATURES),
    "transformer": (STEPS, FEATURES),
}


def module(key, weights):
    if key in SEQUENCES:
        torch.manual_seed(14)
        return SEQUENCES[key]().eval()
    parameters = Weights(pathlib.Path(weights) / key)
    built = NETWORKS[key](parameters).eval()
    if parameters.unused:
        raise SystemExit(f"{key}: these weights have no place in the module: "
                         f"{sorted(parameters.unused)}")
    return built


def save(built, target):
    """Without what is there for stack traces: it names folders of the machine that wrote it."""
    whole = io.BytesIO()
    torch.jit.save(torch.jit.script(built), whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                name = entry.filename.split("/", 1)[1]
                copy.writestr(
                    zipfile.ZipInfo(f"{target.stem}/{name}", (1980, 1, 1, 0, 0, 0)),
                    source.read(entry))


def export(built, shape, target):
    # The kernel of a whole encoder layer has no ONNX operator.
    torch.backends.mha.set_fastpath_enabled(False)
    torch.onnx.export(
        built, torch.zeros(2, *shape), str(target), dynamo=False, opset_version=17,
        input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    torch.backends.mha.set_fastpath_enabled(True)


def main(weights, models, keys):
    for key in keys or [*NETWORKS, *SEQUENCES]:
        built = module(key, weights)
        targets = [pathlib.Path(models) / (key + ".pt")]
        save(built, targets[0])
        if key in EXPORTED:
            targets.append(targets[0].with_suffix(".onnx"))
            export(built, EXPORTED[key], targets[1])
        for target in targets:
            print(target, target.stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
