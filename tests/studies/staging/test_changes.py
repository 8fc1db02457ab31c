"""How staging answers to changes of what is asked, and what it refuses."""

import io
import math

import numpy as np
import pyarrow.parquet
import pytest
from pydantic import ValidationError

from hubcalc import analyze
from hubcalc.documents import Fixtures
from hubcalc.errors import OverrideError, ParameterError, RefusedError, UnknownPathError
from hubcalc.studies.rows import encode
from hubcalc.studies.staging import build_staging
from hubmodels.studies.staging import StagingRequest

CLOSE = 1e-9
CORRIDOR = {"kind": "corridor", "id": "middle-corridor"}
PRICED = {"capital_usd": 1e6, "lead_years": 2, "life_years": 20}
SECOND = {"id": "second", "increments": {"stages.desk.servers": 1}, **PRICED}


def adding(path, count=1):
    """Write a request's expansions: one that adds to an input."""
    return {"expansions": [{"id": "second", "increments": {path: count}, **PRICED}]}


def test_more_demand_never_triggers_later(ask, linear):
    before = 2200
    for step in (0.5, 1.0, 2.0, 4.0, 8.0):
        result, _ = ask(demand=linear(step=step))
        year = result.triggers[0].trigger_year or 2199
        assert year <= before
        before = year


def test_dearer_or_slower_expansions_never_help(ask, expansion):
    gains = [ask(expansions=[expansion(capital_usd=c)])[0].best.gain_usd for c in (1e5, 1e6, 1e7, 1e9)]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] == 0.0
    leads = [ask(expansions=[expansion(lead_years=n, capital_usd=0.0)])[0].best.gain_usd for n in (0, 1, 4, 9, 10)]
    assert leads == sorted(leads, reverse=True)
    assert leads[-1] == 0.0


def test_a_choice_more_never_hurts_and_an_order_never_helps(ask, expansion, pair):
    other = expansion("fast", "stages.desk.servers", 2, capital_usd=9e5)
    one, more = ask(expansions=pair)[0], ask(expansions=[*pair, other])[0]
    tied = ask(expansions=[*pair, other], ordered=True)[0]
    assert more.best.expected_npv_usd >= one.best.expected_npv_usd * (1 - CLOSE)
    assert tied.best.expected_npv_usd <= more.best.expected_npv_usd * (1 + CLOSE)
    assert [found is not None for found in tied.best.years.values()] == sorted(
        (found is not None for found in tied.best.years.values()), reverse=True
    )


def test_of_alternatives_the_better_one_is_built(ask, expansion):
    small = expansion("small", capital_usd=4e5)
    large = expansion("large", add=2, capital_usd=5e5)
    alternatives = ask(expansions=[small, {**large, "excludes": ["small"]}])[0]
    alone = [ask(expansions=[each])[0].best.expected_npv_usd for each in (small, large)]
    assert alternatives.best.expected_npv_usd == pytest.approx(max(alone), rel=CLOSE)
    assert ask(expansions=[small, large])[0].best.expected_npv_usd >= max(alone)
    for found in (*alternatives.regrets, alternatives.least_regret, *alternatives.hindsight.values()):
        assert None in found.years.values()
    assert all(None in years.values() for years in alternatives.rule.years.values())
    # in the order of the list the first one stands, and the other never does
    assert [level.expansion for level in alternatives.levels] == [None, "small"]
    assert {trigger.expansion for trigger in alternatives.triggers} == {"small"}


def test_prices_twice_as_high_are_worth_twice_as_much(ask, pair):
    plain, _ = ask(expansions=pair)
    prices = {"revenue_usd_per_unit": 200.0, "waiting_usd_per_unit_hour": 6.0, "unserved_usd_per_unit": 40.0}
    costs = ("capital_usd", "operating_usd_per_year")
    dearer = [{**item, **{name: 2 * item.get(name, 0.0) for name in costs}} for item in pair]
    double, _ = ask(economics={**prices, "operating_usd_per_year": 2e5}, expansions=dearer)
    assert double.best.years == plain.best.years
    assert double.least_regret.years == plain.least_regret.years
    for one, other in zip(plain.regrets, double.regrets, strict=True):
        assert list(other.npv_usd.values()) == pytest.approx([2 * npv for npv in one.npv_usd.values()], rel=CLOSE)


