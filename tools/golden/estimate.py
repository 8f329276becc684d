"""Computes tests/runner/timeline/estimate.golden.json with NumPy and SciPy. Run it manually; the tests do not run it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy scipy
    /tmp/golden/bin/python tools/golden/estimate.py > tests/runner/timeline/estimate.golden.json
"""

import json

import numpy as np
from scipy import stats
from scipy.stats import mstats


def estimate(samples):
    logs = np.log(np.asarray(samples))
    n = len(logs)
    low, high = n // 10, 3 * n // 10
    h = n - low - high
    # Slightly above the whole number, so that SciPy's floor returns it.
    limits = ((low + 1e-6) / n, (high + 1e-6) / n)
    trimmed = mstats.trimmed_mean(logs, limits=limits, inclusive=(True, True))
    winsorised = mstats.winsorize(logs, limits=limits, inclusive=(True, True))
    assert np.isclose(float(trimmed), np.sort(logs)[low : n - high].mean())
    error = np.std(np.asarray(winsorised), ddof=1) * np.sqrt(n - 1) / np.sqrt(h * (h - 1))
    reach = stats.t.ppf(0.975, h - 1) * error
    return {
        "samples": samples,
        "seconds": float(np.exp(trimmed)),
        "standardError": float(error),
        "degreesOfFreedom": h - 1,
        "minimum": min(samples),
        "median": float(np.median(samples)),
        "low": float(np.exp(trimmed - reach)),
        "high": float(np.exp(trimmed + reach)),
    }


def main():
    random = np.random.default_rng(20260101)
    sets = []
    for n in (2, 3, 5, 9, 10, 15, 20, 25, 40):
        noise = random.standard_t(3, n) * 0.01 + random.exponential(0.02, n) * (random.random(n) < 0.3)
        scale = 10.0 ** random.integers(-5, 3)
        sets.append([float(f"{value:.9g}") for value in scale * np.exp(noise)])
    sets.append([0.25] * 6)
    t = [
        {"probability": p, "degreesOfFreedom": df, "t": float(stats.t.ppf(p, df))}
        for df in (1, 1.5, 2, 3, 4.7, 8, 11, 13.25, 29, 120, 1000.5, 1e6)
        for p in (1e-9, 0.001, 0.025, 0.2, 0.49, 0.5, 0.5001, 0.6, 0.75, 0.9, 0.975, 0.995, 0.99999)
    ]
    values = [float(f"{value:.6g}") for value in random.normal(5, 2, 11)]
    quantiles = [
        {"values": values[:n], "probability": p, "quantile": float(np.quantile(values[:n], p))}
        for n in (1, 2, 10, 11)
        for p in (0, 0.1, 0.25, 0.5, 0.9, 1)
    ]
    print(json.dumps({"estimates": [estimate(s) for s in sets], "t": t, "quantiles": quantiles}, indent=1))


main()
