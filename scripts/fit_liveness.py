#!/usr/bin/env python3
"""Fits the liveness cues' evidence and the policy's thresholds: crates/session/src/liveness/fit.json.

    vouch-lab eval pad --manifest MANIFEST.csv --root DIR --challenges 0 --features target/cues.jsonl
    scripts/fit_liveness.py target/cues.jsonl [MORE.jsonl ...] --out crates/session/src/liveness/fit.json \
        --report docs/evaluation/fit.md

Two stages, both logistic regression with an L2 penalty, both classes (and within the attacks every
species, within each class every kind of recording) weighted alike:
1. each cue's measures, and the squares of those in SQUARED, become a log-likelihood ratio, limited to +-CUT;
2. the cues' ratios become a weighted sum; no weight is below 0, so that no cue is inverted.
Figures are for people that the fit has not seen: folds leave out whole identities. Thresholds
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
# exp(4) is 55 to 1: samples of a few dozen people can't support more for a single cue.
CUT = 4.0
# Cues whose evidence may rise on both sides of the mean: prints are paler than skin and screens redder, a
# print is blurred and a screen has a raster. For edges more is always stronger evidence, and the networks'
# probabilities have one direction.
SQUARED = {"screen-structure", "colour"}
# Largest deviation whose square counts, in standard deviations (crates/session/src/liveness/fit.rs has the same): beyond it
# are a few odd pictures, which a fit on a few dozen people must not follow.
LARGEST_DEVIATION = 2.0
# Strength of the penalty on standardised weights, in units of one sample's mean loss.
PENALTY = 0.03
# Cues whose absence is not evidence against anybody: they may only support.
SUPPORTING = {"pulse"}
# Cues whose evidence follows from geometry or logic, not from a sample: (measure, above, slope). It begins
# above what any bona fide presentation showed and soon outweighs all other cues together. It is never evidence
# for the person, because a film of a turning head moves like one.
# motion, measure 0: a plane explains the turn (docs/evaluation/cues-motion.md: heads -1 to 0.19, turned
#   sheets 0.73 and more).
# sensor, measures 0 and 1: more than 0.6 of the frames stand still or recur, identical to the last pixel; a
#   driver that doubles each frame shows 0.5, recordings of people 0.01 at most.
RULES = {"motion": [(0, 0.45, 40.0)], "sensor": [(0, 0.6, 40.0), (1, 0.0, 40.0)]}
RULE_CEILING = 20.0
# Share of held-out bona fide people that a threshold may reject. None: the middle.
TARGET_BPCER = {"strict": 0.10, "balanced": 0.04, "lenient": 0.01}
FOLDS = 10
# The sum is fitted twice: with the operator's networks and without.
FUSIONS = {"with_network": True, "without_network": False}
# With fewer presentations of a class than this, nothing is fitted.
LEAST = 8


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("features", nargs="+", type=Path)
    options.add_argument("--out", type=Path, default=Path("crates/session/src/liveness/fit.json"))
    options.add_argument("--report", type=Path, default=Path("docs/evaluation/fit.md"))
    options.add_argument("--source", default="the shared data, by scripts/fit_liveness.py")
    given = options.parse_args()
    rows = [json.loads(line) for path in given.features for line in path.read_text().splitlines()]
    rows = [row for row in rows if row["cues"] is not None]
    if not rows:
        sys.exit("no presentation with a face in these files: run `vouch-lab eval pad --features FILE` first")
    data = Data(rows)
    held_out = {name: np.zeros(len(rows)) for name in FUSIONS}
    for fold in range(FOLDS):
        test = data.fold == fold
        if test.any():
            model = fit(data, ~test)
            for name in FUSIONS:
                held_out[name][test] = model.sum(data, test, name)
    model = fit(data, np.ones(len(rows), bool))
    written = {"version": 2, "source": given.source, **model.written()}
    for name in FUSIONS:
        sums = held_out[name][data.told_at_all(name) & ~data.attack]
        written[name]["thresholds"] = {level: threshold(sums, share) for level, share in TARGET_BPCER.items()}
    given.out.write_text(json.dumps(written, indent=1) + "\n")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(report(data, model, held_out, written))


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

    def told_at_all(self, fusion):
        """The presentations that a fusion applies to: the one with networks needs their measures."""
        return self.told[:, 0] if FUSIONS[fusion] else np.ones(len(self.attack), bool)


class Model:
    def __init__(self):
        self.cues, self.shares, self.bias = {}, {}, {}

    def evidence(self, data, rows):
        """Evidence of each cue before its weight; 0 where it is unavailable."""
        out = np.zeros((rows.sum(), len(CUES)))
        for name, part in self.cues.items():
            c = CUES.index(name)
            x = (data.measures[rows, c] - part["mean"]) / part["scale"]
            raw = x @ part["weights"] + squared(x) @ part["squares"] + part["bias"]
            raw = np.clip(raw, part["floor"], part["ceiling"])
            out[:, c] = np.where(data.told[rows, c], raw, 0)
        return out

    def sum(self, data, rows, fusion):
        return self.evidence(data, rows) @ self.shares[fusion] + self.bias[fusion]

    def written(self):
        def rounded(value):
            return [round(float(v), 5) for v in value] if np.ndim(value) else round(float(value), 5)

        fusions = {name: {"shares": {cue: rounded(self.shares[name][CUES.index(cue)]) for cue in self.cues
                                     if FUSIONS[name] or cue != CUES[0]},
                          "bias": rounded(self.bias[name])} for name in FUSIONS}
        return {"cues": {name: {key: rounded(value) for key, value in part.items()}
                         for name, part in self.cues.items()}, **fusions}


def fit(data, rows):
    model = Model()
    for c, name in enumerate(CUES):
        if name in RULES:
            model.cues[name] = rule(RULES[name])
            continue
        use = rows & data.told[:, c]
        if min((use & data.attack).sum(), (use & ~data.attack).sum()) < LEAST:
            continue
        x = data.measures[use, c]
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale < 1e-6] = 1
        x = (x - mean) / scale
        # The square of a measure that never changes carries no information.
        both = np.hstack([x, squared(x) * (x.std(axis=0) > 0 if name in SQUARED else 0)])
        weights, bias = logistic(both, data.attack[use], balanced(data, use), False)
        ceiling = 0.0 if name in SUPPORTING else CUT
        model.cues[name] = {"mean": mean, "scale": scale, "weights": weights[:MEASURES],
                            "squares": weights[MEASURES:], "bias": bias, "floor": -CUT, "ceiling": ceiling}
    for name, network in FUSIONS.items():
        use = rows & data.told_at_all(name)
        evidence = model.evidence(data, use)
        fixed = [c for c, cue in enumerate(CUES) if cue in RULES]
        evidence[:, fixed + ([] if network else [0])] = 0
        shares, bias = logistic(evidence, data.attack[use], balanced(data, use), True)
        shares[fixed] = 1.0
        if not network:
            shares[0] = 0
        model.shares[name], model.bias[name] = shares, bias
    return model


def squared(x):
    """The squares of the deviations, minus their average."""
    return np.minimum(np.abs(x), LARGEST_DEVIATION) ** 2 - 1


def rule(terms):
    mean, weights = np.zeros(MEASURES), np.zeros(MEASURES)
    for measure, above, slope in terms:
        mean[measure], weights[measure] = above, slope
    return {"mean": mean, "scale": np.ones(MEASURES), "weights": weights, "squares": np.zeros(MEASURES),
            "bias": 0.0, "floor": 0.0, "ceiling": RULE_CEILING}


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


def report(data, model, held_out, written):
    lines = ["# The liveness fit", "",
             "Written by `scripts/fit_liveness.py`, which explains the method. Figures are for people left out of the fit",
             f"({FOLDS} folds over identities). Exception: the evidence of single cues is for the data it was",
             f"fitted on. {len(data.attack)} presentations with a face: "
             + ", ".join(f"{n} {s}" for s, n in Counter(data.species).most_common()) + ".", "",
             "| cue | measured | AUC of its evidence | share with networks | share without |", "|---|---|---|---|---|"]
    evidence = model.evidence(data, np.ones(len(data.attack), bool))
    for c, name in enumerate(CUES):
        told = data.told[:, c]
        if name not in model.cues:
            lines.append(f"| {name} | {told.sum()} | not fitted: fewer than {LEAST} of a class | | |")
            continue
        figure = auc(evidence[told & data.attack, c], evidence[told & ~data.attack, c])
        if name in RULES:
            lines.append(f"| {name} | {told.sum()} | by rule, not fitted | 1 | 1 |")
            continue
        shares = [f"{model.shares[fusion][c]:.2f}" for fusion in FUSIONS]
        lines.append(f"| {name} | {told.sum()} | {figure:.3f} | {shares[0]} | {shares[1]} |")
    for fusion, network in FUSIONS.items():
        told = data.told_at_all(fusion)
        sums, thresholds = held_out[fusion], written[fusion]["thresholds"]
        lines += ["", "## With the operator's networks" if network else "## Without any network", "",
                  f"AUC of the sum: {auc(sums[told & data.attack], sums[told & ~data.attack]):.3f}", "",
                  "| level | threshold | BPCER | " + " | ".join(f"APCER {s}" for s in species(data)) + " |",
                  "|---|---|---|" + "---|" * len(species(data))]
        for level, limit in thresholds.items():
            row = f"| {level} | {limit:.2f} | {share(sums[told & ~data.attack] >= limit)} |"
            for name in species(data):
                row += f" {share(sums[told & (data.species == name)] < limit)} |"
            lines.append(row)
        lines += ["", "At `balanced`, by kind of recording:", "", "| kind | class | wrong |", "|---|---|---|"]
        limit = thresholds["balanced"]
        for kind, name in sorted({(k, s) for k, s in zip(data.kind, data.species)}):
            rows = told & (data.kind == kind) & (data.species == name)
            if rows.any():
                wrong = sums[rows] >= limit if name == "bona fide" else sums[rows] < limit
                lines.append(f"| {kind} | {name} | {share(wrong)} |")
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
