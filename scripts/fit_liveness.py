#!/usr/bin/env python3
"""Fits the liveness cues' evidence and the policy's thresholds: src/liveness/fit.json.

    vouch eval pad --manifest MANIFEST.csv --root DIR --challenges 0 --features target/cues.jsonl
    scripts/fit_liveness.py target/cues.jsonl [MORE.jsonl ...] --out src/liveness/fit.json \
        --report docs/evaluation/fit.md

Two stages, both logistic regression with an L2 penalty, both classes (and within the attacks every
species, within each class every kind of recording) weighted alike:
1. each cue's measures to a log-likelihood ratio, cut off at +-CUT;
2. the cues' ratios to their sum, no share below 0, so that no cue turns round.
Every figure is of people that the fit has not seen: folds leave out whole identities. Thresholds
are set on those held-out sums.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

CUES = ["passive-network", "device-edge", "screen-structure", "colour", "motion", "gesture-physics",
        "light-challenge", "pulse", "sensor"]
MEASURES = 6
# exp(4) is 55 to 1: more than samples of some dozens of people can support for a single cue.
CUT = 4.0
# Strength of the penalty on standardised weights, in units of one sample's mean loss.
PENALTY = 0.03
# Cues whose absence speaks against nobody: they may only support.
SUPPORTING = {"pulse"}
# What a threshold lets go wrong with people who are bona fide, held out. None: the middle.
TARGET_BPCER = {"strict": 0.10, "balanced": 0.04, "lenient": 0.01}
FOLDS = 10
# Fewer presentations of each class than this fit nothing.
LEAST = 8


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("features", nargs="+", type=Path)
    options.add_argument("--out", type=Path, default=Path("src/liveness/fit.json"))
    options.add_argument("--report", type=Path, default=Path("docs/evaluation/fit.md"))
    options.add_argument("--source", default="the shared data, by scripts/fit_liveness.py")
    given = options.parse_args()
    rows = [json.loads(line) for path in given.features for line in path.read_text().splitlines()]
    rows = [row for row in rows if row["cues"] is not None]
    if not rows:
        sys.exit("no presentation with a face in these files: run `vouch eval pad --features FILE` first")
    data = Data(rows)
    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        test = data.fold == fold
        if test.any():
            held_out[test] = fit(data, ~test)(data, test)
    model = fit(data, np.ones(len(rows), bool))
    thresholds = {level: threshold(held_out[~data.attack], share) for level, share in TARGET_BPCER.items()}
    given.out.write_text(json.dumps({"version": 1, "source": given.source, **model.written(),
                                     "thresholds": thresholds}, indent=1) + "\n")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(report(data, model, held_out, thresholds))


class Data:
    def __init__(self, rows):
        self.attack = np.array([row["species"] is not None for row in rows])
        self.species = np.array([row["species"] or "bona fide" for row in rows])
        self.kind = np.array([row["kind"] for row in rows])
        people = sorted({row["identity"] or row["file"] for row in rows})
        order = np.random.default_rng(1).permutation(len(people))
        fold = {person: order[i] % FOLDS for i, person in enumerate(people)}
        self.fold = np.array([fold[row["identity"] or row["file"]] for row in rows])
        self.measures = np.full((len(rows), len(CUES), MEASURES), np.nan)
        for r, row in enumerate(rows):
            for c in range(len(CUES)):
                word = row["cues"][c]
                if "told" in word:
                    self.measures[r, c] = word["told"]["measures"]
        self.told = np.isfinite(self.measures).all(axis=2)
        # Every species and every kind weighs the same within its class.
        group = np.array([f"{s}/{k}" for s, k in zip(self.species, self.kind)])
        size = Counter(group)
        weight = np.array([size[g] ** -0.5 for g in group])
        for side in (self.attack, ~self.attack):
            if side.any():
                weight[side] /= 2 * weight[side].sum()
        self.weight = weight


class Model:
    def __init__(self):
        self.cues, self.bias = {}, 0.0

    def evidence(self, data, rows):
        """Evidence of each cue before its share; 0 where it could not tell."""
        out = np.zeros((rows.sum(), len(CUES)))
        for name, part in self.cues.items():
            c = CUES.index(name)
            x = (data.measures[rows, c] - part["mean"]) / part["scale"]
            raw = np.clip(x @ part["weights"] + part["bias"], part["floor"], part["ceiling"])
            out[:, c] = np.where(data.told[rows, c], raw, 0)
        return out

    def __call__(self, data, rows):
        shares = np.array([self.cues[name]["share"] if name in self.cues else 0 for name in CUES])
        return self.evidence(data, rows) @ shares + self.bias

    def written(self):
        rounded = lambda value: [round(float(v), 5) for v in value] if np.ndim(value) else round(float(value), 5)
        return {"cues": {name: {key: rounded(value) for key, value in part.items()}
                         for name, part in self.cues.items()}, "bias": rounded(self.bias)}


def fit(data, rows):
    model = Model()
    for c, name in enumerate(CUES):
        use = rows & data.told[:, c]
        if min((use & data.attack).sum(), (use & ~data.attack).sum()) < LEAST:
            continue
        x = data.measures[use, c]
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale < 1e-6] = 1
        weights, bias = logistic((x - mean) / scale, data.attack[use], balanced(data, use), False)
        ceiling = 0.0 if name in SUPPORTING else CUT
        model.cues[name] = {"mean": mean, "scale": scale, "weights": weights, "bias": bias,
                            "floor": -CUT, "ceiling": ceiling, "share": 1.0}
    shares, model.bias = logistic(model.evidence(data, rows), data.attack[rows], balanced(data, rows), True)
    for c, name in enumerate(CUES):
        if name in model.cues:
            model.cues[name]["share"] = shares[c]
    return model


def balanced(data, rows):
    weight = data.weight[rows].copy()
    attack = data.attack[rows]
    weight[attack] /= 2 * weight[attack].sum()
    weight[~attack] /= 2 * weight[~attack].sum()
    return weight


def logistic(x, y, weight, positive, steps=3000, rate=0.5):
    """Weights and bias by (projected) gradient descent with momentum; the bias is not penalised."""
    w, b = np.zeros(x.shape[1]), 0.0
    vw, vb = np.zeros_like(w), 0.0
    spread = max(1.0, float((x ** 2).sum(axis=1).mean()))
    for _ in range(steps):
        error = weight * (1 / (1 + np.exp(-np.clip(x @ w + b, -30, 30))) - y)
        vw = 0.9 * vw - rate / spread * (x.T @ error + PENALTY * w)
        vb = 0.9 * vb - rate / spread * error.sum()
        w, b = w + vw, b + vb
        if positive:
            w = np.maximum(w, 0)
    return w, b


def threshold(bona_fide, share):
    """Just above the bona fide sum that leaves at most `share` of them above it."""
    ordered = np.sort(bona_fide)[::-1]
    allowed = int(share * len(ordered))
    below = ordered[min(allowed, len(ordered) - 1)]
    above = ordered[allowed - 1] if allowed > 0 else below + 1
    return round(float((below + above) / 2), 4)


def report(data, model, held_out, thresholds):
    lines = ["# The liveness fit", "",
             "Written by `scripts/fit_liveness.py`, which says how. Every figure is of people left out of the",
             f"fit ({FOLDS} folds over identities). {len(data.attack)} presentations with a face: "
             + ", ".join(f"{n} {s}" for s, n in Counter(data.species).most_common()) + ".", "",
             "| cue | told | share | AUC of its evidence |", "|---|---|---|---|"]
    everything = np.ones(len(data.attack), bool)
    evidence = model.evidence(data, everything)
    for c, name in enumerate(CUES):
        told = data.told[:, c]
        if name in model.cues:
            figure = auc(evidence[told & data.attack, c], evidence[told & ~data.attack, c])
            lines.append(f"| {name} | {told.sum()} | {model.cues[name]['share']:.2f} | {figure:.3f} (fitted on the same) |")
        else:
            lines.append(f"| {name} | {told.sum()} | not fitted | |")
    lines += ["", f"AUC of the sum, held out: {auc(held_out[data.attack], held_out[~data.attack]):.3f}", "",
              "| level | threshold | BPCER | " + " | ".join(f"APCER {s}" for s in species(data)) + " |",
              "|---|---|---|" + "---|" * len(species(data))]
    for level, limit in thresholds.items():
        refused = held_out[~data.attack] >= limit
        row = f"| {level} | {limit:.2f} | {share(refused)} |"
        for name in species(data):
            row += f" {share(held_out[data.species == name] < limit)} |"
        lines.append(row)
    lines += ["", "At `balanced`, by kind of recording:", "", "| kind | class | wrong |", "|---|---|---|"]
    limit = thresholds["balanced"]
    for group in sorted({(k, s) for k, s in zip(data.kind, data.species)}):
        rows = (data.kind == group[0]) & (data.species == group[1])
        wrong = held_out[rows] >= limit if group[1] == "bona fide" else held_out[rows] < limit
        lines.append(f"| {group[0]} | {group[1]} | {share(wrong)} |")
    return "\n".join(lines) + "\n"


def species(data):
    return sorted(set(data.species) - {"bona fide"})


def share(wrong):
    return f"{100 * wrong.mean():.1f} % ({wrong.sum()} of {len(wrong)})"


def auc(positive, negative):
    if not len(positive) or not len(negative):
        return float("nan")
    above = (positive[:, None] > negative[None, :]).mean() + 0.5 * (positive[:, None] == negative[None, :]).mean()
    return float(above)


if __name__ == "__main__":
    main()