def test_what_it_costs_to_run_what_stands_changes_no_schedule(ask, pair):
    plain, dear = ask(expansions=pair)[0], ask(economics={"operating_usd_per_year": 5e6}, expansions=pair)[0]
    assert dear.best.years == plain.best.years
    assert dear.best.gain_usd == pytest.approx(plain.best.gain_usd, rel=1e-6)
    assert dear.perfect_information_usd == pytest.approx(plain.perfect_information_usd, rel=1e-6)


def test_rows_of_a_real_hub_are_those_of_its_analysis(ask):
    cranes = {"id": "crane", "increments": {"stages.front.cranes": 1}, **PRICED}
    wagons = {"id": "wagons", "increments": {"stages.platforms.platforms": 4000}, **PRICED, "lead_years": 0}
    demand = {2030: {"p10": 10.0, "p50": 11.0, "p90": 12.0}, 2039: {"p10": 12.0, "p50": 15.0, "p90": 19.0}}
    khorgos = {"kind": "hub", "id": "khorgos-gateway"}
    economics = {"revenue_usd_per_unit": 8000.0, "time": "dwell_mean_hours", "free_hours": 10.0}
    result, rows = ask(economics=economics, subject=khorgos, demand=demand, expansions=[cranes, wagons])
    per_day = {"westbound": 11.0, "eastbound": 1.65, "trucks": 20.0}
    metrics = ["wait_mean_hours", "dwell_mean_hours", "utilization", "practical_capacity_per_day"]
    for i in range(0, len(rows["row"]), 7):
        served = rows["served_per_day"][i]
        change = {f"flows.{flow}.per_day": served * size / 11.0 for flow, size in per_day.items()}
        change["stages.front.cranes"] = 4 if "crane" in rows["built"][i] else 3
        change["stages.platforms.platforms"] = 14_900 if "wagons" in rows["built"][i] else 10_900
        found = analyze("khorgos-gateway", change, metrics=metrics, method="fast").columns()
        for name in metrics[:3]:
            assert rows[name][i] == pytest.approx(found[name][0], rel=1e-6), name
        assert rows["capacity_per_day"][i] == pytest.approx(found[metrics[3]][0], rel=1e-6)
        hours = max(rows["dwell_mean_hours"][i] - 10.0, 0.0)
        assert rows["waiting_usd"][i] == pytest.approx(365 * 3.0 * served * hours, rel=1e-9)
    assert {advice.code for advice in result.warnings} <= {"demand_outgrows_all", "expansion_too_late"}
    assert result.subject.id == "khorgos-gateway"


def test_one_path_alone_leaves_nothing_to_regret(ask, linear, pair):
    result, _ = ask(demand=linear(), expansions=pair)
    assert result.weights == {"base": 1.0}
    assert result.perfect_information_usd == 0.0
    assert result.least_regret.largest_regret_usd == 0.0
    assert result.best.deviation_usd == 0.0


def test_growth_is_the_demand_it_makes(ask, by_schedule):
    rates = {"p10": 0.01, "p50": 0.05, "p90": 0.1}
    grown, rows = ask(demand={}, growth={"rates": rates}, years=10)
    given = {year: {p: 10.0 * (1 + g) ** (year - 2030) for p, g in rates.items()} for year in (2030, 2039)}
    listed, _ = ask(demand=given)
    assert listed.best.npv_usd == pytest.approx(grown.best.npv_usd, rel=1e-9)
    assert by_schedule(rows, "demand_per_day", "best", "p90")[-1] == pytest.approx(10.0 * 1.1**9)


def test_weights_move_the_best_schedule(ask):
    assert ask(weights={"p10": 0.98, "p50": 0.01, "p90": 0.01})[0].best.years["second"] is None
    boom, _ = ask(weights={"p10": 0.01, "p50": 0.01, "p90": 0.98})
    assert boom.best.years == boom.hindsight["p90"].years
    assert boom.best.years["second"] is not None


