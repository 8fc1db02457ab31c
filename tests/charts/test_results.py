"""Charts of results: what is drawn is what the result says, and nothing is drawn where there is nothing."""

from typing import Any

import pytest

from hubcalc.charts.analyses import analysis_chart, calculation_chart, over_inputs
from hubcalc.charts.backlogs import clearing_chart, recovery_chart
from hubcalc.charts.base import Rows
from hubcalc.charts.curves import curve_chart
from hubcalc.charts.days import day_chart
from hubcalc.charts.marks import places
from hubcalc.charts.pictures import svg
from hubcalc.charts.simulated import simulation_chart
from hubmodels.answers import AnswerColumn
from hubmodels.calculators.answers import Calculation, CalculatorReport
from hubmodels.results import (
    CapacityCurve,
    Clearing,
    CurvePoint,
    DayProfile,
    HourOfDay,
    HubReference,
    Metric,
    Recovery,
    StageProfile,
    Verdict,
)
from hubmodels.simulation_results import (
    Interval,
    SimulatedYard,
    SimulationInputs,
    SimulationReport,
    SimulationRun,
)

HUB = HubReference(id="port", name="Port & <Co>", kind="dry_port")
EXACT = Verdict(status="exact", method="arithmetic", expected_error=0)
COMMON: dict[str, Any] = {"hub": HUB, "model_version": "1", "overrides": {}}


def subtitle(spec: Any) -> str:
    return " ".join(spec["title"].get("subtitle", []))


def layer_of(spec: Any, mark: str) -> list[dict[str, Any]]:
    return [r for layer in spec["layer"] if layer["mark"]["type"] == mark for r in layer["data"]["values"]]


def drawn(spec: Any) -> str:
    pytest.importorskip("vl_convert")
    return svg(spec)


class TestCurve:
    def curve(self, hours: list[float | None]) -> CapacityCurve:
        points = [
            CurvePoint(flow_per_day=10.0 * (i + 1), utilization=0.1, wait_mean_hours=long, wait_over_service=None,
                       dwell_mean_hours=long, dwell_p50_hours=None, dwell_p90_hours=long, dwell_p95_hours=None,
                       verdict=EXACT)
            for i, long in enumerate(hours)
        ]  # fmt: skip
        return CapacityCurve(**COMMON, unit="train", scale=None, present_per_day=10.0, levels=[], points=points,
                             theoretical_capacity_per_day=50.0, practical_capacity_per_day=20.0)  # fmt: skip

    def test_lines_and_marks_are_as_given(self) -> None:
        spec = curve_chart(self.curve([1.0, 2.0, 3.0, 4.0]), 35.0)
        assert spec is not None
        line = [(r["flow"], r["hours"]) for r in layer_of(spec, "line") if r["series"] == "mean dwell"]
        assert line == [(10.0, 1.0), (20.0, 2.0), (30.0, 3.0), (40.0, 4.0)]
        marks = {r["mark"]: r["flow"] for r in layer_of(spec, "rule")}
        assert marks == {"present": 10.0, "practical": 20.0, "sustainable": 35.0, "theoretical": 50.0}
        assert "Port &amp; &lt;Co&gt;" in drawn(spec)

    def test_times_without_end_are_cut_on_the_line_and_said(self) -> None:
        spec = curve_chart(self.curve([1.0, 2.0, 4.0, 100.0]))
        assert spec is not None
        line = [(r["flow"], r["hours"]) for r in layer_of(spec, "line") if r["series"] == "mean dwell"]
        assert line[-1] == (pytest.approx(30 + 10 * (8 - 4) / (100 - 4)), 8.0)
        assert "longer times than 8 h are not shown" in subtitle(spec)

    def test_without_times_there_is_none(self) -> None:
        assert curve_chart(self.curve([None, None])) is None


