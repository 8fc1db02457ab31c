import math

import numpy as np
import pytest

from hubcalc.analysis.programs.laws import law_of
from hubcalc.analysis.programs.platform_pool import empty_return_law
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.program import Delay, Exit, Flow, Program
from hubmodels import PlatformPool
from hubmodels.durations import LAW_MODELS

MINUTES = {
    "two_moments": {"mean_minutes": 30.0, "scv": 0.5},
    "deterministic": {"mean_minutes": 30.0},
    "exponential": {"mean_minutes": 30.0},
    "erlang": {"mean_minutes": 30.0, "k": 4},
    "gamma": {"mean_minutes": 30.0, "scv": 2.0},
    "lognormal": {"mean_minutes": 30.0, "scv": 0.7},
    "shifted_lognormal": {"shift_minutes": 10.0, "excess_mean_minutes": 20.0, "excess_scv": 0.8},
    "hyperexponential": {"mean_minutes": 30.0, "scv": 3.0},
    "triangular": {"low_minutes": 10.0, "mode_minutes": 20.0, "high_minutes": 60.0},
    "empirical": {
        "quantiles": [
            {"probability": 0.0, "minutes": 5.0},
            {"probability": 0.5, "minutes": 20.0},
            {"probability": 1.0, "minutes": 95.0},
        ]
    },
}


def drawn_moments(law):
    """Give mean and variance of a law as the simulator draws it, with the errors of both."""
    program = Program((), (Flow("a", Law.exponential(1.0), 0),), (Delay(law), Exit()))
    outcome = simulate_once(program, slots=40, slot_hours=5_000.0, seed=5, replication=0, most_events=10**7)
    left = outcome.recording.left[1:, 0]
    means = outcome.recording.times[1:, 0].sum(axis=1) / left
    squares = outcome.recording.dwell_squares[1:, 0] / left
    error = math.sqrt(len(left))
    return (means.mean(), means.std() / error), (squares.mean(), squares.std() / error)


@pytest.mark.parametrize("name", sorted(LAW_MODELS))
def test_a_law_has_the_moments_that_the_document_states(name):
    assert set(MINUTES) == set(LAW_MODELS)
    stated = LAW_MODELS[name](law=name, **MINUTES[name])
    mean_minutes, scv, _ = stated.moments()
    mean = mean_minutes / 60
    (drawn_mean, mean_error), (drawn_square, square_error) = drawn_moments(law_of(stated))
    assert abs(drawn_mean - mean) <= 5 * mean_error + 1e-9
    assert abs(drawn_square - mean**2 * (1 + scv)) <= 5 * square_error + 1e-9


def test_limits_are_the_plainer_laws():
    assert law_of(LAW_MODELS["two_moments"](mean_minutes=60.0, scv=0.0)) == Law.constant(1.0)
    assert law_of(LAW_MODELS["erlang"](law="erlang", mean_minutes=60.0, k=1)) == Law.exponential(1.0)
    assert law_of(LAW_MODELS["hyperexponential"](law="hyperexponential", mean_minutes=60.0, scv=1.0)).kind == (
        LawKind.EXPONENTIAL
    )
    flat = LAW_MODELS["triangular"](law="triangular", low_minutes=60.0, mode_minutes=60.0, high_minutes=60.0)
    assert law_of(flat) == Law.constant(1.0)


@pytest.mark.parametrize("scv", [0.0, 0.5])
def test_a_return_without_load_takes_further_time(scv):
    stage = PlatformPool(
        kind="platform_pool",
        platforms=10,
        loading_time={"mean_minutes": 30, "scv": 0},
        return_time={"mean_minutes": 600, "scv": scv},
        empty_return_share=0.3,
        empty_return_hours=20.0,
    )
    (mean, mean_error), (square, square_error) = drawn_moments(empty_return_law(stage))
    variance = 100 * scv + 400  # of the return, and of an exponential time
    assert abs(mean - 30) <= 5 * mean_error
    assert abs(square - (900 + variance)) <= 5 * square_error


def test_a_law_of_quantiles_is_drawn_between_its_ends():
    law = law_of(LAW_MODELS["empirical"](law="empirical", **MINUTES["empirical"]))
    assert law.kind == LawKind.QUANTILES
    assert np.allclose(law.parameters, (0.0, 0.5, 1.0, 5 / 60, 20 / 60, 95 / 60))
