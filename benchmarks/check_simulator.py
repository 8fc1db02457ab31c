"""Check the simulator, and the translation of documents for it, against an independent simulation.

Usage: python benchmarks/check_simulator.py [--hubs 20] [--first 0] [--precision 0.01] [--events 20000000]

Random hubs (random_hubs.py) are simulated twice: by hubcalc, and by hub_error.py, which shares no code with it but the
law of the number of boxes. Both are right if their differences are what chance makes of them: the z-scores printed are
differences by their standard errors, so that one in twenty is beyond 2 and hardly any beyond 4 (those of rare waits a
little more often).
"""

import argparse
import time

import numpy as np
from hub_error import SEED, simulate
from random_hubs import random_hub

from hubcalc.analysis.programs.outcomes import SimulatedValue
from hubcalc.analysis.programs.simulated import simulate_hub
from hubcalc.documents import parse_hub

NORMAL = 1.96
"""Half widths (95 %) in standard errors; those of few observations are a little wider, so their z-scores smaller."""
SUSPICIOUS = 5.0


def score(own: SimulatedValue, other: tuple[float, float]) -> float:
    """Give the difference of two estimates by its standard error; NaN where one of them knows none."""
    if own.value is None or own.half_width is None:
        return float("nan")
    error = np.hypot(own.half_width / NORMAL, other[1])
    return float((own.value - other[0]) / error) if error > 0 else 0.0


def check(number: int, precision: float, most_events: int) -> tuple[dict[str, float], str]:
    """Simulate one hub twice; give the z-scores and what was done."""
    rng = np.random.default_rng(SEED + number)
    document, busiest = random_hub(rng, number)
    begun = time.perf_counter()
    own = simulate_hub(parse_hub(document), precision=precision, most_events=most_events)
    seconds = time.perf_counter() - begun
    run = own.run
    done = f"busiest {busiest:.2f}, {run.events / 1e6:5.1f} M events, {seconds:4.1f} s, {run.status}"
    if not own.metrics:
        return {}, done
    other = simulate(document, busiest, rng)
    scores = {
        "wait": score(own.metrics["wait_mean_hours"], other.wait),
        "dwell": score(own.metrics["dwell_mean_hours"], other.dwell),
        "P90": score(own.metrics["dwell_p90_hours"], other.p90),
    }
    for stage, value in other.stages.items():
        scores[stage] = score(own.stations[stage].times.queue, value)
    return scores, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubs", type=int, default=20, help="number of random hubs")
    parser.add_argument("--first", type=int, default=0, help="number of the first of them")
    parser.add_argument("--precision", type=float, default=0.01, help="half width by the mean dwell")
    parser.add_argument("--events", type=int, default=20_000_000, help="budget of events of a hub")
    options = parser.parse_args()
    all_scores: list[float] = []
    for number in range(options.first, options.first + options.hubs):
        scores, done = check(number, options.precision, options.events)
        all_scores += [value for value in scores.values() if np.isfinite(value)]
        shown = "  ".join(f"{name} {value:+.1f}" for name, value in scores.items())
        print(f"{number:4d}: {shown}   ({done})", flush=True)
    values = np.abs(all_scores)
    print(f"\n{values.size} z-scores: {np.mean(values > 2):.1%} beyond 2, {np.mean(values > 3):.1%} beyond 3,", end=" ")
    print(f"largest {values.max():.1f}; root of the mean square {np.sqrt(np.mean(values**2)):.2f}")
    if values.max() > SUSPICIOUS:
        raise SystemExit("a difference that chance does not explain")


if __name__ == "__main__":
    main()
