#!/usr/bin/env python3
"""Trains the network on simulated frames and writes its weights.

    python models/pad/train.py --sets sets --out weights.pt --seed 1

One process on one core. `export.py` turns the weights into models/own/pad.tflite.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from network import Liveness, live_score, normal
from scene import LIVE
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

BATCH = 64
PEAK_RATE = 3e-3
WARM_UP = 0.2  # share of the steps
DECAY = 0.02
AVERAGED = 0.995  # what a running mean of the weights keeps at each step; the mean is what is saved
SMOOTHED = 0.03  # the labels are this far from 0 and 1


def main() -> None:
    """Trains for the given number of passes over the frames."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=Path, nargs="+", required=True, help="folders that frames.py filled")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--channels", type=int, nargs=4, help="of the four resolutions")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    views, live = frames(arguments.sets)
    net = Liveness(*([tuple(arguments.channels)] if arguments.channels else []))
    net = net.to(memory_format=torch.channels_last).train()
    mean = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(AVERAGED), use_buffers=True)
    optimiser = torch.optim.AdamW(net.parameters(), lr=PEAK_RATE, weight_decay=DECAY)
    steps = max(arguments.epochs * (len(views) // BATCH), 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps, pct_start=WARM_UP)
    weight = torch.tensor(float((1 - live).sum() / live.sum()))
    begin = time.monotonic()
    for epoch in range(arguments.epochs):
        order, losses = torch.randperm(len(views)), []
        for batch in order[: len(views) // BATCH * BATCH].split(BATCH):
            seen = normal(varied(views[batch])).contiguous(memory_format=torch.channels_last)
            wanted = live[batch] * (1 - 2 * SMOOTHED) + SMOOTHED
            with torch.autocast("cpu", dtype=torch.bfloat16):  # twice as fast, no less exact
                logits = net(seen).float()
            loss = functional.binary_cross_entropy_with_logits(live_score(logits), wanted, pos_weight=weight)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            mean.update_parameters(net)
            losses.append(loss.item())
        print(f"epoch {epoch + 1} loss {np.mean(losses):.3f} {time.monotonic() - begin:.0f} s", flush=True)
    torch.save(mean.module.state_dict(), arguments.out)


def frames(folders: list[Path]) -> tuple[torch.Tensor, torch.Tensor]:
    """All views [n, 3, 96, 96] as bytes, and 1 for each that is live."""
    paths = sorted(path for folder in folders for path in folder.glob("*.npz"))
    if not paths:
        raise SystemExit(f"no sets in {', '.join(map(str, folders))}: run frames.py first")
    sets = [np.load(path) for path in paths]
    views = np.concatenate([one["views"] for one in sets]).transpose(0, 3, 1, 2)
    live = np.concatenate([one["kinds"] for one in sets]) == LIVE
    return torch.from_numpy(np.ascontiguousarray(views)), torch.from_numpy(live.astype(np.float32))


def varied(views: torch.Tensor) -> torch.Tensor:
    """Views as 0 to 1: mirrored, moved, turned and with other light, colour, noise and blur."""
    count = len(views)
    x = views.float() / 255
    mirrored = torch.rand(count) < 0.5
    x[mirrored] = x[mirrored].flip(3)
    zoom = 1 + 0.12 * (torch.rand(count) * 2 - 1)
    turn = 0.06 * torch.randn(count)
    maps = torch.zeros(count, 2, 3)
    maps[:, 0, 0] = maps[:, 1, 1] = zoom
    maps[:, 0, 1], maps[:, 1, 0] = turn, -turn
    maps[:, :, 2] = 0.1 * (torch.rand(count, 2) * 2 - 1)
    grid = functional.affine_grid(maps, list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    x = x * around_one(count, 1, 0.22) * around_one(count, 3, 0.08)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * around_one(count, 1, 0.18)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * around_one(count, 1, 0.25)
    x = x + torch.randn(x.shape) * (0.02 * torch.rand(count, 1, 1, 1))
    soft = torch.rand(count) < 0.25
    padded = functional.pad(x[soft], (1, 1, 1, 1), mode="replicate")
    x[soft] = functional.avg_pool2d(padded, 3, 1)
    return x.clamp(0, 1)


def around_one(count: int, channels: int, spread: float) -> torch.Tensor:
    """Log-normal factors [count, channels, 1, 1]."""
    return torch.exp(spread * torch.randn(count, channels, 1, 1))


if __name__ == "__main__":
    main()
