"""The line recogniser: convolutions only, from a strip to a class for each step along it."""

from __future__ import annotations

import torch
from strips import BLANK
from torch import nn
from torch.nn import functional

CLASSES = BLANK + 1
STEPS_PER_COLUMN = 2  # the last layer's columns are four pixels wide, a step is two


class Layer(nn.Module):
    """Convolution, batch normalisation, ReLU; padded as TensorFlow's SAME, or not at all (VALID)."""

    def __init__(self, inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int], padding: str):
        super().__init__()
        self.kernel, self.stride, self.padding = kernel, stride, padding
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.padding == "SAME":
            sides = [same(x.shape[2 + i], self.kernel[i], self.stride[i]) for i in (0, 1)]
            x = functional.pad(x, [*sides[1], *sides[0]])
        return functional.relu(self.norm(self.conv(x)))

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weights (height, width, in, out) and bias with the normalisation in them."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        weights = self.conv.weight * scale[:, None, None, None]
        return weights.permute(2, 3, 1, 0).detach(), (self.norm.bias - self.norm.running_mean * scale).detach()


class Recogniser(nn.Module):
    """Grey strips [n, 1, 24, w], 0 to 1, to logits [n, w / 2, classes]."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [
                Layer(1, 16, (3, 3), (2, 2), "SAME"),
                Layer(16, 24, (3, 3), (1, 1), "SAME"),
                Layer(24, 48, (3, 3), (2, 2), "SAME"),
                Layer(48, 64, (3, 3), (2, 1), "SAME"),
                Layer(64, 96, (3, 1), (1, 1), "VALID"),
                Layer(96, 96, (1, 5), (1, 1), "SAME"),
            ]
        )
        self.head = nn.Conv2d(96, STEPS_PER_COLUMN * CLASSES, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        x = self.head(x)[:, :, 0].transpose(1, 2)
        return x.reshape(x.shape[0], -1, CLASSES)


def same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME padding before and after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
