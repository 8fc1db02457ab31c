"""Storms: bounds that hold for every calendar, and a fleet that is put back."""

import itertools

import pytest

import hubcalc
from hubcalc.analysis.corridors import storms as storms_module
from hubcalc.documents import line_fixture
from hubcalc.errors import ParameterError, RefusedError

YEARS = 60


@pytest.fixture(autouse=True)
def few_years(monkeypatch):
    """Draw fewer years than for users."""
    monkeypatch.setattr(storms_module, "YEARS", YEARS)


@pytest.fixture(scope="module")
def sea(write):
    """Return a port of 12 a day for 6 a day, which storms close in two months."""
    library = write.Library(
        write.hub("port", {"berth": write.desk(120)}, per_day=6.0, unit="truck"),
        write.line("road", 100.0, unit="truck"),
    )
    document = write.corridor(
        {"a": {"hub": "port"}, "b": {}},
        {"ab": ("road", "a", "b", {})},
        {"x": write.demand("a", "b")},
        storms={"winter": {"nodes": ["a"], "closed_share": {"jan": month(0.3), "feb": month(0.2)}}},
    )
    return document, library


def month(share, hours=24.0):
    return {"share": share, "storm_hours": hours}


def asked(sea, overrides=None, **options):
    document, library = sea
    return hubcalc.corridor_storms(document, overrides, documents=library, **options).results[0]


def test_months_are_closed_as_told(sea, write):
    document, library = sea
    report = hubcalc.corridor_storms(document, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    assert (result.element, result.arrivals_per_day) == ("nodes.a", 6.0)
    assert result.capacity_per_day == pytest.approx(12.0)
    closed = [found.closed_share for found in result.months]
    # shares of exponential closures of a day: a variance of 2 share (1 - share)^2 of a day over 31 days, and all years
    errors = [(2 * share * (1 - share) ** 2 / 31 / YEARS) ** 0.5 for share in (0.3, 0.2)]
    assert abs(closed[0] - 0.3) < 5 * errors[0]
    assert abs(closed[1] - 0.2) < 5 * errors[1]
    assert closed[3:] == [0.0] * 9


def test_calm_months_wait_for_nothing(sea):
    calm = {"storms.winter.closed_share.jan.share": 0.0, "storms.winter.closed_share.feb.share": 0.0}
    result = asked(sea, calm)
    for found in result.months:
        assert (found.wait_mean_hours, found.wait_p90_hours, found.longest_wait_p90_hours) == (0.0, 0.0, 0.0)
    assert result.meets_target


def test_waits_are_longer_than_closures_alone_and_bounded_by_the_backlog(sea):
    january = asked(sea).months[0]
    # who comes in a closure waits for half of its mean residual at least; at twice the capacity the line is gone as
    # long after the opening as the closure lasted
    assert january.wait_mean_hours > 0.3 * 24 * 0.5
    assert january.longest_wait_p90_hours >= january.wait_p90_hours >= january.wait_mean_hours * 0.5
    assert january.longest_closure_p90_hours >= january.longest_closure_p50_hours > 24


def test_a_larger_capacity_never_waits_longer(sea):
    results = [asked(sea, {"hubs.port.stages.berth.servers": servers}) for servers in (1, 2, 4)]
    for smaller, larger in itertools.pairwise(results):
        for before, after in zip(smaller.months, larger.months, strict=True):
            assert after.wait_mean_hours <= before.wait_mean_hours
            assert after.closed_share == before.closed_share


def test_the_least_capacity_just_meets_the_target(sea, write):
    document, _ = sea
    found = asked(sea, wait_target_hours=30.0)
    for factor, meets in ((1.0001, True), (0.99, False)):
        minutes = 24 * 60 / (found.least_capacity_per_day * factor)
        library = write.Library(
            write.hub("port", {"berth": write.desk(minutes)}, per_day=6.0, unit="truck"),
            write.line("road", 100.0, unit="truck"),
        )
        result = hubcalc.corridor_storms(document, wait_target_hours=30.0, documents=library).results[0]
        assert result.meets_target is meets
    assert found.least_factor == pytest.approx(found.least_capacity_per_day / 12.0)


def test_fewest_vessels_meet_the_target_when_put_back():
    options = {"storms": "aktau", "wait_target_hours": 100.0}
    found = hubcalc.corridor_storms("middle-corridor", **options).results[0]
    document = found.element.removeprefix("links.")
    stages = line_fixture(document).stages
    stage = next(key for key in stages if stages[key].kind == "ferry_or_vessel")
    fleets = [found.fewest_vessels, found.fewest_vessels - 1]
    path = f"lines.{document}.stages.{stage}.vessels"
    results = hubcalc.corridor_storms("middle-corridor", {path: fleets}, **options).results
    assert [result.meets_target for result in results] == [True, False]


def test_no_fleet_helps_where_the_closures_alone_are_longer():
    found = hubcalc.corridor_storms("middle-corridor", storms="kuryk", wait_target_hours=24.0).results[0]
    assert max(month.longest_closure_p90_hours for month in found.months) > 24
    assert (found.least_factor, found.fewest_vessels, found.meets_target) == (None, None, False)


def test_the_seed_decides(sea):
    found = asked(sea, seed=5)
    assert found == asked(sea, seed=5)
    assert found.months != asked(sea).months


def test_too_much_only_grows(sea):
    result = asked(sea, {"hubs.port.flows.main.per_day": 13})
    assert result.verdict.status == "unstable"


def test_nobody_comes(sea, write):
    document, library = sea
    report = hubcalc.corridor_storms(document, {"hubs.port.flows.main.per_day": 0}, documents=library)
    write.check_numbers(report)
    assert {found.wait_mean_hours for found in report.results[0].months} == {0.0}


def test_what_cannot_be_answered_is_refused(sea, chain):
    with pytest.raises(RefusedError, match="has no storms"):
        asked(chain)
    document, library = sea
    open_sea = {"winter": {**document["storms"]["winter"], "nodes": [], "links": ["ab"]}}
    with pytest.raises(RefusedError, match=r"nothing limits links.ab"):
        asked(({**document, "storms": open_sea}, library))
    with pytest.raises(ParameterError, match="storms: no such storms"):
        asked(sea, storms="winer")
    with pytest.raises(ParameterError, match="storms: say which"):
        asked(({**document, "storms": {**document["storms"], "two": document["storms"]["winter"]}}, library))
    with pytest.raises(ParameterError, match="wait_target_hours"):
        asked(sea, wait_target_hours=0.0)