def test_life_ends_and_is_renewed(ask, expansion, linear, by_schedule):
    short, rows = ask(expansions=[expansion(life_years=3, capital_usd=1e5, lead_years=0)], demand=linear(step=9.0))
    ready = short.best.years["second"]
    paid = by_schedule(rows, "capital_usd", "best", "base")
    assert np.flatnonzero(paid).tolist() == list(range(ready - 2030, 10, 3))
    worn = (2039 - ready) % 3 + 1
    assert by_schedule(rows, "residual_usd", "best", "base")[-1] == pytest.approx(1e5 * (1 - worn / 3))


def test_an_expansion_beside_the_bottleneck_is_named_with_it(ask, hub, desk, expansion):
    document = hub(desk=desk(), scale=desk(minutes=50.0))
    idle = expansion("idle", "stages.scale.servers")
    result, _ = ask(document, expansions=[idle, expansion()])
    (advice,) = (a for a in result.warnings if a.code == "expansion_adds_nothing")
    assert advice.message.startswith("idle adds no practical capacity: the bottleneck is desk then")
    assert result.levels[1].bottleneck == "desk"
    # after the desk has two servers, the scale would limit
    other, _ = ask(document, expansions=[expansion(), expansion("again")])
    (advice,) = (a for a in other.warnings if a.code == "expansion_adds_nothing")
    assert "again adds no practical capacity after second: the bottleneck is scale then" in advice.message
    assert other.levels[1].added_per_day == pytest.approx(0.75 * 24 * 60 / 50 - 18.0)


def test_warnings_of_what_never_pays_is_too_slow_or_too_small(ask, expansion):
    result, _ = ask(expansions=[expansion(capital_usd=1e9), expansion("slow", lead_years=12)])
    codes = {advice.code for advice in result.warnings}
    assert {"expansion_never_pays", "expansion_too_slow", "demand_outgrows_all"} <= codes
    assert all(years == {"second": None, "slow": None} for years in (result.best.years, result.least_regret.years))


@pytest.mark.parametrize("capacity", ["practical", "sustainable", "theoretical"])
def test_each_capacity_is_that_of_the_analysis(capacity, ask, hub, pair):
    result, _ = ask(expansions=pair, capacity=capacity)
    metric = f"{capacity}_capacity_per_day"
    counts = {"stages.desk.servers": [1, 2, 3]}
    expected = analyze(hub(), counts, metrics=[metric], method="fast").column(metric)
    assert [level.capacity_per_day for level in result.levels] == pytest.approx(expected, rel=1e-6)


def test_times_beyond_the_practical_capacity_are_those_at_it(ask, linear, by_schedule):
    result, rows = ask(demand=linear(), capacity="theoretical")
    assert "times_at_practical_limit" in {advice.code for advice in result.warnings}
    waits = by_schedule(rows, "wait_mean_hours", "nothing", "base")
    assert waits.max() == pytest.approx(0.75 / 0.25, rel=CLOSE)
    assert (np.diff(waits) >= -CLOSE).all()
    assert by_schedule(rows, "utilization", "nothing", "base")[-1] == pytest.approx(1.0)


def test_times_without_a_mean_have_no_price(ask, hub, desk, linear, by_schedule):
    document = hub(desk=desk(practical_utilization=1.0))
    with pytest.raises(RefusedError, match="no steady state"):
        ask(document, demand=linear())
    result, rows = ask(document, economics={"waiting_usd_per_unit_hour": 0.0}, demand=linear())
    assert np.isnan(by_schedule(rows, "wait_mean_hours", "nothing", "base")[-1])
    assert np.isfinite(rows["discounted_usd"]).all()
    assert math.isfinite(result.best.expected_npv_usd)


