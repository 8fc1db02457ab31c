"""The document of train forming: how many content units make a train, by length, mass and axles."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
PLAIN = {
    "kind": "train_forming",
    "length_limit_wagons": 57.0,
    "mass_limit_tonnes": 6_000.0,
    "content_tonnes": 25.0,
    "crews": 1,
    "service_time": {"law": "exponential", "mean_minutes": 90.0},
}


def test_published_lengths():
    """57 conditional wagons take 41 containers of forty feet, 71 take 51 (1.39 conditional wagons each)."""
    train = ADAPTER.validate_python(PLAIN)
    assert train.most_contents == 41
    assert train.model_copy(update={"length_limit_wagons": np.array([57.0, 71.0])}).most_contents.tolist() == [41, 51]
    assert train.handles_contents


def test_mass_and_axles_limit_too():
    # 25 t and 1.39 wagons of 20 t each: 52.8 t
    assert ADAPTER.validate_python({**PLAIN, "mass_limit_tonnes": 1_000.0}).most_contents == 18
    # an axle load of 10 t leaves 20 t on a wagon: 1.5 wagons for 30 t
    heavy = ADAPTER.validate_python({**PLAIN, "content_tonnes": 30.0, "axle_limit_tonnes": 10.0})
    assert heavy.wagons_each == pytest.approx(1.5)
    assert heavy.most_contents == 38


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"axle_limit_tonnes": 5.0}, "an empty wagon is too heavy"),
        ({"axle_limit_tonnes": 4.0}, "an empty wagon is too heavy"),
        ({"length_limit_wagons": 1.0}, "not even one content unit"),
        ({"mass_limit_tonnes": 50.0}, "not even one content unit"),
    ],
)
def test_what_makes_no_train_is_refused(bad, message):
    with pytest.raises(ValidationError, match=message):
        ADAPTER.validate_python({**PLAIN, **bad})


def test_the_rules_hold_for_columns():
    train = ADAPTER.validate_python(PLAIN).model_copy(update={"axle_limit_tonnes": np.array([23.5, 5.0, 4.0])})
    wagon, _ = train.rules()
    assert wagon.holds.tolist() == [True, False, False]
