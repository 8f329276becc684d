"""Computes tests/runner/timeline/bridge.golden.json with NumPy and SciPy. Run it manually; the tests do not run it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy
    /tmp/golden/bin/python tools/golden/bridge.py > tests/runner/timeline/bridge.golden.json
"""

import itertools
import json
import math

import numpy as np
from scipy import stats


def hodges_lehmann(values):
    x = np.asarray(values)
    i, j = np.triu_indices(len(x))
    estimate = float(np.median((x[i] + x[j]) / 2))
    # The estimate centres Wilcoxon's signed-rank statistic in its range.
    middle = len(x) * (len(x) + 1) / 4
    assert signed_ranks(x - estimate - 1e-9) <= middle <= signed_ranks(x - estimate + 1e-9)
    return estimate


def signed_ranks(differences):
    return float(stats.rankdata(np.abs(differences))[differences > 0].sum())


def satterthwaite(variance, terms):
    return max(1.0, variance**2 / sum(terms))


def prior(points):
    """Variance of a difference, and its degrees of freedom. Errors count for each point, the uncertainty of a side's noise once for all points."""
    k = len(points)
    errors = [side for point in points for side in (point["old"], point["new"])]
    variance = sum(e["standardError"] ** 2 for e in errors) / k
    own = [max(0, e["standardError"] ** 4 / e["degreesOfFreedom"] - e.get("noiseUncertainty", 0) ** 2) / k**2 for e in errors]
    shared = [np.mean([point[side].get("noiseUncertainty", 0) for point in points]) ** 2 for side in ("old", "new")]
    return variance, satterthwaite(variance, own + shared)


def bridge(points):
    k = len(points)
    d = [math.log(point["new"]["value"] / point["old"]["value"]) for point in points]
    s0, known = prior(points)
    s = np.var(d, ddof=1) if k > 1 else 0.0
    weight = min(4, known) / max(1, s / s0) ** 2
    variance = (weight * s0 + (k - 1) * s) / (weight + k - 1)
    error = math.sqrt(variance / k)
    reach = stats.t.ppf(0.975, weight + k - 1) * error
    return {"phi": hodges_lehmann(d), "standardError": error, "degreesOfFreedom": weight + k - 1, "halfWidth": math.sinh(reach)}


def mean_shift(shifts):
    """DerSimonian and Laird, Q from the differences of all pairs instead of from the mean."""
    w = np.array([1 / s["standardError"] ** 2 for s in shifts])
    d = np.array([s["delta"] for s in shifts])
    q = sum(w[i] * w[j] * (d[i] - d[j]) ** 2 for i, j in itertools.combinations(range(len(d)), 2)) / w.sum()
    between = max(0.0, (q - (len(d) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    weights = 1 / (1 / w + between)
    return {
        "delta": float(np.average(d, weights=weights)),
        "standardError": float(weights.sum() ** -0.5),
        "between": math.sqrt(between),
    }


def chain(factors):
    variance = sum(f["standardError"] ** 2 for f in factors)
    terms = [f["standardError"] ** 4 / f["degreesOfFreedom"] for f in factors]
    return {
        "phi": sum(f["phi"] for f in factors),
        "standardError": math.sqrt(variance),
        "degreesOfFreedom": satterthwaite(variance, terms),
    }


def main():
    random = np.random.default_rng(20261126)
    digits = lambda value: float(f"{value:.9g}")

    def side(scale, error, uncertainty):
        found = {
            "value": digits(scale * math.exp(random.normal(0, error))),
            "standardError": digits(error * random.uniform(0.5, 1.5)),
            "degreesOfFreedom": digits(random.uniform(2, 30)),
        }
        return found if uncertainty is None else {**found, "noiseUncertainty": uncertainty}

    bridges = []
    for k, error, uncertainty in (
        (1, 0.01, None),
        (1, 0.005, 1e-5),
        (2, 0.01, 8e-5),
        (3, 0.002, None),
        (5, 0.01, 2e-5),
        (5, 0.03, 8e-4),
        (8, 0.004, 1e-6),
    ):
        points = [{"old": side(0.02, error, uncertainty), "new": side(0.015, error * 2, uncertainty)} for _ in range(k)]
        bridges.append({"points": points, **bridge(points)})
    lists = [[digits(value) for value in random.standard_t(3, n)] for n in (1, 2, 3, 4, 5, 8, 11)]
    medians = [{"values": values, "estimate": hodges_lehmann(values)} for values in [*lists, [1.0, 1.0, 7.0]]]
    tails = [
        {"t": t, "degreesOfFreedom": df, "tail": float(stats.t.sf(t, df))}
        for t in (1e-6, 0.3, 1, 2.5, 8, 30)
        for df in (1, 2.5, 4, 11, 120, 1e6)
    ]
    means = []
    for n, spread in ((2, 0.001), (3, 0.02), (12, 0), (40, 0.004)):
        errors = random.uniform(0.002, 0.02, n)
        shifts = [
            {"delta": digits(random.normal(0.003, math.hypot(e, spread))), "standardError": digits(e)} for e in errors
        ]
        means.append({"shifts": shifts, **mean_shift(shifts)})
    factors = [
        {"phi": digits(random.normal(0, 0.3)), "standardError": digits(random.uniform(0.001, 0.02)), "degreesOfFreedom": df}
        for df in (4, 8, 11)
    ]
    chains = [{"factors": factors[:n], **chain(factors[:n])} for n in (1, 2, 3)]
    print(json.dumps({"bridges": bridges, "medians": medians, "tails": tails, "means": means, "chains": chains}, indent=1))


main()
