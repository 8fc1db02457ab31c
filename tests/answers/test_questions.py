"""The twelve questions: each answer is computed, its inputs have evidence, and hand calculations agree."""

import math
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import click
import pytest
from litestar.testing import TestClient

import hubfixtures
from hubcalc import analyze
from hubcalc.answers import ask
from hubcalc.api import create_app
from hubcalc.cli import main
from hubcalc.documents import Fixtures
from hubcalc.settings import Settings
from hubmodels.answers import Answer, AnswerPart

QUESTIONS = [name for name in hubfixtures.names("scenarios") if name[0] == "q" and name[1:3].isdigit()]
HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365
QUICK = {"stations", "calculation", "clearing", "recovery", "analysis"}


@cache
def answered(name: str) -> Answer:
    return ask(name)


def answer_to(number: int) -> Answer:
    return answered(next(name for name in QUESTIONS if name.startswith(f"q{number:02}-")))


def rows_of(part: AnswerPart) -> list[dict[str, Any]]:
    """Give the rows of a table by the names of its columns."""
    names = [column.name for column in part.columns]
    return [dict(zip(names, row, strict=True)) for row in part.rows]


def base_of(path: str, corridor: str) -> float:
    """Give the demand that a corridor's own document states."""
    return float(Fixtures().corridor(corridor).demands[path.split(".")[1]].per_day)


def test_there_are_twelve() -> None:
    assert [name[:3] for name in QUESTIONS] == [f"q{i:02}" for i in range(1, 13)]


@pytest.mark.parametrize("number", range(1, 13))
class TestEachQuestion:
    @pytest.mark.slow
    def test_it_is_answered_with_tables_findings_and_verdicts(self, number: int) -> None:
        answer = answer_to(number)
        assert answer.scenario.question.endswith("?")
        assert 2 <= len(answer.parts) <= 4
        for part in answer.parts:
            assert part.rows
            assert part.finding
            assert part.verdict.status in {"exact", "approximate", "unstable"}
            assert part.command.startswith("hubcalc ")
            assert part.request.startswith("GET /v1/")
            assert part.chart is not None or len(part.rows) == 1

    def test_every_override_has_evidence(self, number: int) -> None:
        for item in answer_to(number).evidence:
            assert item.basis in {"published", "derived", "assumption"}, item.path
            assert item.note
            assert item.source or item.basis != "published"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    """Start the application on a database of its own."""
    settings = Settings(database=tmp_path_factory.mktemp("questions") / "hubcalc.sqlite")
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("name", hubfixtures.names("scenarios"))
class TestTheSameElsewhere:
    @pytest.mark.slow
    def test_commands_are_understood(self, name: str) -> None:
        for part in answered(name).parts:
            program, *words = shlex.split(part.command)
            assert program == "hubcalc"
            command: click.Command = main
            context = command.make_context(program, words)
            while isinstance(command, click.Group):
                _, found, words = command.resolve_command(context, words)
                assert found is not None
                command = found
                context = command.make_context(command.name, words, parent=context)

    @pytest.mark.slow
    def test_requests_are_understood(self, server: TestClient[Any], name: str) -> None:
        for part in answered(name).parts:
            method, address = part.request.split(" ")
            assert method == "GET"
            # who has any answer already is told so before anything is computed, but not before the query is read
            response = server.get(address, headers={} if part.what in QUICK else {"If-None-Match": "*"})
            assert response.status_code == (200 if part.what in QUICK else 304), (address, response.text)


def test_q01_shifts_one_percent_of_24_million_teu() -> None:
    added = [
        sum(value - base_of(path, "china-europe-express") for path, value in part.overrides.items())
        for part in answer_to(1).parts[1:3]
    ]
    assert added == pytest.approx([0.005 * 24e6 / DAYS_PER_YEAR, 0.01 * 24e6 / DAYS_PER_YEAR], abs=0.5)


def test_q01_crossings_fill_in_the_order_of_their_headroom() -> None:
    """What a crossing can still take, by the analysis of its hub alone, says which one fills first."""
    hubs = {"khorgos": "khorgos-gateway", "dostyk": "dostyk-alashankou-rail"}
    loads = [
        {row["element"].removeprefix("nodes."): row for row in rows_of(part) if row["flow"] == "westbound"}
        for part in answer_to(1).parts[:3]
    ]
    spare = {}
    for node, hub in hubs.items():
        report = analyze(hub, metrics=["practical_capacity_per_day"], scale="westbound").report
        capacity = report.results[0].metrics["practical_capacity_per_day"].value
        assert loads[0][node]["capacity_per_day"] == pytest.approx(capacity, rel=1e-9)
        spare[node] = capacity - loads[0][node]["flow_per_day"]
    order = sorted(hubs, key=lambda node: spare[node])
    first_full = {
        node: next(i for i, load in enumerate(loads) if load[node]["utilization"] > 1 - 1e-6) for node in hubs
    }
    assert sorted(hubs, key=lambda node: first_full[node]) == order
    assert all(load["brest"]["utilization"] < 1 for load in loads)


