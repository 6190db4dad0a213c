"""The network: convolutions, additions, a mean and one dense layer, from a face's surroundings to two logits."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

CHANNELS = (12, 24, 40, 64)
DROPPED = 0.25  # of the features while training
# The first layer takes (byte - 128) times this, so that the int8 input needs no further arithmetic.
STEP = 4.0 / 255
ATTACK, LIVE = 0, 1  # indices of the logits


class Layer(nn.Module):
    """A 3 by 3 convolution with stride 2 or 1, batch normalisation and ReLU; with `adds`, its input is added."""

    def __init__(self, inputs: int, outputs: int, stride: int, adds: bool = False):
        super().__init__()
        self.adds = adds
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.summand(x)
        return functional.relu(x + y if self.adds else y)

    def summand(self, x: torch.Tensor) -> torch.Tensor:
        """The convolution's result, normalised, before addition and ReLU."""
        # TensorFlow's SAME: a stride of 2 over an even size pads below and to the right only.
        sides = (0, 1, 0, 1) if self.conv.stride[0] == 2 else (1, 1, 1, 1)
        return self.norm(self.conv(functional.pad(x, sides)))

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weights (height, width, in, out) and bias with the normalisation in them."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        weights = self.conv.weight * scale[:, None, None, None]
        return weights.permute(2, 3, 1, 0).detach(), (self.norm.bias - self.norm.running_mean * scale).detach()


class Liveness(nn.Module):
    """RGB views [n, 3, 96, 96], normalised by `normal`, to logits [n, 2]: attack, live."""

    def __init__(self, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        one, two, three, four = channels
        self.layers = nn.ModuleList(
            [
                Layer(3, one, 2),
                Layer(one, two, 2),
                Layer(two, two, 1, adds=True),
                Layer(two, three, 2),
                Layer(three, three, 1, adds=True),
                Layer(three, four, 2),
                Layer(four, four, 1, adds=True),
            ]
        )
        self.dropout = nn.Dropout(DROPPED)
        self.head = nn.Linear(four, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        return self.head(self.dropout(x.mean((2, 3))))


def normal(pixels: torch.Tensor) -> torch.Tensor:
    """Pixel values of 0 to 1 as the first layer takes them."""
    return (pixels * 255 - 128) * STEP


def live_score(logits: torch.Tensor) -> torch.Tensor:
    """The logit of being live: its sigmoid is the softmax's second value."""
    return logits[:, LIVE] - logits[:, ATTACK]
