#!/usr/bin/env python3
"""Fits the liveness cues' evidence and the policy's thresholds: crates/session/src/liveness/fit.json.

    vouch-lab eval pad --manifest MANIFEST.csv --root DIR --challenges 0 --features target/cues.jsonl
    scripts/fit_liveness.py target/cues.jsonl [MORE.jsonl ...] --out crates/session/src/liveness/fit.json \
        --report docs/evaluation/fit.md

Two stages, both logistic regression with an L2 penalty, both classes weighted alike, within each class
sources by the root of their size:
1. each cue's measures, and the squares of those in SQUARED, become a log-likelihood ratio, limited to +-CUT;
2. the cues' ratios become a weighted sum; no weight is below 0, so that no cue is inverted.
The second stage is fitted once for each set of networks that may have measures.
Figures are for sources that the fit has not seen: each source (a collection with its own cameras, rooms
and people) is left out once. Thresholds are set on those held-out sums.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

CUES = ["passive-network", "device-edge", "screen-structure", "colour", "motion", "gesture-physics",
        "light-challenge", "pulse", "sensor", "own-network", "open-network"]
NETWORKS = ["passive-network", "own-network", "open-network"]
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
# Strength of the penalty on standardised weights, in units of one sample's mean loss: of a cue's measures, and of
# the cues' weights, which are few.
PENALTY, PENALTY_OF_SUM = 0.1, 0.03
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
TARGET_BPCER = {"strict": 0.10, "balanced": 0.05, "lenient": 0.01}
# The sum is fitted for each of these sets of networks that was measured often enough, the most first: the
# terminal takes the first whose networks have measures.
SETS = [["passive-network", "own-network", "open-network"], ["passive-network", "own-network"],
        ["passive-network", "open-network"], ["passive-network"], ["own-network", "open-network"], ["own-network"],
        ["open-network"], []]
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
    held_out = np.zeros((len(data.fusions), len(rows)))
    for source in sorted(set(data.source)):
        test = data.source == source
        model = fit(data, ~test)
        for number in range(len(data.fusions)):
            held_out[number][test] = model.sum(data, test, number)
    model = fit(data, np.ones(len(rows), bool))
    written = {"version": 3, "source": given.source, **model.written()}
    for number, fusion in enumerate(written["fusions"]):
        sums = held_out[number][data.applies(number) & ~data.attack & ~data.cut]
        fusion["thresholds"] = {level: threshold(sums, share) for level, share in TARGET_BPCER.items()}
    given.out.write_text(json.dumps(written, indent=1) + "\n")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(report(data, model, held_out, written))


class Data:
    def __init__(self, rows):
        self.attack = np.array([row["species"] is not None for row in rows])
        self.species = np.array([row["species"] or "bona fide" for row in rows])
        self.source = np.array([row["source"] or row["identity"] or row["file"] for row in rows])
        self.cut = np.array([row["cut"] is not None for row in rows])
        self.measures = np.full((len(rows), len(CUES), MEASURES), np.nan)
        for r, row in enumerate(rows):
            for c in range(len(CUES)):
                word = row["cues"][c]
                if "told" in word:
                    self.measures[r, c] = word["told"]["measures"]
        self.told = np.isfinite(self.measures).all(axis=2)
        # Of a network only the first measure counts, the mean over the looks. The worst look is worse the more
        # looks there are, so it says something else of a clip than of a still.
        for cue in NETWORKS:
            self.measures[:, CUES.index(cue), 1:] = 0
        group = np.array([f"{species}/{source}/{cut}"
                          for species, source, cut in zip(self.species, self.source, self.cut)])
        size = Counter(group)
        weight = np.array([size[g] ** -0.5 for g in group])
        for side in (self.attack, ~self.attack):
            if side.any():
                weight[side] /= 2 * weight[side].sum()
        self.weight = weight
        self.fusions = [networks for networks in SETS if self.enough(self.measured(networks))]

    def measured(self, networks):
        """The presentations where these networks have measures."""
        return self.told[:, [CUES.index(cue) for cue in networks]].all(axis=1)

    def enough(self, rows):
        return min((rows & self.attack).sum(), (rows & ~self.attack).sum()) >= LEAST

    def applies(self, number):
        """The presentations that a fusion applies to."""
        return self.measured(self.fusions[number])


class Model:
    def __init__(self, fusions):
        self.fusions = fusions
        self.cues, self.shares, self.bias = {}, [], []

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

    def sum(self, data, rows, number):
        return self.evidence(data, rows) @ self.shares[number] + self.bias[number]

    def written(self):
        def rounded(value):
            return [round(float(v), 5) for v in value] if np.ndim(value) else round(float(value), 5)

        fusions = [{"networks": networks,
                    "shares": {cue: rounded(self.shares[number][CUES.index(cue)]) for cue in self.cues
                               if cue in networks or cue not in NETWORKS},
                    "bias": rounded(self.bias[number])} for number, networks in enumerate(self.fusions)]
        return {"cues": {name: {key: rounded(value) for key, value in part.items()}
                         for name, part in self.cues.items()}, "fusions": fusions}


def fit(data, rows):
    model = Model(data.fusions)
    for c, name in enumerate(CUES):
        if name in RULES:
            model.cues[name] = rule(RULES[name])
            continue
        use = rows & data.told[:, c]
        if not data.enough(use):
            continue
        x = data.measures[use, c]
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale < 1e-6] = 1
        x = (x - mean) / scale
        # The square of a measure that never changes carries no information.
        both = np.hstack([x, squared(x) * (x.std(axis=0) > 0 if name in SQUARED else 0)])
        weights, bias = logistic(both, data.attack[use], balanced(data, use), PENALTY, False)
        ceiling = 0.0 if name in SUPPORTING else CUT
        model.cues[name] = {"mean": mean, "scale": scale, "weights": weights[:MEASURES],
                            "squares": weights[MEASURES:], "bias": bias, "floor": -CUT, "ceiling": ceiling}
    for number, networks in enumerate(data.fusions):
        use = rows & data.applies(number)
        evidence = model.evidence(data, use)
        fixed = [c for c, cue in enumerate(CUES) if cue in RULES]
        absent = [c for c, cue in enumerate(CUES) if cue in NETWORKS and cue not in networks]
        evidence[:, fixed + absent] = 0
        shares, bias = logistic(evidence, data.attack[use], balanced(data, use), PENALTY_OF_SUM, True)
        shares[fixed] = 1.0
        shares[absent] = 0.0
        model.shares.append(shares)
        model.bias.append(bias)
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


def logistic(x, y, weight, penalty, positive, steps=3000, rate=0.5):
    """Weights and bias by (projected) gradient descent with momentum; the bias is not penalised."""
    w, b = np.zeros(x.shape[1]), 0.0
    vw, vb = np.zeros_like(w), 0.0
    spread = max(1.0, float((x ** 2).sum(axis=1).mean()))
    for _ in range(steps):
        error = weight * (1 / (1 + np.exp(-np.clip(x @ w + b, -30, 30))) - y)
        vw = 0.9 * vw - rate / spread * (x.T @ error + penalty * w)
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
    whole = Counter(data.species[~data.cut])
    lines = ["# The liveness fit", "",
             "Written by `scripts/fit_liveness.py`, which explains the method. Figures are for sources left out of the",
             f"fit, each of {len(set(data.source))} once. Exception: the evidence of single cues is for the data it was",
             f"fitted on. {(~data.cut).sum()} presentations with a face: "
             + ", ".join(f"{n} {s}" for s, n in whole.most_common())
             + f". {data.cut.sum()} of them again, cut to the face.", "",
             "| cue | measured | AUC of its evidence | " + " | ".join(f"share {titled(n)}" for n in data.fusions)
             + " |", "|---|---|---|" + "---|" * len(data.fusions)]
    evidence = model.evidence(data, np.ones(len(data.attack), bool))
    for c, name in enumerate(CUES):
        told = data.told[:, c]
        if name not in model.cues:
            lines.append(f"| {name} | {told.sum()} | not fitted: fewer than {LEAST} of a class |" + " |" * len(data.fusions))
            continue
        if name in RULES:
            lines.append(f"| {name} | {told.sum()} | by rule, not fitted |" + " 1 |" * len(data.fusions))
            continue
        figure = auc(evidence[told & data.attack, c], evidence[told & ~data.attack, c])
        shares = " | ".join(f"{shares[c]:.2f}" for shares in model.shares)
        lines.append(f"| {name} | {told.sum()} | {figure:.3f} | {shares} |")
    for number, networks in enumerate(data.fusions):
        lines += ["", f"## With {titled(networks)}"] + of_fusion(data, held_out[number], number, written["fusions"][number])
    return "\n".join(lines) + "\n"


def titled(networks):
    short = {"passive-network": "operator's", "own-network": "own", "open-network": "open"}
    return " + ".join(short[cue] for cue in networks) or "no network"


def of_fusion(data, sums, number, fusion):
    told = data.applies(number)
    kinds = species(data)
    lines = [""]
    for words, cut in [("whole pictures", False), ("cut to the face", True)]:
        rows = told & (data.cut == cut)
        lines.append(f"AUC of the sum, {words}: {auc(sums[rows & data.attack], sums[rows & ~data.attack]):.3f}")
        lines.append("")
    lines += ["| level | threshold | BPCER | " + " | ".join(f"APCER {s}" for s in kinds) + " | cut: BPCER | "
              + " | ".join(f"cut: {s}" for s in kinds) + " |", "|---|---|---|---|" + "---|" * (2 * len(kinds))]
    for level, limit in fusion["thresholds"].items():
        row = f"| {level} | {limit:.2f} |"
        for cut in (False, True):
            rows = told & (data.cut == cut)
            row += f" {share(sums[rows & ~data.attack] >= limit)} |"
            for name in kinds:
                row += f" {share(sums[rows & (data.species == name)] < limit)} |"
        lines.append(row)
    limit = fusion["thresholds"]["balanced"]
    table = []
    for source in sorted(set(data.source)):
        rows = told & ~data.cut & (data.source == source)
        attacks = sums[rows & data.attack] < limit
        table.append((-attacks.mean() if len(attacks) else 1, source, share(sums[rows & ~data.attack] >= limit),
                      share(attacks), sorted(set(data.species[rows & data.attack]))))
    lines += ["", "At `balanced`, by source, the worst first:", "", "| source | BPCER | APCER | species |",
              "|---|---|---|---|"]
    lines += [f"| {source} | {refused} | {accepted} | {', '.join(names)} |"
              for _, source, refused, accepted, names in sorted(table)]
    return lines


def species(data):
    return sorted(set(data.species) - {"bona fide"})


def share(wrong):
    return f"{100 * wrong.mean():.1f} % ({wrong.sum()} of {len(wrong)})" if len(wrong) else "none"


def auc(positive, negative):
    if not len(positive) or not len(negative):
        return float("nan")
    above = (positive[:, None] > negative[None, :]).mean() + 0.5 * (positive[:, None] == negative[None, :]).mean()
    return float(above)


if __name__ == "__main__":
    main()
