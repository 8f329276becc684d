"""Computes tests/runner/timeline/noise.golden.json with NumPy and SciPy; run by hand, never by the tests.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy
    /tmp/golden/bin/python tools/golden/noise.py > tests/runner/timeline/noise.golden.json
"""

import itertools
import json
import math

import numpy as np
from scipy import integrate, stats


def evidence(programs):
    """From differences of all pairs instead of from the mean: sum (x - mean)^2 = sum over pairs of (x_i - x_j)^2 / m."""
    repeated = [p for p in programs if len(p) > 1]
    pairs = sum(len(p) - 1 for p in repeated)
    total = within = 0.0
    for program in repeated:
        m = len(program)
        for a, b in itertools.combinations(program, 2):
            total += math.log(a["seconds"] / b["seconds"]) ** 2 / m / pairs
        within += sum(r["standardError"] ** 2 for r in program) * (m - 1) / m / pairs
    return total, within, pairs


def noise(variance, total, df):
    variance = max(0.0, variance)
    return {"sigma": math.sqrt(variance), "uncertainty": math.sqrt(variance * total / df)}


def suite(series):
    found = [evidence(programs) for programs in series]
    found = [one for one in found if one[2] > 0]
    share = lambda pairs: (1 - 2 / (9 * pairs)) ** 3
    for pairs in (1, 2, 5, 20):
        assert abs(share(pairs) / (stats.chi2.median(pairs) / pairs) - 1) < 0.04
    variance = np.median([total / share(pairs) - within for total, within, pairs in found])
    total = np.median([total / share(pairs) for total, within, pairs in found])
    return noise(variance, total, max(1, sum(one[2] for one in found) * 2 / math.pi))


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


def point(sessions, told):
    m = len(sessions)
    logs = [math.log(s["seconds"]) for s in sessions]
    k = median_k(m)
    within = k * sum(s["standardError"] ** 2 for s in sessions) / m**2
    between = k * told["sigma"] ** 2 / m
    variance = within + between
    # Satterthwaite over every single variance that is added.
    terms = sum((k * s["standardError"] ** 2 / m**2) ** 2 / s["degreesOfFreedom"] for s in sessions)
    df = max(1.0, variance**2 / (terms + (k * told["uncertainty"] / m) ** 2))
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
            }
            for _ in range(count)
        ]

    own = []
    for sizes, spread, error in (
        ((2, 2, 2, 2, 2), 0.01, 0.002),
        ((6,), 0.002, 0.004),
        ((1, 3, 1, 2, 4), 0.05, 0.001),
        ((2,) * 12, 0.0001, 0.01),
    ):
        programs = [results(m, spread, error) for m in sizes]
        total, within, pairs = evidence(programs)
        told = {**noise(total - within, total, pairs), "pairs": pairs}
        points = [{"sessions": s, **point(s, told)} for s in (results(m, spread, error) for m in (1, 2, 3, 4))]
        own.append({"programs": programs, **told, "points": points})
    series = [[results(m, spread, 0.001) for m in sizes] for sizes, spread in (((2,), 0.01), ((2, 3), 0.003), ((1, 1), 0.1), ((2, 1), 0.02))]
    medians = [{"count": m, "inefficiency": median_inefficiency(m)} for m in (3, 4, 5, 6, 7, 8, 9, 12)]
    print(json.dumps({"own": own, "suite": {"series": series, **suite(series)}, "medians": medians}, indent=1))


main()
