"""Computes tests/runner/timeline/detection/detection.golden.json with NumPy and SciPy. Run it manually; the tests do not run it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy
    /tmp/golden/bin/python tools/golden/detection.py > tests/runner/timeline/detection/detection.golden.json
"""

import json
import math

import numpy as np
from scipy import stats


def level(values, start, split):
    taken = values[max(start, split - 20) : split]
    return {"value": float(np.median(taken)), "points": len(taken)}


def sigma(values):
    """Noise from quantiles of the normal distribution instead of the constant 1.4826, equal within its four digits."""
    last = values[-60:]
    return max(0.0005, float(np.median(np.abs(np.diff(last))) / stats.norm.ppf(0.75) / math.sqrt(2)))


def z(values, split, known, link):
    base = level(values, 0, split)
    variance = known**2 * (1 + math.pi / (2 * base["points"])) + link**2
    return (values[split] - base["value"]) / math.sqrt(variance)


def winsorised(values, reach):
    kept = []
    for index, value in enumerate(values):
        start = min(max(index - 2, 0), max(len(values) - 5, 0))
        middle = float(np.median(values[start : start + 5]))
        kept.append(float(np.clip(value, middle - reach, middle + reach)))
    return kept


def scan(values):
    """Student's t of every cut."""
    found = [(cut, stats.ttest_ind(values[cut:], values[:cut], equal_var=True).statistic) for cut in range(2, len(values) - 1)]
    cut, t = max(found, key=lambda one: abs(one[1]))
    return {"split": cut, "t": float(t), "critical": float(stats.t.ppf(1 - 0.001 / 2 / len(found), len(values) - 2))}


def series(random, count, noise, step, at):
    tails = random.standard_t(3, count) / math.sqrt(3) * noise
    return [float(f"{value:.9g}") for value in tails + np.where(np.arange(count) >= at, step, 0.0) + math.log(0.02)]


def main():
    random = np.random.default_rng(20261126)
    vectors = []
    for count, noise, step, at in ((12, 0.004, 0.01, 9), (25, 0.0015, -0.02, 20), (60, 0.01, 0.02, 30), (80, 0.005, 0.0, 40), (61, 0.003, 0.5, 58)):
        values = series(random, count, noise, step, at)
        known = sigma(values)
        window = winsorised(values[-60:], 2 * known)
        vectors.append(
            {
                "values": values,
                "split": at,
                "level": level(values, 0, at),
                "sigma": known,
                "link": 0.002,
                "z": z(values, at, known, 0.002),
                "winsorised": window,
                "scan": scan(window),
            }
        )
    print(json.dumps({"vectors": vectors}, indent=1))


main()
