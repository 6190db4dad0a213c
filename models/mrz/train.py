#!/usr/bin/env python3
"""Trains the reader of OCR-B lines on generated strips and writes its weights.

    python models/mrz/train.py --minutes 25 --out weights.pt

Needs models/mrz/requirements.txt and the Debian package fonts-ocr-b. One process makes strips, one
trains, each on one core. `export.py` turns the weights into models/own/mrz_ocrb.tflite.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from network import CLASSES, Recogniser
from strips import BLANK, IGNORED, sample
from torch.nn import functional

WIDTH = 320  # pixels of a training strip: about 24 characters
BATCH = 32
PEAK_RATE = 3e-3
WARM_UP = 0.04  # share of the time
BLANK_WEIGHT = 0.4  # a gap is easier than a character, and there are as many
SAY_EVERY = 100


def main() -> None:
    """Trains for the given time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that make strips")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    batches: multiprocessing.Queue = multiprocessing.Queue(maxsize=24)
    for worker in range(arguments.workers):
        seed = arguments.seed * 1000 + worker
        multiprocessing.Process(target=make_batches, args=(seed, batches), daemon=True).start()
    net = Recogniser().to(memory_format=torch.channels_last).train()
    if arguments.start:
        net.load_state_dict(torch.load(arguments.start, weights_only=True))
    optimiser = torch.optim.AdamW(net.parameters(), lr=PEAK_RATE, weight_decay=1e-4)
    weights = torch.ones(CLASSES)
    weights[BLANK] = BLANK_WEIGHT
    begin, seconds = time.monotonic(), arguments.minutes * 60
    losses: list[float] = []
    hits, asked, step = 0, 0, 0
    while (share := (time.monotonic() - begin) / seconds) < 1:
        rate = min(share / WARM_UP, 0.5 * (1 + math.cos(math.pi * share))) * PEAK_RATE
        for group in optimiser.param_groups:
            group["lr"] = max(rate, 1e-5)
        strips, classes = (torch.from_numpy(a) for a in batches.get())
        with torch.autocast("cpu", dtype=torch.bfloat16):  # three times as fast, no less exact
            logits = net(strips.contiguous(memory_format=torch.channels_last)).float()
        loss = functional.cross_entropy(
            logits.transpose(1, 2), classes, weights, ignore_index=IGNORED
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        losses.append(loss.item())
        shown = (classes != IGNORED) & (classes != BLANK)
        hits += int((logits.argmax(2)[shown] == classes[shown]).sum())
        asked += int(shown.sum())
        step += 1
        if step % SAY_EVERY == 0:
            print(
                f"{share:6.1%} step {step} loss {np.mean(losses[-SAY_EVERY:]):.4f} "
                f"steps of characters right {hits / max(asked, 1):.4f} waiting {batches.qsize()}",
                flush=True,
            )
            hits = asked = 0
            torch.save(net.state_dict(), arguments.out)
    torch.save(net.state_dict(), arguments.out)


def make_batches(seed: int, batches: multiprocessing.Queue) -> None:
    """Fills the queue for ever."""
    cv2.setNumThreads(1)
    rng = random.Random(seed)
    while True:
        made = [sample(rng, WIDTH) for _ in range(BATCH)]
        strips = np.stack([strip for strip, _ in made])[:, None].astype(np.float32) / 255
        batches.put((strips, np.stack([classes for _, classes in made])))


if __name__ == "__main__":
    main()
