"""Sizing of hubs: against brute force over the analysis, and against exact Erlang formulas."""

import itertools

import numpy as np
import pytest
from pydantic import ValidationError

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import ArgumentError, InputError, RefusedError
from hubcalc.queueing import fewest_servers_for_wait, mmc_wait_mean_hours
from hubcalc.studies.base import chunk_count
from hubcalc.studies.rows import RowFolder, encode, write_chunk
from hubcalc.studies.sizing import build_sizing, capital_recovery_factor
from hubcalc.studies.sizing.measures import Measures
from hubcalc.studies.sizing.searches import Searches, read_solution
from hubcalc.studies.sizing.task import Task
from hubmodels.scenario import Subject
from hubmodels.studies.sizing import Choice, SizingRequest, SizingResult
from hubmodels.tables import station_columns

ERLANG = {"law": "exponential"}


def desk(minutes, servers=1, **law):
    return {"kind": "service", "servers": servers, "service_time": {**(law or ERLANG), "mean_minutes": minutes}}


def hub(stages, per_day=48.0, **flow):
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"trains": {"unit": "train", "per_day": per_day, "route": list(stages), **flow}},
        "main_flow": "trains",
        "stages": stages,
    }


def ask(document, choices, targets, **others):
    subject = {"subject": {"kind": "hub", "id": document}} if isinstance(document, str) else {"document": document}
    return SizingRequest.model_validate({**subject, "choices": choices, "targets": targets, **others})


def servers(stage, last, cost, first=1):
    return {f"stages.{stage}.servers": {"from": first, "to": last, "cost_usd_per_year": cost}}


@pytest.fixture
def size(tmp_path):
    """Return a function that does a sizing chunk by chunk, with its rows on disk."""

    def run(request) -> SizingResult:
        study = build_sizing(request, Fixtures())
        for chunk in range(chunk_count(study)):
            write_chunk(tmp_path, chunk, encode(study.evaluate(chunk), study.columns))
        source = RowFolder(tmp_path, study.columns, study.rows, study.chunk_rows)
        assert len(source.column("row")) == study.rows
        result = study.conclude(source)
        assert SizingResult.model_validate_json(result.model_dump_json()) == result
        return result

    return run


class Rows:
    """Rows in memory."""

    def __init__(self, columns):
        self.columns, self.rows = columns, len(columns["row"])

    def column(self, name):
        return self.columns[name]


def by_cuts(request):
    task = Task.of(request, Fixtures())
    return task, read_solution(task, Rows(Searches(task).run()))


def random_case(seed):
    rng = np.random.default_rng(seed)
    stages = {
        name: desk(float(rng.uniform(20, 90)), law="gamma", scv=float(rng.uniform(0.2, 2.0)))
        for name in ("a", "b", "c")
    }
    document = hub(stages, per_day=float(rng.uniform(24, 60)), scv=float(rng.uniform(0.5, 1.5)))
    costs = {name: float(rng.integers(1, 9) * 1e5) for name in stages}
    choices = {path: c for name in stages for path, c in servers(name, 6, costs[name]).items()}
    return rng, document, costs, choices