def test_q02_grows_like_the_corridor_and_flow_is_conserved() -> None:
    part = answer_to(2).parts[0]
    for path, value in part.overrides.items():
        assert value == pytest.approx(base_of(path, "middle-corridor") * 11 / 4.5, abs=0.06)
    trucks = {row["element"]: row["flow_per_day"] for row in rows_of(part) if row["unit"] == "truck"}
    assert trucks["links.kuryk-baku-trucks"] == pytest.approx(trucks["nodes.kuryk-trucks"])


def test_q02_feeders_carry_in_proportion_to_their_number() -> None:
    rows = rows_of(answer_to(2).parts[3])
    one = rows[0]["theoretical_capacity_per_day"] / rows[0]["stages.crossing.vessels"]
    for row in rows:
        assert row["theoretical_capacity_per_day"] == pytest.approx(one * row["stages.crossing.vessels"], rel=1e-6)


def test_q03_legs_and_shocks_add_up_to_the_time() -> None:
    legs, held = rows_of(answer_to(3).parts[0]), rows_of(answer_to(3).parts[2])
    path = "shocks.held-at-the-border.probability"
    hours = Fixtures().corridor("kazakhstan-transit").shocks["held-at-the-border"].extra_hours
    for row in held:
        mean = sum(leg["mean_hours"] for leg in legs) + row[path] * hours
        assert row["mean_hours"] == pytest.approx(mean, rel=2e-3)


def test_q04_names_the_first_row_that_reaches_the_goal() -> None:
    for part, goal in zip(answer_to(4).parts[:2], (540_000, 800_000), strict=True):
        rows = rows_of(part)
        first = next(i for i, row in enumerate(rows) if row["capacity_teu_per_year"] >= goal)
        assert f"with {rows[first]['stages.front.cranes']} cranes, " in part.finding
        assert all(row["capacity_teu_per_year"] < goal for row in rows[:first])


def test_q04_half_of_the_hours_carries_half() -> None:
    rows = {
        (row["opening.hours_per_day"], row["stages.front.cranes"]): row["capacity_teu_per_year"]
        for row in rows_of(answer_to(4).parts[2])
    }
    assert rows[12, 3] == pytest.approx(rows[24, 3] / 2, rel=0.01)


def days_of_quota(queue: float, quota: float, arrivals: float) -> int | None:
    """Count days by hand: the line is gone at the first midnight whose permits last for all who come that day."""
    if arrivals >= quota:
        return None
    days, line = 0, queue
    while line + arrivals > quota:
        line += arrivals - quota
        days += 1
    return days


def test_q05_a_line_before_a_quota_clears_as_counted_by_hand() -> None:
    hub = Fixtures().hub("dostyk-alashankou-rail")
    arrivals = sum(flow.per_day for flow in hub.flows.values() if "chinese-quota" in flow.stages)
    for row in rows_of(answer_to(5).parts[0]):
        days = days_of_quota(55, row["stages.chinese-quota.per_day"], arrivals)
        assert days is not None
        assert row["cleared_after_hours"] == days * HOURS_PER_DAY


def test_q05_the_detour_is_taken_only_where_dostyk_is_all_but_full() -> None:
    path = "hubs.dostyk-alashankou-rail.stages.chinese-quota.per_day"
    cases: dict[tuple[int, float], dict[str, float]] = {}
    for row in rows_of(answer_to(5).parts[3]):
        if row["flow"] == "eastbound":
            case = cases.setdefault((row[path], row["demands.europe-xian.per_day"]), {})
            case[row["element"]] = row["flow_per_day"] if row["element"] == "nodes.altynkol" else row["utilization"]
    for case in cases.values():
        assert case.get("nodes.altynkol", 0.0) < 0.01 or case["nodes.dostyk"] > 0.95


def test_q06_lines_clear_as_counted_by_hand() -> None:
    for row in rows_of(answer_to(6).parts[0]):
        days = days_of_quota(1500, row["stages.chinese-quota.per_day"], row["flows.eastbound.per_day"])
        assert row["cleared_after_hours"] == (None if days is None else days * HOURS_PER_DAY)
        assert (row["verdict"] == "unstable") == (days is None)
    for row in rows_of(answer_to(6).parts[1]):  # without permits: queue over spare capacity
        even = 1500 / (row["capacity_per_day"] - row["arrivals_per_day"])
        assert row["cleared_after_hours"] == pytest.approx(even * HOURS_PER_DAY, rel=0.01)


