"""Laws of inputs as documents: each is known by its name, and what is no law is refused where it is wrong."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.base import MisfitError
from hubmodels.studies.laws import InputLaw

ADAPTER: TypeAdapter[Any] = TypeAdapter(InputLaw)

GOOD: list[dict[str, Any]] = [
    {"law": "uniform", "low": -1, "high": 2},
    {"law": "triangular", "low": 1, "mode": 1, "high": 2},
    {"law": "pert", "low": 1, "mode": 2, "high": 4},
    {"law": "pert", "low": 1, "mode": 2, "high": 4, "weight": 2},
    {"law": "normal", "mean": -3, "sd": 1},
    {"law": "lognormal", "median": 3, "sigma": 0.2},
    {"law": "empirical", "values": [3, 1, 2]},
    {"law": "empirical", "values": [3, 1], "weights": [0, 2]},
    {"law": "range", "low": 3, "high": 4},
]


@pytest.mark.parametrize("document", GOOD)
def test_laws_are_read_and_written(document: dict[str, Any]) -> None:
    law = ADAPTER.validate_python(document)
    assert law.law == document["law"]
    assert ADAPTER.validate_json(ADAPTER.dump_json(law)) == law


def test_the_usual_weight_of_a_pert_law_is_four() -> None:
    assert ADAPTER.validate_python(GOOD[2]).weight == 4.0


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"law": "uniform", "low": 2, "high": 2}, "low"),
        ({"law": "triangular", "low": 1, "mode": 3, "high": 2}, "low"),
        ({"law": "triangular", "low": 2, "mode": 2, "high": 2}, "low"),
        ({"law": "pert", "low": 3, "mode": 2, "high": 4}, "low"),
        ({"law": "range", "low": 4, "high": 3}, "low"),
        ({"law": "empirical", "values": [1, 2], "weights": [1]}, "weights"),
        ({"law": "empirical", "values": [1, 2], "weights": [0, 0]}, "weights"),
    ],
)
def test_fields_that_do_not_fit_together_are_named(document: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(document)
    (error,) = caught.value.errors()
    misfit = error["ctx"]["error"]
    assert isinstance(misfit, MisfitError)
    assert misfit.places[0][0] == where


@pytest.mark.parametrize(
    "document",
    [
        {"low": 1, "high": 2},
        {"law": "cauchy", "low": 1, "high": 2},
        {"law": "uniform", "low": 1},
        {"law": "uniform", "low": 1, "high": 2, "mode": 1.5},
        {"law": "normal", "mean": 1, "sd": 0},
        {"law": "normal", "mean": float("nan"), "sd": 1},
        {"law": "lognormal", "median": 0, "sigma": 1},
        {"law": "lognormal", "median": 1, "sigma": 11},
        {"law": "pert", "low": 1, "mode": 2, "high": 4, "weight": -1},
        {"law": "empirical", "values": []},
        {"law": "empirical", "values": [float("inf")]},
        {"law": "empirical", "values": [1], "weights": [-1]},
    ],
)
def test_what_is_no_law_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(document)