def test_one_flow_may_grow_alone(ask, hub, linear, by_schedule, pair):
    document = hub()
    document["flows"]["trucks"] = {"unit": "truck", "per_day": 6.0, "route": ["desk"]}
    alone, rows = ask(document, demand=linear(start=4.0, step=1.0), scale="trucks", expansions=pair)
    # 18 a day less 10 trains
    assert alone.levels[0].capacity_per_day == pytest.approx(8.0, rel=CLOSE)
    load = (by_schedule(rows, "served_per_day", "nothing", "base") + 10.0) / 24.0
    assert by_schedule(rows, "wait_mean_hours", "nothing", "base") == pytest.approx(load / (1 - load), rel=CLOSE)
    together, _ = ask(document, demand=linear(), expansions=pair)
    # 18 a day in all, 10 of 16 trains
    assert together.levels[0].capacity_per_day == pytest.approx(11.25, rel=CLOSE)
    assert any("trucks" in text for text in alone.conventions)


def test_expansions_may_change_laws_and_set_values(ask, hub, desk, linear):
    document = hub(desk=desk(servers=2))
    plain = {"capital_usd": 1.0, "lead_years": 0, "life_years": 9}
    expansions = [
        {"id": "steady", "overrides": {"stages.desk.service_time.law": "deterministic"}, **plain},
        {"id": "third", "overrides": {"stages.desk.servers": 3}, **plain},
        {"id": "extra", "increments": {"stages.desk.servers": 1}, **plain},
        {"id": "limit", "overrides": {"targets.dwell_p90_hours": 3.0}, **plain},
    ]
    result, _ = ask(document, expansions=expansions, capacity="sustainable", demand=linear(start=30.0))
    changes = [
        {},
        {"stages.desk.service_time.law": "deterministic"},
        {"stages.desk.service_time.law": "deterministic", "stages.desk.servers": 3},
        {"stages.desk.service_time.law": "deterministic", "stages.desk.servers": 4},
        {
            "stages.desk.service_time.law": "deterministic",
            "stages.desk.servers": 4,
            "targets.dwell_p90_hours": 3.0,
        },
    ]
    metric = "sustainable_capacity_per_day"
    expected = [analyze(document, change, metrics=[metric], method="fast").column(metric)[0] for change in changes]
    assert [level.capacity_per_day for level in result.levels] == pytest.approx(expected, rel=1e-6)


def test_charts_show_the_staircase_and_what_may_be_regretted(ask, linear, pair):
    fan, _ = ask(expansions=pair)
    assert list(fan.charts) == ["staircase", "regret"]
    assert "P10 to P90" in str(fan.charts["staircase"])
    assert all(str(step.year) in str(fan.charts["staircase"]) for step in fan.staircase.steps)
    # paths that are no percentiles are lines
    paths, _ = ask(demand=linear(low=0.5, high=2.0), weights={"low": 0.5, "high": 0.5}, expansions=pair)
    assert "P10" not in str(paths.charts["staircase"])
    assert "high" in str(paths.charts["staircase"])


def test_a_chart_of_many_schedules_leaves_some_out(ask, expansion, linear):
    many = [expansion(f"e{i}", capital_usd=1e3, requires=[f"e{i - 1}"] if i else []) for i in range(12)]
    result, _ = ask(demand=linear(step=30.0), expansions=many)
    assert len(result.regrets) > 40
    shown = [record["y"] for record in result.charts["regret"]["layer"][0]["data"]["values"]]
    assert shown[:2] == ["best", "rule"]
    assert len(set(shown)) <= 40


def test_rows_can_be_kept_in_a_file(request_of, pair):
    study = build_staging(StagingRequest.model_validate(request_of(expansions=pair)), Fixtures())
    table = pyarrow.parquet.read_table(io.BytesIO(encode(study.evaluate(0), study.columns)))
    assert table.num_rows == study.rows
    assert table.column_names == [column.name for column in study.columns]
    assert table["year"].to_pylist()[:2] == [2030, 2031]