class TestDay:
    def day(self, *stages: tuple[str, list[float]], weekly: bool = False) -> DayProfile:
        profiles = [
            StageProfile(
                stage=name, wait_mean_hours=1.0, queue_peak=1.0, queue_peak_hour=0.0, growth_per_day=0.0, verdict=EXACT,
                hours=[
                    HourOfDay(day=i // 24 if weekly else None, hour=i % 24, arrivals_per_hour=1.0, open_share=1.0,
                              utilization=0.5, queue_mean=queue, wait_mean_hours=queue / 2)
                    for i, queue in enumerate(queues)
                ],
            )
            for name, queues in stages
        ]  # fmt: skip
        return DayProfile(**COMMON, stages=profiles)

    def test_each_hour_lasts_to_its_end(self) -> None:
        queues = [float(i) for i in range(24)]
        spec = day_chart(self.day(("gate", queues), ("yard", [])))
        assert spec is not None
        assert [(r["hour"], r["queue"], r["wait_hours"]) for r in spec["data"]["values"]] == [
            *((i, float(i), i / 2) for i in range(24)),
            (24, 23.0, 11.5),
        ]
        assert subtitle(spec) == "without steady state: yard"
        assert "21:00" in drawn(spec)

    def test_a_week_names_its_days(self) -> None:
        spec = day_chart(self.day(("gate", [1.0] * 168), weekly=True))
        assert spec is not None
        assert spec["data"]["values"][-1]["hour"] == 168
        assert all(name in drawn(spec) for name in ("Mon", "Sun"))

    def test_of_many_stages_the_longest_queues_are_shown(self) -> None:
        spec = day_chart(self.day(*((f"s{i}", [float(i)] * 24) for i in range(12))))
        assert spec is not None
        assert {r["stage"] for r in spec["data"]["values"]} == {f"s{i}" for i in range(5, 12)}
        assert "7 stages with the longest queues of 12" in subtitle(spec)

    def test_without_a_steady_state_there_is_none(self) -> None:
        assert day_chart(self.day(("gate", []))) is None


CLEARING: dict[str, Any] = {
    **COMMON, "stage": "gate", "unit": "truck", "queue": 50.0, "arrivals_per_day": 20.0, "capacity_per_day": 40.0,
    "cleared_after_hours": 60.0, "cleared_p10_hours": 40.0, "cleared_p90_hours": 90.0,
    "last_in_queue_hours": 30.0, "growth_per_day": 0.0, "verdict": EXACT,
}  # fmt: skip
RECOVERY: dict[str, Any] = {
    **COMMON, "stage": "gate", "unit": "truck", "closed_hours": 72.0, "backlog": 60.0, "backlog_usual": 1.0,
    "recovered_after_hours": 80.0, "affected": 100.0, "delay_mean_hours": 36.0, "growth_per_day": 0.0,
    "verdict": EXACT,
}  # fmt: skip


class TestBacklogs:
    def test_bars_last_until_the_line_has_cleared(self) -> None:
        spec = clearing_chart(Clearing(**CLEARING))
        assert spec is not None
        assert [(r["from"], r["to"]) for r in layer_of(spec, "bar")] == [(0.0, 30.0), (0.0, 60.0)]
        assert [(r["from"], r["to"]) for r in layer_of(spec, "rule")] == [(40.0, 90.0)]
        assert "60 h (P10 40 h, P90 90 h)" in drawn(spec)

    def test_a_line_that_never_clears_is_said(self) -> None:
        gone = {"cleared_after_hours": None, "cleared_p10_hours": None, "cleared_p90_hours": None}
        spec = clearing_chart(Clearing(**{**CLEARING, **gone, "growth_per_day": 4.0}))
        assert spec is not None
        assert [r["to"] for r in layer_of(spec, "bar")] == [30.0]
        assert "grows by 4 trucks a day and never clears" in subtitle(spec)
        assert clearing_chart(Clearing(**{**CLEARING, **gone, "last_in_queue_hours": None})) is None

    def test_a_line_of_nobody_can_be_drawn(self) -> None:
        none = {name: 0.0 for name in CLEARING if name.endswith("_hours")}
        spec = clearing_chart(Clearing(**{**CLEARING, **none, "queue": 0.0}))
        assert spec is not None
        assert "0 h" in drawn(spec)

    def test_recovery_follows_the_closure(self) -> None:
        spec = recovery_chart(Recovery(**RECOVERY))
        assert spec is not None
        assert [(r["from"], r["to"]) for r in layer_of(spec, "bar")] == [(-72.0, 0.0), (0.0, 80.0)]
        assert "60 trucks in line when it ends, 1 usually; 100 are delayed, by 36 h in the mean" in subtitle(spec)

    def test_a_line_that_never_recovers_is_said(self) -> None:
        never = {"recovered_after_hours": None, "affected": None, "delay_mean_hours": None, "growth_per_day": 2.0}
        spec = recovery_chart(Recovery(**{**RECOVERY, **never}))
        assert spec is not None
        assert len(layer_of(spec, "bar")) == 1
        assert "never recovers" in subtitle(spec)


