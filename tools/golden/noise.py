"""Computes tests/runner/timeline/noise.golden.json with NumPy and SciPy. Run it manually; the tests do not run it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy
    /tmp/golden/bin/python tools/golden/noise.py > tests/runner/timeline/noise.golden.json
"""

import itertools
import json
import math

import numpy as np
from scipy import integrate, stats


HALF_LIFE, HALVING_GAP, LEAST_WEIGHT, CLIP = 90, 30, 0.25, 4


def weighted_quantile(values, weights, share):
    """Value at which the cumulated weights exceed the share; the mean of two values if the weights reach it exactly."""
    order = np.argsort(values, kind="stable")
    values, cumulated = np.asarray(values)[order], np.cumsum(np.asarray(weights)[order])
    reached = share * cumulated[-1]
    index = int(np.searchsorted(cumulated, reached, side="left"))
    if cumulated[index] > reached:
        return values[index]
    return (values[index] + values[min(index + 1, len(values) - 1)]) / 2


def evidence(programs):
    """Evidence from all pairs of successive sessions, as arrays."""
    repeated = [p for p in programs if len(p) > 1]
    newest = max(r["day"] for p in repeated for r in p)
    pairs = [(a, b, len(p)) for p in repeated for a, b in itertools.pairwise(p)]
    if not pairs:
        return 0.0, 0.0, 0, 0.0
    logs = np.array([[math.log(a["seconds"]), math.log(b["seconds"])] for a, b, _ in pairs])
    errors = np.array([[a["standardError"], b["standardError"]] for a, b, _ in pairs])
    days = np.array([[a["day"], b["day"]] for a, b, _ in pairs])
    m = np.array([count for _, _, count in pairs])
    w = np.maximum(LEAST_WEIGHT, 0.5 ** ((newest - days[:, 1]) / HALF_LIFE) / (1 + (days[:, 1] - days[:, 0]) / HALVING_GAP))
    deviations = np.abs(logs[:, 1] - logs[:, 0]) / math.sqrt(2)
    scale = max(weighted_quantile(deviations, w, q) / round(stats.norm.ppf((1 + q) / 2), 4) for q in (0.5, 0.75))
    total = np.average(np.minimum(deviations, CLIP * scale) ** 2, weights=w)
    within = np.average((errors**2).mean(axis=1), weights=w)
    return float(total), float(within), len(pairs), float(w.sum() ** 2 / (w**2 * (3 * m - 4) / (2 * (m - 1))).sum())


def noise(variance, total, df):
    variance = max(0.0, variance)
    return {"sigma": math.sqrt(variance), "uncertainty": math.sqrt(variance * total / df)}


def suite(series):
    found = [evidence(programs) for programs in series if any(len(p) > 1 for p in programs)]
    found = [one for one in found if one[2] > 0]
    share = lambda pairs: (1 - 2 / (9 * pairs)) ** 3
    for pairs in (1, 2, 5, 20):
        assert abs(share(pairs) / (stats.chi2.median(pairs) / pairs) - 1) < 0.04
    variance = np.median([total / share(effective) - within for total, within, _, effective in found])
    total = np.median([total / share(effective) for total, _, _, effective in found])
    return noise(variance, total, max(1, sum(one[3] for one in found) * 2 / math.pi))


def median_inefficiency(m):
    """Variance of the median of m standard normal values, times m, from the joint density of the order statistics."""
    phi, Phi = stats.norm.pdf, stats.norm.cdf
    if m % 2:
        k = m // 2
        c = math.factorial(m) / math.factorial(k) ** 2
        return m * integrate.quad(lambda x: c * x * x * (Phi(x) * Phi(-x)) ** k * phi(x), -9, 9)[0]
    k = m // 2
    c = math.factorial(m) / math.factorial(k - 1) ** 2
    density = lambda y, x: c * ((x + y) / 2) ** 2 * (Phi(x) * Phi(-y)) ** (k - 1) * phi(x) * phi(y)
    return m * integrate.dblquad(density, -8, 8, lambda x: x, 8)[0]


def point(sessions, known):
    m = len(sessions)
    logs = [math.log(s["seconds"]) for s in sessions]
    k = median_k(m)
    within = k * sum(s["standardError"] ** 2 for s in sessions) / m**2
    between = k * known["sigma"] ** 2 / m
    variance = within + between
    # Satterthwaite's formula over all added variances.
    terms = sum((k * s["standardError"] ** 2 / m**2) ** 2 / s["degreesOfFreedom"] for s in sessions)
    df = max(1.0, variance**2 / (terms + (k * known["uncertainty"] / m) ** 2))
    reach = stats.t.ppf(0.975, df) * math.sqrt(variance)
    centre = float(np.median(logs))
    return {"low": math.exp(centre - reach), "high": math.exp(centre + reach), "degreesOfFreedom": df}


def median_k(m):
    return 1.0 if m < 3 else math.pi / 2 * m / (m + (0.5 if m % 2 else 1.3))


def main():
    random = np.random.default_rng(20261125)

    def results(count, spread, error):
        return [
            {
                "seconds": float(f"{0.02 * math.exp(random.normal(0, spread)):.9g}"),
                "standardError": float(f"{error * random.uniform(0.5, 1.5):.6g}"),
                "degreesOfFreedom": int(random.choice([5, 9, 23])),
                "day": int(day),
            }
            for day in np.sort(random.choice(200, size=count, replace=False))
        ]

    own = []
    for sizes, spread, error, wild in (
        ((2, 2, 2, 2, 2), 0.01, 0.002, 1),
        ((6,), 0.002, 0.004, 1),
        ((1, 3, 1, 2, 4), 0.05, 0.001, 1),
        ((2,) * 12, 0.0001, 0.01, 1),
        ((2,) * 8, 0.003, 0.001, 1.1),
    ):
        programs = [results(m, spread, error) for m in sizes]
        programs[0][0]["seconds"] *= wild
        total, within, pairs, effective = evidence(programs)
        known = {**noise(total - within, total, effective), "pairs": pairs}
        points = [{"sessions": s, **point(s, known)} for s in (results(m, spread, error) for m in (1, 2, 3, 4))]
        own.append({"programs": programs, **known, "points": points})
    series = [[results(m, spread, 0.001) for m in sizes] for sizes, spread in (((2,), 0.01), ((2, 3), 0.003), ((1, 1), 0.1), ((2, 1), 0.02))]
    medians = [{"count": m, "inefficiency": median_inefficiency(m)} for m in (3, 4, 5, 6, 7, 8, 9, 12)]
    print(json.dumps({"own": own, "suite": {"series": series, **suite(series)}, "medians": medians}, indent=1))


main()
