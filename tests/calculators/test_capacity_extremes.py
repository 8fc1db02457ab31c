"""Inputs from all over their bounds: never NaN, never negative, and hardly ever an error."""

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from hubcalc.calculators import CAPACITY, calculate
from hubcalc.errors import ArgumentError, OverrideError
from hubmodels.paths import inputs

EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))
QUESTIONS = 25


def draw(leaf, dice):
    """Draw a value from all over the bounds of an input, the bounds themselves among them."""
    if leaf.type == "choice":
        return dice.choice(leaf.choices)
    if leaf.lower < 0:
        return dice.uniform(leaf.lower, leaf.upper)
    value = 10 ** dice.uniform(math.log10(max(leaf.lower, 1e-9)), math.log10(leaf.upper))
    if leaf.type == "integer":
        return int(min(max(round(value), leaf.lower), leaf.upper))
    if dice.random() < 0.1 and leaf.lower_allowed:
        return leaf.lower
    if dice.random() < 0.1 and leaf.upper_allowed:
        return leaf.upper
    return min(max(value, np.nextafter(leaf.lower, 1)), np.nextafter(leaf.upper, 0))


def is_unused(kind, name, given):
    """Tell whether the choices of a question leave an input without effect, so that it would be refused."""
    if kind == "quay" and given.get("rule", "pianc") == "tenth":
        return name in {"longest_vessel_length_m", "gap_m", "length_factor"}
    if kind == "quay":
        return name == "gap_share"
    if kind == "railway_division":
        return name == "passing_tracks" and "trains_per_day" in given
    if kind == "line_occupancy":
        return name in {"traffic", "window"} and "practical_utilization" in given
    if kind != "railway_line" or not name.endswith("_minutes") or name == "maintenance_minutes":
        return False
    if given["formula"] == "single_track":
        graph = name not in {"headway_minutes", "running_minutes", "operation_minutes", "period_minutes"}
        return (graph and "period_minutes" in given) or (not graph and name != "period_minutes")
    own = {"double_track": {"headway_minutes"}, "scott": {"running_minutes", "operation_minutes"}}
    return name not in own[given["formula"]]


def questions(kind):
    """Give the example of a kind with one, two, three or all of its inputs drawn."""
    dice, leaves = random.Random(kind), inputs(CAPACITY[kind].question)
    for _ in range(QUESTIONS):
        drawn = dice.sample(list(leaves), dice.choice([1, 2, 3, len(leaves)]))
        given = {**EXAMPLES[kind], **{name: draw(leaves[name], dice) for name in drawn}}
        if "vehicles_per_hour" in given:
            given.pop("vehicles_per_year", None)
        yield {name: value for name, value in given.items() if not is_unused(kind, name, given)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CAPACITY)
def test_no_nonsense_comes_out(kind):
    answered = 0
    for given in questions(kind):
        try:
            asked = calculate(CAPACITY[kind], given)
            columns = asked.columns()
        except (OverrideError, ArgumentError):  # a rule between inputs, or more than can be counted
            continue
        answered += 1
        readings = asked.answered[0][2]
        for name in asked.metrics:
            column = columns[name]
            if column.dtype.kind == "f":
                assert np.all(~np.isnan(column) | np.asarray(readings[name].refused)), (name, given)
                assert not np.any(column < 0), (name, given)
    assert answered >= QUESTIONS / 2
