"""Scenarios side by side: who states each input, differences of results, and what each input does alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from hubcalc import analyze
from hubcalc.analysis.corridors import corridor_flow, transit
from hubcalc.answers.diff import scenario_diff
from hubcalc.documents import DOCUMENT_KINDS, Fixtures
from hubcalc.errors import DocumentError, NotFoundError, OverrideError, ParameterError
from hubcalc.tables.differences import DIFF_VIEWS, diff_table
from hubmodels import SCENARIO, Corridor, LineBase, Scenario
from hubmodels.scenario_diffs import DiffEffects, DiffResult, ScenarioDiff

DOCUMENTS = Path(__file__).parent.parent / "documents"
HUB = {"kind": "hub", "id": "khorgos-gateway"}
LOOP = {"kind": "corridor", "id": "steppe-loop"}
CRANES, PLATFORMS, FLOW = "stages.front.cranes", "stages.platforms.platforms", "flows.westbound.per_day"
FIELDS = ["throughput_per_day", "practical_capacity_per_day", "wait_mean_hours", "bottleneck"]


def scenario(name: str, overrides: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "scenario", "id": name, "name": name, "subject": HUB, "overrides": overrides or {}, **more}


class Library(Fixtures):
    """The documents that come with hubcalc, some scenarios, and the made-up corridor."""

    def __init__(self, *given: dict[str, Any]) -> None:
        self.given = {item["id"]: SCENARIO.validate_python(item) for item in given}

    def scenario(self, scenario_id: str) -> Scenario:
        """Give one of the scenarios."""
        return self.given.get(scenario_id) or super().scenario(scenario_id)

    def line(self, line_id: str) -> LineBase:
        """Give a made-up line."""
        line: LineBase = DOCUMENT_KINDS["lines"].parse(self._made_up(line_id))
        return line

    def corridor(self, corridor_id: str) -> Corridor:
        """Give the made-up corridor."""
        corridor: Corridor = DOCUMENT_KINDS["corridors"].parse(self._made_up(corridor_id))
        return corridor

    @staticmethod
    def _made_up(name: str) -> Any:
        return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


def result_of(diff: ScenarioDiff, name: str) -> DiffResult:
    return next(result for result in diff.results if result.name == name)


def effects_of(diff: ScenarioDiff, name: str) -> DiffEffects:
    return next(effects for effects in diff.effects if effects.name == name)


def computed(name: str, overrides: dict[str, Any]) -> float:
    value = analyze("khorgos-gateway", overrides, metrics=[name], method="fast").metric(name).value
    assert isinstance(value, float)
    return value


BASE = scenario("base-case", {"flow.per_day": 13.0, PLATFORMS: 13000})
HIGH = scenario(
    *("high-case", {FLOW: 15.0, CRANES: 4}),
    base="base-case",
    evidence={CRANES: {"basis": "assumption", "note": "One more."}},
)


@pytest.fixture(scope="module")
def diff() -> ScenarioDiff:
    return scenario_diff("high-case", fields=FIELDS, documents=Library(BASE, HIGH))


def test_one_scenario_stands_beside_its_base(diff: ScenarioDiff) -> None:
    assert [(side.id, side.kind, side.bases) for side in diff.sides] == [
        ("base-case", "scenario", []),
        ("high-case", "scenario", ["base-case"]),
    ]


def test_without_a_base_it_stands_beside_its_subject() -> None:
    found = scenario_diff("base-case", fields=FIELDS, documents=Library(BASE))
    assert [(side.id, side.kind) for side in found.sides] == [
        ("khorgos-gateway", "document"),
        ("base-case", "scenario"),
    ]


def test_inputs_say_who_states_them(diff: ScenarioDiff) -> None:
    # the platforms are those of the base on both sides, so that they do not differ
    assert [(item.path, item.unit) for item in diff.inputs] == [(FLOW, "units/day"), (CRANES, "cranes")]
    assert [item.document_value for item in diff.inputs] == [11.0, 3]
    flow, cranes = diff.inputs
    assert [(side.value, side.stated_by, side.basis) for side in flow.sides] == [
        (13.0, "base-case", "override"),
        (15.0, "high-case", "override"),
    ]
    assert [(side.value, side.stated_by, side.basis) for side in cranes.sides] == [
        (3, None, "published"),
        (4, "high-case", "assumption"),
    ]
    assert cranes.sides[0].source is not None
    assert cranes.sides[1].note == "One more."


def test_results_are_those_of_the_analysis(diff: ScenarioDiff) -> None:
    given: list[dict[str, Any]] = [{FLOW: 13.0, PLATFORMS: 13000}, {FLOW: 15.0, PLATFORMS: 13000, CRANES: 4}]
    assert [result.name for result in diff.results] == FIELDS
    for result in diff.results[:-1]:
        first, second = (computed(result.name, overrides) for overrides in given)
        assert [side.value for side in result.sides] == [first, second]
        assert result.sides[1].difference == second - first
        assert result.sides[1].relative_difference == (second - first) / first
    bottleneck = result_of(diff, "bottleneck").sides
    assert [side.difference for side in bottleneck] == [None, None]
    assert {side.value for side in bottleneck} <= {"front", "platforms"}


def test_each_input_alone_and_what_is_left(diff: ScenarioDiff) -> None:
    first = {FLOW: 13.0, PLATFORMS: 13000}
    for name in ("practical_capacity_per_day", "wait_mean_hours"):
        effects = effects_of(diff, name)
        before = computed(name, first)
        alone = {effect.path: effect.difference for effect in effects.inputs}
        expected = {
            FLOW: computed(name, {**first, FLOW: 15.0}) - before,
            CRANES: computed(name, {**first, CRANES: 4}) - before,
        }
        assert alone == {path: pytest.approx(value, rel=1e-12, abs=1e-12) for path, value in expected.items()}
        assert effects.interaction is not None
        assert sum(expected.values()) + effects.interaction == pytest.approx(effects.difference, rel=1e-12)
        sizes = [abs(effect.difference or 0.0) for effect in effects.inputs]
        assert sizes == sorted(sizes, reverse=True)


def test_what_follows_from_the_flow_alone_has_no_interaction(diff: ScenarioDiff) -> None:
    effects = effects_of(diff, "throughput_per_day")
    assert effects.difference == 2.0
    assert {effect.path: effect.difference for effect in effects.inputs} == {FLOW: 2.0, CRANES: 0.0}
    assert effects.interaction == 0.0


def test_an_effect_may_take_an_override_away() -> None:
    documents = Library(BASE, HIGH)
    found = scenario_diff(["high-case", "khorgos-gateway"], fields=FIELDS[1:2], documents=documents)
    effects = effects_of(found, "practical_capacity_per_day")
    high = {FLOW: 15.0, PLATFORMS: 13000, CRANES: 4}
    for effect in effects.inputs:
        others = {path: value for path, value in high.items() if path != effect.path}
        change = computed(effects.name, others) - computed(effects.name, high)
        assert effect.difference == pytest.approx(change, rel=1e-12, abs=1e-12)
    assert effects.second == computed(effects.name, {})


def test_one_changed_input_is_the_whole_difference() -> None:
    found = scenario_diff(["khorgos-gateway", scenario("four", {CRANES: 4})], fields=FIELDS)
    for effects in found.effects:
        assert effects.inputs[0].difference == pytest.approx(effects.difference, rel=1e-12)
        assert effects.interaction == pytest.approx(0.0, abs=1e-12)
    assert [effects.name for effects in found.effects] == ["practical_capacity_per_day", "wait_mean_hours"]


def test_three_sides_have_no_effects() -> None:
    sides = ["khorgos-gateway", "base-case", "high-case"]
    found = scenario_diff(sides, fields=FIELDS[:1], documents=Library(BASE, HIGH))
    assert [side.difference for side in found.results[0].sides] == [0.0, 2.0, 4.0]
    assert found.effects == []


def test_no_steady_state_is_no_number() -> None:
    found = scenario_diff(["khorgos-gateway", scenario("flood", {FLOW: 30.0})], fields=["wait_mean_hours"])
    (wait,) = found.results
    assert wait.sides[1].value is None
    assert wait.sides[1].verdict.status == "unstable"
    assert wait.sides[1].difference is None
    assert found.effects == []


def test_inputs_that_only_go_together() -> None:
    law = "stages.reception.service_time"
    changed = scenario("erlang", {f"{law}.law": "erlang", f"{law}.k": 4, "flow.per_day": 12.0})
    found = scenario_diff(["khorgos-gateway", changed], fields=["wait_mean_hours"])
    k = next(item for item in found.inputs if item.path == f"{law}.k")
    assert [side.value for side in k.sides] == [None, 4]
    assert k.document_value is None
    effects = {effect.path: effect for effect in found.effects[0].inputs}
    assert effects[f"{law}.k"].difference is None
    assert effects[f"{law}.k"].reason
    assert effects[FLOW].difference == pytest.approx(
        computed("wait_mean_hours", {FLOW: 12.0}) - computed("wait_mean_hours", {}), rel=1e-12
    )
    assert found.effects[0].interaction is None


@pytest.mark.slow
def test_simulated_results_are_said_to_be_random() -> None:
    sides: list[Any] = ["khorgos-gateway", scenario("other", {FLOW: 11.5})]
    found = scenario_diff(sides, fields=["wait_mean_hours"], method="auto")
    assert {side.verdict.status for side in found.results[0].sides} == {"simulated"}
    assert "random_error" in {advice.code for advice in found.warnings}
    fast = scenario_diff(sides, fields=["wait_mean_hours"])
    assert "random_error" not in {advice.code for advice in fast.warnings}


MORE = {"demand.per_day": 400, "lines.steppe-line.flow.per_day": 10}


class TestCorridors:
    def test_time_and_flows(self) -> None:
        documents = Library()
        found = scenario_diff(scenario("more", MORE, subject=LOOP), documents=documents)
        corridor = documents.corridor("steppe-loop")
        time = transit(corridor, MORE, method="fast", documents=documents).results[0].time.mean_hours
        assert result_of(found, "transit.mean_hours").sides[1].value == time
        served = corridor_flow(corridor, MORE, documents=documents).results[0].served_share
        assert result_of(found, "flow.served_share").sides[1].value == served
        assert [item.path for item in found.inputs] == [
            f"demands.{corridor.main_demand}.per_day",
            f"lines.steppe-line.flows.{documents.line('steppe-line').main_flow}.per_day",
        ]
        assert all(item.unit == "units/day" for item in found.inputs)
        cost = effects_of(found, "flow.cost_usd_per_day")
        alone = corridor_flow(corridor, {"demand.per_day": 400}, documents=documents).results[0].cost_usd_per_day
        before = result_of(found, "flow.cost_usd_per_day").sides[0].value
        assert isinstance(before, float)
        own = next(effect for effect in cost.inputs if effect.path == f"demands.{corridor.main_demand}.per_day")
        assert own.difference == pytest.approx(alone - before, rel=1e-9)

    def test_the_questions_of_its_asks(self) -> None:
        asks = [{"what": "flow", "capacity": "theoretical"}, {"what": "resilience"}]
        documents = Library()
        found = scenario_diff(scenario("more", MORE, subject=LOOP, asks=asks), documents=documents)
        assert {result.name.partition(".")[0] for result in found.results} == {"flow"}
        report = corridor_flow("steppe-loop", capacity="theoretical", documents=documents)
        assert result_of(found, "flow.largest_multiple").sides[0].value == report.results[0].largest_multiple

    def test_chosen_results(self) -> None:
        more = scenario("more", MORE, subject=LOOP)
        fields = ["flow.served_share", "transit.p90_hours"]
        assert [result.name for result in scenario_diff(more, fields=fields, documents=Library()).results] == fields
        for name in ("flow.served", "wait_mean_hours"):
            with pytest.raises(ParameterError, match="no such result") as caught:
                scenario_diff(more, fields=[name], documents=Library())
            assert caught.value.problems[0].given == name


def refused(*items: Any, documents: Fixtures | None = None) -> ScenarioDiff:
    return scenario_diff(list(items), fields=["throughput_per_day"], documents=documents)


def test_what_cannot_be_compared() -> None:
    with pytest.raises(OverrideError, match=r"several values.*hubcalc ask"):
        refused(scenario("many", {CRANES: [3, 4]}))
    with pytest.raises(OverrideError, match="short and in its long form"):
        refused(scenario("twice", {"flow.per_day": 12, FLOW: 13}))
    with pytest.raises(ParameterError, match="changes corridor steppe-loop"):
        refused(scenario("mine"), scenario("other", subject=LOOP))
    with pytest.raises(ParameterError, match="named twice"):
        refused(scenario("mine"), scenario("mine", {CRANES: 4}))
    with pytest.raises(NotFoundError, match="no such scenario"):
        refused("khorgos-gateway")
    with pytest.raises(NotFoundError, match="no such scenario"):
        refused(scenario("mine"), "xian")
    with pytest.raises(ParameterError, match="not so many"):
        refused()
    with pytest.raises(DocumentError, match="bases lead back"):
        refused("one", documents=Library(scenario("one", base="two"), scenario("two", base="one")))
    with pytest.raises(ParameterError, match="no such metric"):
        scenario_diff(scenario("mine"), fields=["wait"])
    with pytest.raises(ParameterError, match="no such method"):
        scenario_diff(scenario("mine"), method="guess")


def test_a_nearer_scenario_wins_whatever_form_its_path_has(diff: ScenarioDiff) -> None:
    assert diff.inputs[0].path == FLOW  # flow.per_day of the base, and the long form above it
    assert result_of(diff, "throughput_per_day").sides[1].value == 15.0


def test_tables(diff: ScenarioDiff) -> None:
    for view in DIFF_VIEWS:
        table = diff_table(diff, view)
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
    effects = diff_table(diff, "effects").rows
    throughput = [row[2:5] for row in effects if row[0] == "throughput_per_day"]
    assert throughput == [["input", FLOW, 2.0], ["input", CRANES, 0.0], ["interaction", "", 0.0], ["total", "", 2.0]]