def brute_force(document, costs, method="fast"):
    paths = {f"stages.{name}.servers": list(range(1, 7)) for name in costs}
    metrics = ["wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours", "practical_capacity_per_day"]
    columns = hubcalc.analyze(document, paths, metrics=metrics, method=method).columns()
    columns["cost"] = sum(columns[path] * cost for path, cost in zip(paths, costs.values(), strict=True))
    return columns


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_cheapest_mix_is_that_of_brute_force_over_the_analysis(seed, size):
    rng, document, costs, choices = random_case(seed)
    columns = brute_force(document, costs)
    stable = np.isfinite(columns["wait_mean_hours"])
    wait = float(np.quantile(columns["wait_mean_hours"][stable], rng.uniform(0.1, 0.6)) * 1.0001)
    dwell = float(np.quantile(columns["dwell_p90_hours"][stable], rng.uniform(0.2, 0.8)) * 1.0001)
    targets = {"wait_mean_hours": {"at_most": wait}, "dwell_p90_hours": {"at_most": dwell}}
    with np.errstate(invalid="ignore"):
        good = (columns["wait_mean_hours"] <= wait) & (columns["dwell_p90_hours"] <= dwell)
    request = ask(document, choices, targets, front={"most_points": 500})
    if not good.any():
        with pytest.raises(RefusedError, match="no mix meets all targets"):
            size(request)
        return
    least = columns["cost"][good].min()
    best = columns["dwell_mean_hours"][good & (columns["cost"] == least)].min()
    result = size(request)
    assert result.search == "enumeration"
    assert (result.mixes, result.analyses, result.rows, result.gap) == (216, 216, 216, 0.0)
    assert result.cost_usd_per_year == least == result.lower_bound_usd_per_year
    assert result.metrics["dwell_mean_hours"].value == pytest.approx(best, rel=1e-12)
    pairs = set(zip(columns["cost"][good].tolist(), columns["dwell_mean_hours"][good].tolist(), strict=True))
    front = {p for p in pairs if not any(q[0] <= p[0] and q[1] <= p[1] and q != p for q in pairs)}
    found = {(point.cost_usd_per_year, point.value) for point in result.front.points}
    np.testing.assert_allclose(sorted(found), sorted(front), rtol=1e-9)
    assert result.front.complete
    task, other = by_cuts(request.model_copy(update={"front": None}))
    assert other.cost == least == other.bound
    assert task.lattice.mix(other.mix) == {item.path: item.value for item in result.items}


@pytest.mark.parametrize("method", ["fast", "exact"])
@pytest.mark.parametrize(
    ("per_day", "minutes", "limit"), [(48, 55, 0.5), (240, 25, 0.02), (30, 40, 0.2), (700, 30, 0.01)]
)
def test_one_station_against_erlang(per_day, minutes, limit, method, size):
    fewest = int(fewest_servers_for_wait(per_day / 24, minutes / 60, limit))
    choices = servers("desk", 40, 1e5)
    request = ask(
        hub({"desk": desk(minutes)}, per_day), choices, {"wait_mean_hours": {"at_most": limit}}, method=method
    )
    result = size(request)
    assert result.items[0].value == fewest
    assert result.targets[0].verdict.status == "exact"
    assert result.targets[0].value == pytest.approx(
        float(mmc_wait_mean_hours(per_day / 24, minutes / 60, fewest)), rel=1e-9
    )
    less = next((n for n in result.neighbors if n.steps == -1), None)
    assert less is None or less.missed == ["wait_mean_hours"]
    assert by_cuts(request)[1].mix.tolist() == [fewest - 1]