class TestSimulation:
    def report(self, value: float | None) -> SimulationReport:
        interval = Interval(value=value, low=None if value is None else value - 1, high=None if value is None else 9.0)
        run = SimulationRun(
            status="steady" if value else "growing", reason="" if value else "the line grows", precision_reached=0.01,
            precision_met=True, warm_up_hours=1.0, hours=10.0, replications=2, events=5, level=0.95,
        )  # fmt: skip
        yard = SimulatedYard(stage="yard", mean_teu=interval, p50_teu=interval, p95_teu=interval)
        return SimulationReport(
            hub=HUB, model_version="1", unit="train", inputs=SimulationInputs(), run=run, metrics={}, flows=[],
            stations=[], yards=[yard], trace=[], warnings=[], evidence={},
        )  # fmt: skip

    def test_points_have_their_intervals(self) -> None:
        spec = simulation_chart(self.report(8.0), "yards")
        assert spec is not None
        records = spec["vconcat"][0]["data"]["values"]
        assert [(r["what"], r["value"], r["low"], r["high"]) for r in records] == [
            (f"yard: {what}", 8.0, 7.0, 9.0) for what in ("mean", "P50", "P95")
        ]
        assert "95 %" in subtitle(spec)
        assert "yard: P95" in drawn(spec)

    def test_where_nothing_was_observed_there_is_none(self) -> None:
        assert simulation_chart(self.report(None), "yards") is None
        assert simulation_chart(self.report(8.0), "trace") is None
        assert simulation_chart(self.report(8.0), "metrics") is None


class TestOverInputs:
    def report(self, questions: list[dict[str, Any]], metric: str = "wait_mean_hours") -> CalculatorReport:
        results = [
            Calculation(
                inputs={name: value for name, value in q.items() if name != "value"},
                metrics={metric: Metric(value=q["value"], unit="h", verdict=EXACT)},
            )
            for q in questions
        ]
        given = [name for name in questions[0] if name != "value"]
        return CalculatorReport(calculator="queue", title="Queue", model_version="1", given=given,
                                units=dict.fromkeys(given, "1/h"), results=results, references=[])  # fmt: skip

    def test_one_input_makes_a_line(self) -> None:
        spec = calculation_chart(self.report([{"a": i, "b": 2, "value": float(i)} for i in range(1, 5)]))
        assert spec is not None
        assert [(r["input"], r["value"]) for r in spec["data"]["values"]] == [(i, float(i)) for i in range(1, 5)]
        assert spec["title"]["text"] == ["Queue: wait mean"]

    def test_two_inputs_make_a_heat_map_of_the_same_numbers(self) -> None:
        questions = [{"a": a, "b": b, "value": None if b == 3 else 10.0 * a + b} for a in (1, 2, 3) for b in (1, 3)]
        spec = calculation_chart(self.report(questions))
        assert spec is not None
        cells = {(r["x"], r["y"]): r["value"] for r in spec["layer"][0]["data"]["values"]}
        assert cells == {("1", "1"): 11.0, ("2", "1"): 21.0, ("3", "1"): 31.0}
        assert {(r["x"], r["y"]) for r in spec["layer"][1]["data"]["values"]} == {(a, "3") for a in "123"}

    def test_three_inputs_make_lines(self) -> None:
        questions = [{"a": a, "b": b, "c": c, "value": a + b + c} for a in (1, 2, 3) for b in (1, 2) for c in (1, 2)]
        spec = calculation_chart(self.report(questions))
        assert spec is not None
        assert len({r["series"] for r in spec["data"]["values"]}) == 4

    def test_one_question_has_no_chart(self) -> None:
        assert calculation_chart(self.report([{"a": 1, "value": 2.0}])) is None
        assert calculation_chart(self.report([{"a": 1, "value": 2.0}, {"a": 2, "value": 3.0}]), ["other"]) is None

    def test_shares_are_percent(self) -> None:
        columns = [AnswerColumn(name=name, unit="1") for name in ("x.a", "x.b", "blocking_share")]
        rows = Rows(columns, [[a, b, 0.1 * a] for a in (1, 2) for b in (1, 2)])
        spec = over_inputs("Title", rows, ["x.a", "x.b"], "blocking_share")
        assert spec is not None
        values = sorted(r["value"] for r in spec["layer"][0]["data"]["values"])
        assert values == pytest.approx([10.0, 10.0, 20.0, 20.0])
        assert "[%]" in drawn(spec)


def test_labels_of_marks_do_not_collide() -> None:
    marks = {"a": 1.0, "b": 1.01, "c": 1.02, "d": 99.0, "e": 98.9}
    found = places(marks, 0.0, 100.0)
    assert set(found) == set(marks)
    assert len({found[name] for name in "abc"}) == 3
    assert found["d"] != found["e"]


def test_an_analysis_without_a_number_has_no_chart() -> None:
    from hubcalc.analysis import analyze  # here, since it is slow to load

    report = analyze("khorgos-gateway", {"flow.per_day": [8, 9]}, metrics=["bottleneck"], method="fast").report
    assert analysis_chart(report, "metrics", ["bottleneck"]) is None
    assert analysis_chart(report, "evidence") is None
