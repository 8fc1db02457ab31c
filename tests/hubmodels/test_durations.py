"""Moments of the laws of service time against independent values, on numbers and on columns; bad laws are refused."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from hubmodels.durations import (
    LAW_MODELS,
    Deterministic,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Law,
    Lognormal,
    QuantilePoint,
    ServiceTime,
    ShiftedLognormal,
    Triangular,
    TwoMoments,
)

ADAPTER: TypeAdapter[Any] = TypeAdapter(ServiceTime)

Raw = tuple[float, float, float]


def raw_moments(distribution: Any) -> Raw:
    """Give the first three raw moments that scipy.stats knows."""
    return tuple(float(distribution.moment(n)) for n in (1, 2, 3))  # type: ignore[return-value]


def lognormal(mean: float, scv: float) -> Any:
    variance = math.log1p(scv)
    return stats.lognorm(s=math.sqrt(variance), scale=mean * math.exp(-variance / 2))


def shifted_lognormal(shift: float, mean: float, scv: float) -> Raw:
    """Integrate (shift + y)^n over the lognormal density, in the normal variable."""
    variance = math.log1p(scv)
    center, spread = math.log(mean) - variance / 2, math.sqrt(variance)

    def moment(n: int) -> float:
        value, _ = integrate.quad(
            lambda z: (shift + math.exp(center + spread * z)) ** n * stats.norm.pdf(z), -12, 20, epsrel=1e-11, limit=200
        )
        return float(value)

    return moment(1), moment(2), moment(3)


def hyperexponential(mean: float, scv: float) -> Raw:
    """Mix two exponential laws of equal weight in the mean: p_1 m_1 = p_2 m_2 = mean / 2."""
    first = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    parts = [(share, mean / 2 / share) for share in (first, 1 - first)]
    one, two, three = (sum(share * stats.expon(scale=m).moment(n) for share, m in parts) for n in (1, 2, 3))
    return float(one), float(two), float(three)


def piecewise_uniform(points: list[tuple[float, float]]) -> Raw:
    """Integrate the quantile function: E[X^n] = integral of Q(p)^n dp."""
    probabilities, minutes = zip(*points, strict=True)
    one, two, three = (
        sum(
            integrate.quad(lambda p, n=n: np.interp(p, probabilities, minutes) ** n, a, b, epsrel=1e-11)[0]
            for a, b in pairwise(probabilities)
        )
        for n in (1, 2, 3)
    )
    return float(one), float(two), float(three)


QUANTILES = [(0.0, 5.0), (0.1, 9.0), (0.5, 20.0), (0.9, 20.0), (1.0, 240.0)]

CASES: list[tuple[Law, Raw]] = [
    (TwoMoments(mean_minutes=30, scv=0.4), raw_moments(stats.gamma(a=2.5, scale=12))),
    (TwoMoments(mean_minutes=30, scv=2.0), raw_moments(stats.gamma(a=0.5, scale=60))),
    (TwoMoments(mean_minutes=30, scv=0), (30, 30**2, 30**3)),
    (Deterministic(law="deterministic", mean_minutes=55), (55, 55**2, 55**3)),
    (Exponential(law="exponential", mean_minutes=12), raw_moments(stats.expon(scale=12))),
    (Erlang(law="erlang", mean_minutes=12, k=1), raw_moments(stats.expon(scale=12))),
    (Erlang(law="erlang", mean_minutes=12, k=4), raw_moments(stats.erlang(a=4, scale=3))),
    (Gamma(law="gamma", mean_minutes=12, scv=0.3), raw_moments(stats.gamma(a=1 / 0.3, scale=3.6))),
    (Gamma(law="gamma", mean_minutes=12, scv=3), raw_moments(stats.gamma(a=1 / 3, scale=36))),
    (Lognormal(law="lognormal", mean_minutes=90, scv=0.25), raw_moments(lognormal(90, 0.25))),
    (Lognormal(law="lognormal", mean_minutes=90, scv=2.25), raw_moments(lognormal(90, 2.25))),
    (
        ShiftedLognormal(law="shifted_lognormal", shift_minutes=30, excess_mean_minutes=120, excess_scv=1.0),
        shifted_lognormal(30, 120, 1.0),
    ),
    (
        ShiftedLognormal(law="shifted_lognormal", shift_minutes=0, excess_mean_minutes=120, excess_scv=0.5),
        raw_moments(lognormal(120, 0.5)),
    ),
    (Hyperexponential(law="hyperexponential", mean_minutes=10, scv=1), raw_moments(stats.expon(scale=10))),
    (Hyperexponential(law="hyperexponential", mean_minutes=10, scv=4), hyperexponential(10, 4)),
    (
        Triangular(law="triangular", low_minutes=10, mode_minutes=25, high_minutes=60),
        raw_moments(stats.triang(c=0.3, loc=10, scale=50)),
    ),
    (
        Triangular(law="triangular", low_minutes=0, mode_minutes=0, high_minutes=60),
        raw_moments(stats.triang(c=0, loc=0, scale=60)),
    ),
    (
        Empirical(law="empirical", quantiles=tuple(QuantilePoint(probability=p, minutes=x) for p, x in QUANTILES)),
        piecewise_uniform(QUANTILES),
    ),
]


@pytest.mark.parametrize(("law", "raw"), CASES, ids=lambda value: value.law if isinstance(value, Law) else "")  # type: ignore[attr-defined]
def test_moments_agree_with_independent_ones(law: Law, raw: Raw) -> None:
    mean, scv, third = law.moments()
    assert mean == pytest.approx(raw[0], rel=1e-9)
    assert scv == pytest.approx(raw[1] / raw[0] ** 2 - 1, rel=1e-7, abs=1e-12)
    assert third == pytest.approx(raw[2], rel=1e-7)


def test_every_law_has_a_case() -> None:
    assert {law.law for law, _ in CASES} == set(LAW_MODELS)  # type: ignore[attr-defined]


def test_empirical_quantiles_of_a_uniform_law_give_its_moments() -> None:
    points = tuple(QuantilePoint(probability=p, minutes=10 + 20 * p) for p in (0, 0.25, 0.5, 1))
    mean, scv, third = Empirical(law="empirical", quantiles=points).moments()
    assert (mean, scv * mean**2, third) == pytest.approx((20, 20**2 / 12, (30**4 - 10**4) / 80))


COLUMNS: list[tuple[Law, dict[str, list[float]]]] = [
    (TwoMoments(mean_minutes=30, scv=0.4), {"mean_minutes": [10, 20, 30], "scv": [0, 0.5, 2]}),
    (Deterministic(law="deterministic", mean_minutes=55), {"mean_minutes": [47, 55, 71]}),
    (Exponential(law="exponential", mean_minutes=12), {"mean_minutes": [3, 5, 8]}),
    (Erlang(law="erlang", mean_minutes=12, k=4), {"mean_minutes": [3, 5, 8], "k": [1, 2, 10]}),
    (Gamma(law="gamma", mean_minutes=12, scv=0.3), {"mean_minutes": [3, 5, 8], "scv": [0.1, 1, 3]}),
    (Lognormal(law="lognormal", mean_minutes=12, scv=0.3), {"mean_minutes": [3, 5, 8], "scv": [0.1, 1, 3]}),
    (
        ShiftedLognormal(law="shifted_lognormal", shift_minutes=30, excess_mean_minutes=120, excess_scv=1),
        {"shift_minutes": [0, 15, 60], "excess_mean_minutes": [60, 120, 240], "excess_scv": [0.25, 1, 2.25]},
    ),
    (Hyperexponential(law="hyperexponential", mean_minutes=10, scv=4), {"mean_minutes": [3, 5, 8], "scv": [1, 2, 9]}),
    (
        Triangular(law="triangular", low_minutes=10, mode_minutes=25, high_minutes=60),
        {"low_minutes": [0, 10, 20], "mode_minutes": [0, 25, 40], "high_minutes": [30, 60, 40]},
    ),
]


@pytest.mark.parametrize(("law", "columns"), COLUMNS, ids=lambda value: getattr(value, "law", ""))
def test_moments_of_columns_are_the_moments_of_their_rows(law: Law, columns: dict[str, list[float]]) -> None:
    together = law.model_copy(update={name: np.array(values) for name, values in columns.items()}).moments()
    for row in range(3):
        alone = law.model_copy(update={name: values[row] for name, values in columns.items()}).moments()
        found = [float(np.broadcast_to(moment, 3)[row]) for moment in together]
        assert found == pytest.approx(list(alone), rel=1e-12, abs=1e-15)


def test_one_column_and_the_other_fields_as_numbers_broadcast() -> None:
    law = TwoMoments(mean_minutes=30, scv=0.5).model_copy(update={"mean_minutes": np.array([[10.0], [20.0]])})
    assert np.asarray(law.moments().third_moment_minutes3).shape == (2, 1)


def test_rules_of_columns_say_which_rows_break_them() -> None:
    law = Triangular(law="triangular", low_minutes=10, mode_minutes=25, high_minutes=60)
    (rule,) = law.model_copy(update={"mode_minutes": np.array([5.0, 25.0, 61.0])}).rules()
    assert rule.holds.tolist() == [False, True, False]
    assert rule.fields == ("low_minutes", "mode_minutes", "high_minutes")


def test_without_a_law_two_moments_are_meant() -> None:
    assert ADAPTER.validate_python({"mean_minutes": 5, "scv": 1}) == TwoMoments(mean_minutes=5, scv=1)


@pytest.mark.parametrize("name", LAW_MODELS)
def test_each_law_is_chosen_by_its_name(name: str) -> None:
    law = next(law for law, _ in CASES if law.law == name)  # type: ignore[attr-defined]
    assert ADAPTER.validate_python(law.model_dump()) == law
    assert ADAPTER.validate_json(law.model_dump_json()) == law


def empirical(*points: tuple[float, float]) -> dict[str, Any]:
    return {"law": "empirical", "quantiles": [{"probability": p, "minutes": x} for p, x in points]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "mode above high": ({"law": "triangular", "low_minutes": 1, "mode_minutes": 9, "high_minutes": 5}, "rising order"),
    "mode below low": ({"law": "triangular", "low_minutes": 4, "mode_minutes": 2, "high_minutes": 5}, "rising order"),
    "triangular of nothing": ({"law": "triangular", "low_minutes": 0, "mode_minutes": 0, "high_minutes": 0}, "greater"),
    "begins late": (empirical((0.1, 1), (1, 5)), "must begin at probability 0"),
    "ends early": (empirical((0, 1), (0.9, 5)), "end at probability 1"),
    "probabilities fall": (empirical((0, 1), (0.6, 2), (0.5, 3), (1, 5)), "must rise in probability"),
    "a probability twice": (empirical((0, 1), (0.5, 2), (0.5, 3), (1, 5)), "must rise in probability"),
    "minutes fall": (empirical((0, 1), (0.5, 6), (1, 5)), "not fall in minutes"),
    "only zeros": (empirical((0, 0), (1, 0)), "above 0 minutes"),
    "one point": (empirical((0, 1)), "at least 2"),
    "no mean": ({"law": "exponential", "mean_minutes": 0}, "greater than 0"),
    "negative scv": ({"mean_minutes": 5, "scv": -0.1}, "greater than or equal to 0"),
    "hyperexponential too regular": ({"law": "hyperexponential", "mean_minutes": 5, "scv": 0.9}, "equal to 1"),
    "lognormal without spread": ({"law": "lognormal", "mean_minutes": 5, "scv": 0}, "greater than 0"),
    "half a step": ({"law": "erlang", "mean_minutes": 5, "k": 2.5}, "integer"),
    "no step": ({"law": "erlang", "mean_minutes": 5, "k": 0}, "equal to 1"),
    "nan": ({"law": "exponential", "mean_minutes": math.nan}, "finite"),
    "infinite": ({"law": "exponential", "mean_minutes": math.inf}, "finite"),
    "a field of another law": ({"law": "deterministic", "mean_minutes": 5, "scv": 0}, "Extra inputs"),
    "an unknown law": ({"law": "weibull", "mean_minutes": 5}, "weibull"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_law_is_refused(case: str) -> None:
    document, reason = REFUSED[case]
    with pytest.raises(ValidationError, match=reason):
        ADAPTER.validate_python(document)


def test_a_law_without_moments_is_no_law() -> None:
    with pytest.raises(NotImplementedError):
        Law().moments()