def test_a_tandem_against_erlang_station_by_station(size):
    """Departures of M/M/c are Poisson (Burke 1956), so the waits of a tandem add up exactly."""
    minutes, costs = {"a": 50.0, "b": 70.0, "c": 35.0}, {"a": 3e5, "b": 5e5, "c": 2e5}
    waits = {n: mmc_wait_mean_hours(2.5, m / 60, np.arange(4, 11)) for n, m in minutes.items()}
    mixes = itertools.product(range(7), repeat=3)
    total = {mix: sum(float(waits[n][i]) for n, i in zip(minutes, mix, strict=True)) for mix in mixes}
    cost = {mix: sum(costs[n] * (i + 4) for n, i in zip(minutes, mix, strict=True)) for mix in total}
    best = min((cost[mix], total[mix], mix) for mix in total if total[mix] <= 0.2)
    choices = {p: c for n in minutes for p, c in servers(n, 10, costs[n], first=4).items()}
    document = hub({n: desk(m) for n, m in minutes.items()}, per_day=60.0)
    result = size(ask(document, choices, {"wait_mean_hours": {"at_most": 0.2}}, method="exact"))
    assert [int(item.value) for item in result.items] == [i + 4 for i in best[2]]
    assert result.cost_usd_per_year == best[0]
    assert result.targets[0].value == pytest.approx(best[1], rel=1e-9)
    assert result.targets[0].margin == pytest.approx(0.2 - best[1], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fast", "exact"])
def test_more_mixes_than_may_be_analyzed_are_searched_by_cuts(method, size):
    minutes, costs = {"a": 50.0, "b": 70.0}, {"a": 3e5, "b": 5e5}
    counts, per_hour, waits = np.arange(1, 111), 62.5, []
    for mean in minutes.values():
        stable = counts > per_hour * mean / 60
        wait = mmc_wait_mean_hours(per_hour, mean / 60, np.where(stable, counts, 110))
        waits.append(np.where(stable, wait, np.inf))
    total = waits[0][:, None] + waits[1][None, :]
    cost = 3e5 * counts[:, None] + 5e5 * counts[None, :]
    choices = {p: c for n in minutes for p, c in servers(n, 110, costs[n]).items()}
    document = hub({n: desk(m) for n, m in minutes.items()}, per_day=24 * per_hour)
    asked = {"method": method, "most_analyses": 10_000, "front": {"metric": "wait_mean_hours", "most_points": 4}}
    result = size(ask(document, choices, {"wait_mean_hours": {"at_most": 0.05}}, **asked))
    assert (result.search, result.monotonicity, result.gap) == ("cuts", "checked", 0.0)
    assert result.cost_usd_per_year == cost[total <= 0.05].min() == result.lower_bound_usd_per_year
    assert result.analyses < result.mixes == 12_100
    assert result.targets[0].saving_usd_per_year == pytest.approx(result.cost_usd_per_year - 8e5)
    assert "monotone_assumed" in {advice.code for advice in result.warnings}
    for point in result.front.points:
        assert point.cost_usd_per_year == cost[total <= point.value * (1 + 1e-9)].min()
    assert list(result.charts) == ["front"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_better_method_against_brute_force_over_it(seed, size):
    _, document, costs, choices = random_case(seed)
    columns = brute_force(document, costs, method="auto")
    fast = brute_force(document, costs)
    stable = np.isfinite(columns["dwell_p90_hours"])
    limit = float(np.quantile(columns["dwell_p90_hours"][stable], 0.3) * 1.0001)
    with np.errstate(invalid="ignore"):
        good = columns["dwell_p90_hours"] <= limit
        assert (good != (fast["dwell_p90_hours"] <= limit)).any()  # the methods differ about some mixes
    result = size(ask(document, choices, {"dwell_p90_hours": {"at_most": limit}}, method="auto"))
    assert result.cost_usd_per_year == columns["cost"][good].min()
    assert result.targets[0].value <= limit
    assert result.confirmations > 0


def test_a_better_stage_may_make_the_next_one_worse(size):
    """What waits less at the documents comes to the front more unevenly: more officers are not better everywhere."""
    choices = {
        "stages.documents.officers": {"from": 2, "to": 7, "cost_usd_per_year": 6e4},
        "stages.reception.servers": {"from": 1, "to": 4, "cost_usd_per_year": 15e4},
        "stages.front.cranes": {"from": 3, "to": 6, "cost_usd_per_year": 9e5},
    }
    targets = {"wait_mean_hours": {"at_most": 1.5}, "stages.front.wait_mean_hours": {"at_most": 0.4}}
    request = ask("khorgos-gateway", choices, targets)
    result = size(request)
    _, found = by_cuts(request)
    assert found.monotonicity == "violated"
    assert found.cost == result.cost_usd_per_year == found.bound


def test_measures_are_those_of_the_report():
    paths = {"stages.front.cranes": [2, 3, 5], "stages.reception.servers": [1, 2]}
    report = hubcalc.analyze("khorgos-gateway", paths, metrics=["utilization"], method="fast").report
    document = Fixtures().hub("khorgos-gateway")
    stations = report.results[0].stations
    left_out = {
        "arrivals_per_day",
        "growth_per_day",
        "backlog_at_horizon",
        "fewest_stable_servers",
        "capacity_is_bound",
    }
    columns = [name for name in station_columns() if name not in left_out | {"stage", "kind", "limit"}]
    names = [f"stages.{row.stage}.{name}" for row in stations for name in (*columns, *row.details)]
    measures = Measures(document, dict.fromkeys(names, ""), None)
    values = list(itertools.product(*paths.values()))
    found = measures.evaluate({p: np.array(v, float) for p, v in zip(paths, zip(*values, strict=True), strict=True)}, 6)
    for i, result in enumerate(report.results):
        told = measures.told(dict(zip(paths, values[i], strict=True)), "fast")
        for row in result.stations:
            for name in (*columns, *row.details):
                expected = getattr(row, name) if name in columns else row.details[name].value
                value = found[f"stages.{row.stage}.{name}"][i]
                assert value == pytest.approx(np.nan if expected is None else expected, nan_ok=True, rel=1e-12)
                assert told.metric(f"stages.{row.stage}.{name}").value == pytest.approx(expected, rel=1e-12)


def test_costs_are_told_item_by_item(size):
    choices = {
        "stages.a.servers": {
            "from": 1,
            "to": 5,
            "existing": 2,
            "capital_usd": 1e6,
            "life_years": 20,
            "operating_usd_per_year": 5e4,
        },
        "flow.per_day": {"values": [30.0, 40.0], "cost_usd_per_year": [7.0, 3.0]},
    }
    targets = {"wait_mean_hours": {"at_most": 0.7}, "utilization": {"at_most": 0.9}}
    result = size(ask(hub({"a": desk(100.0)}), choices, targets, discount_rate=0.08))
    crews, flow = result.items
    assert (crews.value, flow.value, crews.present, flow.present) == (4.0, 40.0, 1.0, 48.0)
    assert crews.capital_usd == 2e6 == result.capital_usd
    assert crews.annuity_usd_per_year == pytest.approx(2e6 * 0.08 / (1 - 1.08**-20), rel=1e-12)
    assert crews.operating_usd_per_year == 2e5
    assert flow.cost_usd_per_year == 3.0
    assert result.cost_usd_per_year == pytest.approx(crews.annuity_usd_per_year + 2e5 + 3.0, rel=1e-12)
    wait, utilization = result.targets
    assert wait.binds
    assert not utilization.binds
    assert utilization.margin == pytest.approx(0.9 - 40 * 100 / 1440 / 4, rel=1e-9)
    assert {(n.path, n.steps, n.value) for n in result.neighbors} == {
        ("stages.a.servers", -1, 3.0),
        ("stages.a.servers", 1, 5.0),
        ("flows.trains.per_day", -1, 30.0),
    }
    assert "largest_chosen" in {advice.code for advice in result.warnings}  # of the flow


@pytest.mark.parametrize(
    ("rate", "years", "factor"),
    # compound interest tables (A/P, i, n) of textbooks of engineering economics
    [(0.08, 20, 0.1019), (0.10, 10, 0.1627), (0.05, 5, 0.2310), (0.12, 30, 0.1241), (0.06, 1, 1.06), (0.0, 25, 0.04)],
)
def test_capital_recovery_factor_of_published_tables(rate, years, factor):
    assert capital_recovery_factor(rate, years) == pytest.approx(factor, abs=5e-5)


@pytest.mark.parametrize(("rate", "years"), [(0.08, 20), (1e-9, 30), (0.5, 3)])
def test_payments_are_worth_the_capital(rate, years):
    payment = capital_recovery_factor(rate, years)
    assert sum(payment / (1 + rate) ** year for year in range(1, years + 1)) == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(ArgumentError, match="life_years"):
        capital_recovery_factor(rate, 0)


def test_a_target_out_of_reach_is_named_with_what_is_missing(size):
    document = hub({"a": desk(60.0)})
    with pytest.raises(RefusedError) as caught:
        size(ask(document, servers("a", 4, 1.0), {"dwell_mean_hours": {"at_most": 0.9}}))
    best = 1 + float(mmc_wait_mean_hours(2.0, 1.0, 4))
    message = str(caught.value)
    assert f"dwell_mean_hours at most 0.9 h is missed by {best - 0.9:.4g} h" in message
    assert "stages.a.servers=4" in message
    assert caught.value.problems[0].pointer == "/targets"


def test_without_a_steady_state_it_is_said(size):
    with pytest.raises(RefusedError, match=r"wait_mean_hours at most 2: .*as without a steady state"):
        size(ask(hub({"a": desk(60.0)}), servers("a", 2, 1.0), {"wait_mean_hours": {"at_most": 2}}))


def test_exact_refuses_what_rests_on_approximations(size):
    document = hub({"a": desk(50.0, law="gamma", scv=0.5), "b": desk(50.0, law="gamma", scv=0.5)}, scv=0.7)
    choices = {**servers("a", 5, 1.0), **servers("b", 5, 1.0)}
    with pytest.raises(RefusedError, match="method=exact"):
        size(ask(document, choices, {"wait_mean_hours": {"at_most": 2}}, method="exact"))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"choices": servers("nowhere", 3, 1.0)}, "/choices/stages.nowhere.servers"),
        ({"choices": {"stages.a.servers": {"values": [1.5], "cost_usd_per_year": 1.0}}}, "/choices/stages.a.servers"),
        ({"choices": {"stages.a.servers": {"values": [0], "cost_usd_per_year": 1.0}}}, "/choices/stages.a.servers"),
        (
            {"choices": {"flows.trains.direction": {"values": [1], "cost_usd_per_year": 1.0}}},
            "/choices/flows.trains.direction",
        ),
        ({"targets": {"wait": {"at_most": 1}}}, "/targets/wait"),
        ({"targets": {"bottleneck": {"at_most": 1}}}, "/targets/bottleneck"),
        ({"targets": {"stages.a.wait": {"at_most": 1}}}, "/targets/stages.a.wait"),
        ({"front": {"metric": "dwell"}}, "/front/metric"),
        ({"front": {"metric": "practical_capacity_per_day"}}, "/front/metric"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_place(change, pointer):
    asked = {"choices": servers("a", 3, 1.0), "targets": {"wait_mean_hours": {"at_most": 1}}} | change
    with pytest.raises(InputError) as caught:
        build_sizing(ask(hub({"a": desk(60.0)}), **asked), Fixtures())
    assert caught.value.problems[0].pointer == pointer


def test_corridors_are_not_sized():
    asked = ask("china-europe-express", servers("a", 3, 1.0), {"wait_mean_hours": {"at_most": 1}})
    corridor = asked.model_copy(update={"subject": Subject(kind="corridor", id="china-europe-express")})
    with pytest.raises(InputError) as caught:
        build_sizing(corridor, Fixtures())
    assert caught.value.problems[0].pointer == "/subject"


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"from": 1, "cost_usd_per_year": 1.0}, "give both ends"),
        ({"from": 3, "to": 2, "cost_usd_per_year": 1.0}, "must rise"),
        ({"values": [2, 2], "cost_usd_per_year": 1.0}, "must rise"),
        ({"cost_usd_per_year": 1.0}, "a range or a list"),
        ({"from": 1, "to": 2, "values": [1], "cost_usd_per_year": 1.0}, "a range or a list"),
        ({"from": 1, "to": 1e9, "cost_usd_per_year": 1.0}, "at most 1000"),
        ({"from": 1, "to": 2}, "give the yearly cost"),
        ({"from": 1, "to": 2, "cost_usd_per_year": 1.0, "operating_usd_per_year": 1.0}, "give the yearly cost"),
        ({"from": 1, "to": 2, "capital_usd": 1.0}, "needs a life"),
        ({"from": 1, "to": 2, "cost_usd_per_year": [1.0]}, "each of the 2 values"),
        ({"from": 1, "to": 2, "cost_usd_per_year": -1.0}, "0 or more"),
        ({"from": 1, "to": 2, "cost_usd_per_year": 1.0, "existing": 1}, "single units"),
    ],
)
def test_choices_that_make_no_sense_are_refused(choice, said):
    with pytest.raises(ValidationError, match=said):
        Choice.model_validate(choice)
