"""Choices of a line are overridden as those of a hub are."""

from typing import Any

import pytest

import hubcalc
import hubfixtures
from hubcalc.errors import OverrideError
from hubcalc.scenarios import gather
from hubmodels import Railway


def test_a_choice_makes_another_line_of_the_same_kind() -> None:
    line = hubfixtures.load("dostyk-moiynty", "lines")
    groups = gather(line, {"stages.section.tracks": ["single"]}, 1).groups
    section: Any = groups[0].hub.stages["section"]
    assert isinstance(groups[0].hub, Railway)
    assert section.tracks == "single"


def test_a_single_track_carries_less() -> None:
    overrides = {"stages.section.tracks": ["single", "double"]}
    analysis = hubcalc.analyze("dostyk-moiynty", overrides, metrics=["theoretical_capacity_per_day"], method="fast")
    single, double = analysis.column("theoretical_capacity_per_day")
    assert single < double


def test_an_unknown_choice_names_its_path() -> None:
    with pytest.raises(OverrideError, match=r"stages\.section\.tracks"):
        gather(hubfixtures.load("dostyk-moiynty", "lines"), {"stages.section.tracks": ["triple"]}, 1)