def test_holidays_do_not_count(ask, hub):
    document = hub()
    document["opening"]["holidays"] = ["01-01", "05-01"]
    fewer, all_year = ask(document)[0], ask()[0]
    plain = [r.present_values["nothing"][0].revenue_usd for r in (fewer, all_year)]
    assert plain[0] / plain[1] == pytest.approx(363 / 365, rel=CLOSE)


@pytest.mark.parametrize(
    ("fields", "error", "pointer", "said"),
    [
        (adding("stages.desk.server"), UnknownPathError, "/expansions/0/increments/stages.desk.server", "servers"),
        (adding("stages.desk.servers", 0.5), OverrideError, "/expansions/0/increments/stages.desk.servers", "whole"),
        (adding("stages.desk.servers", -1), OverrideError, "/expansions/0/increments/stages.desk.servers", "to 10000"),
        (adding("flow.per_day"), ParameterError, "/expansions/0/increments/flow.per_day", "demand"),
        (adding("stages.desk.service_time.law"), OverrideError, "/expansions/0/increments/", "choice"),
        (adding("targets.dwell_p90_hours"), OverrideError, "/expansions/0/increments/", "no number"),
        ({"expansions": [{**SECOND, "id": str(i)} for i in range(13)]}, ParameterError, "/expansions", "order"),
        ({"demand": {2031: {"base": 1.0}}}, ParameterError, "/demand", "span"),
        ({"demand": {2020: {"base": 1.0}}}, ParameterError, "/demand", "early"),
        ({"years": 30}, ParameterError, "/demand", "span"),
        ({"demand": {2030: {"low": 1.0, "high": 2.0}}, "years": 1}, ParameterError, "/weights", "paths"),
        ({"weights": {"p10": 0.5, "p50": 0.5, "p90": 0.5}}, ParameterError, "/weights", "add up"),
        ({"scale": "trucks"}, ParameterError, "/scale", "flow"),
        ({"document": None, "subject": CORRIDOR}, ParameterError, "/subject", "hub"),
    ],
)
def test_errors_point_at_their_place(fields, error, pointer, said, request_of):
    given = {**request_of(), **fields}
    with pytest.raises(error) as caught:
        build_staging(StagingRequest.model_validate(given), Fixtures())
    (problem,) = caught.value.problems
    assert problem.pointer is not None
    assert problem.pointer.startswith(pointer)
    assert said in str(problem)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"demand": {}}, "give one of them"),
        ({"growth": {"rates": {"base": 0.1}}}, "give one of them"),
        ({"demand": {}, "growth": {"rates": {"base": 0.1}}}, "how many years"),
        ({"demand": {2030: {"p10": 1.0}, 2039: {"p50": 1.0}}}, "same paths"),
        ({"demand": {2030: {"p10": 2.0, "p50": 1.0, "p90": 3.0}}}, "p10 is the least"),
        ({"demand": {2030: {"base": 0.0}}}, "greater than 0"),
        ({"expansions": [SECOND, SECOND]}, "earlier one"),
        ({"expansions": [{**SECOND, "requires": ["third"]}, {**SECOND, "id": "third"}]}, "none of those earlier"),
        ({"expansions": [{**SECOND, "excludes": ["third"]}, {**SECOND, "id": "third"}]}, "none of those earlier"),
        ({"expansions": [SECOND, {**SECOND, "id": "third", "excludes": ["second"]}], "ordered": True}, "stands with"),
        ({"expansions": [{**SECOND, "increments": {}}]}, "changes an input"),
        ({"fields": ["utilization"]}, "its own columns"),
        ({"economics": {"discount_rate": -0.01}}, "greater than or equal to 0"),
    ],
)
def test_requests_that_cannot_be_are_refused(fields, said, request_of):
    with pytest.raises(ValidationError, match=said):
        StagingRequest.model_validate({**request_of(), **fields})


def test_a_flow_of_nothing_cannot_grow(ask, hub):
    with pytest.raises(RefusedError, match="is 0"):
        ask(hub(per_day=0.0))
    grows, _ = ask(hub(per_day=0.0), scale="trains")
    assert grows.levels[0].capacity_per_day == pytest.approx(18.0, rel=CLOSE)