def test_q07_a_larger_fleet_waits_no_longer_and_never_less_than_the_storms() -> None:
    path = "lines.kuryk-baku-ferry.stages.truck-ferries.vessels"
    waits: dict[int, float] = {}
    for row in rows_of(answer_to(7).parts[0]):
        waits[row[path]] = max(waits.get(row[path], 0.0), row["wait_p90_hours"])
    assert list(waits.values()) == sorted(waits.values(), reverse=True)
    # half of a November is closed for 54 h in the mean: who comes then waits 54 h more, so one of ten over 54 ln(5) h
    assert min(waits.values()) > 54 * math.log(5)


def test_q08_grain_takes_what_the_trains_of_others_leave() -> None:
    corridor, library = Fixtures().corridor("kazakhstan-grain"), Fixtures()
    room = 0.0
    for node in ("dostyk", "altynkol"):
        hub = library.hub(str(corridor.nodes[node].hub))
        report = analyze(hub, metrics=["practical_capacity_per_day"], scale="eastbound").report
        capacity = report.results[0].metrics["practical_capacity_per_day"].value
        contents = hub.flows["eastbound"].contents
        assert isinstance(capacity, float)
        assert contents is not None
        assert contents.teu_per_unit is not None
        room += (capacity - corridor.nodes[node].other_per_day) * contents.mean * contents.teu_per_unit
    flows = {}
    for row in rows_of(answer_to(8).parts[0]):
        if row["demands.grain.per_day"] == 1645:
            contents = library.hub(row["document"]).flows["eastbound"].contents
            assert contents is not None
            flows[row["element"]] = row["flow_per_day"] * contents.mean * (contents.teu_per_unit or 0.0)
    assert sum(flows.values()) == pytest.approx(room, rel=1e-6)


def test_q09_the_pipelines_replace_what_their_capacity_leaves() -> None:
    corridor = Fixtures().corridor("energy")
    malacca = corridor.demands["gulf-china"].per_day
    spare: dict[tuple[int, str], float] = {}
    own = {
        "links.atasu-alashankou": "kazakhstan-china-oil",
        "links.central-asia-china-gas": "central-asia-china-gas",
    }
    for place, part in enumerate(answer_to(9).parts[:2]):
        for row in rows_of(part):
            if row["element"] in own:
                assert row["flow_per_day"] == pytest.approx(row["capacity_per_day"])
                spare[place, row["element"]] = row["capacity_per_day"] - corridor.demands[own[row["element"]]].per_day
    assert len(spare) == 4
    for element in own:  # in theory more than in practice, and little of what sails through Malacca all the same
        assert 0 < spare[0, element] < spare[1, element] < 0.05 * malacca


def test_q10_the_caspian_takes_longer_than_russia() -> None:
    north, south = (sum(row["mean_hours"] for row in rows_of(part)) for part in answer_to(10).parts[1:3])
    assert south > north + 2 * HOURS_PER_DAY


def test_q11_the_border_is_as_full_as_trains_times_hours() -> None:
    trains = {"westbound": 0.15, "eastbound": 0.15, "freight-southbound": 1.02, "freight-northbound": 1.02}
    hub = Fixtures().hub("bolashak-serkhetyaka")
    assert {key: flow.per_day for key, flow in hub.flows.items()} == trains
    law = hub.stages["turkmen-entry"].model_dump()["service_time"]
    hours = (law["shift_minutes"] + law["excess_mean_minutes"]) / 60
    stations = {row["stage"]: row["utilization"] for row in rows_of(answer_to(11).parts[0])}
    assert stations["turkmen-entry"] == pytest.approx(sum(trains.values()) * hours / HOURS_PER_DAY)


def test_q11_freight_fills_what_the_trains_of_others_leave() -> None:
    hub = Fixtures().hub("bolashak-serkhetyaka")
    report = analyze(hub, metrics=["practical_capacity_per_day"], scale="freight-southbound").report
    trains = report.results[0].metrics["practical_capacity_per_day"].value
    assert isinstance(trains, float)
    full = {}
    for row in rows_of(answer_to(11).parts[3]):
        if row["element"] == "nodes.bolashak-freight-south":
            full[row["demands.freight-south.per_day"]] = row["flow_per_day"]
    assert full[3060] == pytest.approx(3060 / 3000)
    assert full[20550] == pytest.approx(trains)
    assert trains < 20550 / 3000


def test_q12_tanks_fill_by_inflow_less_outflow() -> None:
    rows = rows_of(answer_to(12).parts[0])
    for row in rows:
        outflow = (3 - row["moorings_lost"]) * 175_000 / 27.3
        room = 1_100_000 * 0.9 * (1 - row["initial_fill_share"])
        if outflow >= 10_063:
            assert row["days_until_full"] == "inf"
        else:
            assert row["days_until_full"] == pytest.approx(room / (10_063 - outflow) / HOURS_PER_DAY)
    assert any(row["days_until_full"] == "inf" for row in rows)
