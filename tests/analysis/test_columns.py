"""Many scenarios at once are the same scenarios one by one."""

import numpy as np
import pytest

import hubcalc
import hubfixtures
from hubcalc.errors import OverrideError

OVERRIDES = {
    "flow.per_day": [3.0, 11.0, 16.0, 19.0, 40.0],
    "stages.front.cranes": [3, 4],
    "stages.front.standard_gauge_tracks": [1, 3],
}


ALL_BUT_ONE = [name for name in hubcalc.METRIC_NAMES if name != "sustainable_capacity_per_day"]
"""The search for the sustainable flow costs about ten times the others; grids of it are tested on their own."""


def single(hub, overrides, metrics=None):
    return hubcalc.analyze(hub, overrides, metrics=metrics).report.results[0]


def assert_same(many, one):
    assert type(many) is type(one)
    if isinstance(many, dict):
        assert many.keys() == one.keys()
        for key in many:
            assert_same(many[key], one[key])
    elif isinstance(many, list):
        assert len(many) == len(one)
        for a, b in zip(many, one, strict=True):
            assert_same(a, b)
    elif isinstance(many, float):
        assert many == pytest.approx(one, rel=1e-12, abs=0), (many, one)
    else:
        assert many == one


def numbers(result):
    """Give all of a result but sentences, whose rounding is another matter, and what long tables leave out."""
    return result.model_dump(exclude={"warnings": True, "balance": True, "metrics": {"__all__": {"low", "high"}}})


@pytest.fixture(scope="module")
def khorgos():
    """Return the document without its uncertainty: ranges are for a few scenarios, and cost most of the time."""
    return {**hubfixtures.read("khorgos-gateway"), "uncertainty": {}}


def test_a_grid_equals_its_points(khorgos):
    grid = hubcalc.analyze(khorgos, OVERRIDES).report.results
    assert len(grid) == 20
    for result in grid[::5]:
        assert_same(numbers(result), numbers(single(khorgos, result.overrides)))


def test_five_values_equal_five_analyses(khorgos):
    per_day = OVERRIDES["flow.per_day"]
    together = hubcalc.analyze(khorgos, {"flow.per_day": per_day}, metrics=ALL_BUT_ONE).report.results
    for value, result in zip(per_day, together, strict=True):
        assert_same(numbers(result), numbers(single(khorgos, {"flow.per_day": value}, ALL_BUT_ONE)))


def test_sustainable_flow_of_a_grid_equals_that_of_its_points():
    # a search of its own: each point must be found as if it were alone
    targets = [0.01, 0.5, 2.0, 24.0, 1e6]
    name = "sustainable_capacity_per_day"
    together = hubcalc.analyze("khorgos-gateway", {"targets.wait_hours": targets}, metrics=[name]).column(name)
    for target, value in zip(targets, together, strict=True):
        alone = hubcalc.analyze("khorgos-gateway", {"targets.wait_hours": target}, metrics=[name]).column(name)[0]
        assert value == pytest.approx(alone, rel=1e-12)


def test_choices_among_numbers(document, desk):
    hub = document({"desk": desk(60), "exit": desk(30, 2)})
    overrides = {
        "stages.desk.service_time.law": ["exponential", "deterministic"],
        "flow.per_day": [6.0, 12.0, 30.0],
        "stages.exit.service_time.law": ["deterministic", "exponential"],
    }
    grid = hubcalc.analyze(hub, overrides)
    assert len(grid.report.results) == 12
    for result in grid.report.results:
        assert_same(numbers(result), numbers(single(hub, result.overrides)))


def test_a_constant_time_halves_the_wait(document, desk):
    laws = {"stages.desk.service_time.law": ["exponential", "deterministic"]}
    random, constant = hubcalc.analyze(document({"desk": desk(60)}), laws).column("wait_mean_hours")
    assert constant == pytest.approx(random / 2)


def test_a_law_that_needs_more_takes_it_from_the_overrides(document, desk):
    path = "stages.desk.service_time"
    changed = hubcalc.analyze(document({"desk": desk(60)}), {f"{path}.law": "gamma", f"{path}.scv": [0.5, 3.0]})
    assert changed.column("wait_mean_hours") == pytest.approx([0.75, 2.0])  # (1 + scv) / 2 of the hour of M/M/1


def test_one_and_many():
    # the platforms carry 15.7 trains a day
    per_day = np.linspace(1, 15, 1000)
    names = ["wait_mean_hours", "dwell_p90_hours", "utilization"]
    many = hubcalc.analyze("khorgos-gateway", {"flow.per_day": per_day}, metrics=names)
    one = hubcalc.analyze("khorgos-gateway", {"flow.per_day": per_day[500]}, metrics=names, method="fast")
    for name in names:
        column = many.column(name)
        assert column.shape == (1000,)
        assert column[500] == pytest.approx(one.column(name)[0], rel=1e-12)
        assert np.all(np.diff(column) >= 0)


def test_the_last_path_varies_fastest():
    overrides = {"stages.front.cranes": [2, 3], "flow.per_day": [5.0, 6.0]}
    rows = hubcalc.analyze("khorgos-gateway", overrides, metrics=["bottleneck"]).to_rows()
    assert [(row["stages.front.cranes"], row["flows.westbound.per_day"]) for row in rows] == [
        (2, 5.0),
        (2, 6.0),
        (3, 5.0),
        (3, 6.0),
    ]


def test_columns_rows_and_frames_agree(khorgos):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    analysis = hubcalc.analyze(khorgos, {"flow.per_day": [5.0, 15.0, 30.0]}, metrics=ALL_BUT_ONE)
    frame, other = analysis.to_pandas(), analysis.to_polars()
    assert isinstance(frame, pandas.DataFrame)
    assert isinstance(other, polars.DataFrame)
    for i, row in enumerate(analysis.to_rows()):
        for name, value in row.items():
            if value is None:
                assert pandas.isna(frame[name][i]) or frame[name][i] == ""
            else:
                assert frame[name][i] == value
                assert other[name][i] == value


def test_an_unstable_scenario_is_nan_in_columns_and_none_in_rows(khorgos):
    analysis = hubcalc.analyze(khorgos, {"flow.per_day": [5.0, 60.0]}, metrics=["wait_mean_hours"])
    assert np.isfinite(analysis.column("wait_mean_hours")[0])
    assert np.isnan(analysis.column("wait_mean_hours")[1])
    assert analysis.to_rows()[1]["wait_mean_hours"] is None


def test_an_empty_list_is_refused():
    with pytest.raises(OverrideError, match=r"flow\.per_day: an empty list"):
        hubcalc.analyze("khorgos-gateway", {"flow.per_day": []})
