"""Asking scenarios: overrides of bases, asks of other documents, errors that name the ask."""

from typing import Any

import pytest

from hubcalc import analyze
from hubcalc.answers import ask
from hubcalc.answers.found import each
from hubcalc.documents import Fixtures
from hubcalc.errors import DocumentError, HubcalcError, ParameterError, RefusedError
from hubmodels import SCENARIO, Scenario
from hubmodels.evidence import Evidence

HUB = {"kind": "hub", "id": "khorgos-gateway"}
CORRIDOR = {"kind": "corridor", "id": "kazakhstan-grain"}
FIELDS = ["practical_capacity_per_day"]


def scenario(asks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"kind": "scenario", "id": "tried", "name": "Tried", "subject": HUB, "asks": asks, **more}


class WithScenarios(Fixtures):
    """The documents that come with hubcalc, and some scenarios."""

    def __init__(self, *given: dict[str, Any]) -> None:
        self.given = {item["id"]: SCENARIO.validate_python(item) for item in given}

    def scenario(self, scenario_id: str) -> Scenario:
        """Give one of them."""
        return self.given[scenario_id]


def capacity(**overrides: Any) -> Any:
    paths = {name.replace("__", "."): value for name, value in overrides.items()}
    report = analyze("khorgos-gateway", paths, metrics=FIELDS).report
    return report.results[0].metrics[FIELDS[0]].value


def asked(document: dict[str, Any], *others: dict[str, Any]) -> list[Any]:
    """Ask for capacities, and give those of each part."""
    answer = ask(document, documents=WithScenarios(*others))
    return [[row[[c.name for c in part.columns].index(FIELDS[0])] for row in part.rows] for part in answer.parts]


def test_an_ask_adds_to_the_scenario_and_several_values_give_rows() -> None:
    analysis = {"what": "analysis", "fields": FIELDS}
    more = {**analysis, "overrides": {"stages.platforms.platforms": [10900, 21800]}}
    found = asked(scenario([analysis, more], overrides={"stages.front.cranes": 4}))
    assert found[0] == [capacity(stages__front__cranes=4)]
    assert found[1] == [
        capacity(stages__front__cranes=4, stages__platforms__platforms=10900),
        capacity(stages__front__cranes=4, stages__platforms__platforms=21800),
    ]


def test_bases_come_first_and_the_own_value_wins() -> None:
    grand = scenario([], id="grand", overrides={"stages.front.cranes": 5, "stages.platforms.platforms": 21800})
    parent = scenario([], id="parent", base="grand", overrides={"stages.front.cranes": 4})
    child = scenario([{"what": "analysis", "fields": FIELDS}], base="parent")
    assert asked(child, grand, parent) == [[capacity(stages__front__cranes=4, stages__platforms__platforms=21800)]]


def test_evidence_of_a_base_is_kept() -> None:
    note = Evidence(basis="assumption", note="A fourth crane.").model_dump()
    parent = scenario([], id="parent", overrides={"stages.front.cranes": 4}, evidence={"stages.front.cranes": note})
    child = scenario([{"what": "stations"}], base="parent", overrides={"flow.per_day": 12})
    evidence = {item.path: item for item in ask(child, documents=WithScenarios(parent)).evidence}
    assert evidence["stages.front.cranes"].note == "A fourth crane."
    assert evidence["flows.westbound.per_day"].basis == "override"
    assert evidence["flows.westbound.per_day"].unit == "units/day"


def test_a_base_of_another_document_is_refused() -> None:
    parent = scenario([], id="parent", subject=CORRIDOR)
    with pytest.raises(DocumentError, match="parent changes corridor kazakhstan-grain"):
        ask(scenario([{"what": "stations"}], base="parent"), documents=WithScenarios(parent))


def test_bases_that_lead_back_are_refused() -> None:
    one, two = scenario([], id="one", base="two"), scenario([{"what": "stations"}], id="two", base="one")
    with pytest.raises(DocumentError, match="bases lead back"):
        ask(two, documents=WithScenarios(one, two))


def test_an_ask_of_another_document_leaves_the_overrides_behind() -> None:
    other = {"what": "stations", "of": {"kind": "line", "id": "dostyk-moiynty"}}
    answer = ask(scenario([other], overrides={"stages.front.cranes": 4}))
    part = answer.parts[0]
    assert part.subject.id == "dostyk-moiynty"
    assert part.overrides == {}
    assert part.request == "GET /v1/lines/dostyk-moiynty/analysis.csv?view=stations"
    assert part.command == "hubcalc analyze dostyk-moiynty --view stations"


def test_shown_places_are_the_rows_of_the_table() -> None:
    document = scenario(
        [{"what": "flow", "show": ["altynkol"], "overrides": {"demands.grain.per_day": [150, 1645]}}], subject=CORRIDOR
    )
    part = ask(document).parts[0]
    place = [column.name for column in part.columns].index("element")
    assert {row[place] for row in part.rows} == {"nodes.altynkol"}
    assert len(part.rows) == 2
    assert "altynkol is full from 1,645 a day of grain on" in part.finding


def test_units_of_paths_into_the_documents_of_a_corridor_are_known() -> None:
    path = "hubs.dostyk-alashankou-rail.stages.reception.servers"
    document = scenario([{"what": "flow", "overrides": {path: 4}}], subject=CORRIDOR)
    assert [(item.path, item.value, item.unit) for item in ask(document).evidence] == [(path, 4, "servers")]


def test_values_of_several_asks_are_all_in_the_evidence() -> None:
    asks = [{"what": "analysis", "fields": FIELDS, "overrides": {"stages.front.cranes": n}} for n in (4, 5, 5)]
    assert [item.value for item in ask(scenario(asks)).evidence] == [4, 5]


def test_a_calculation_needs_no_document() -> None:
    inputs = {"arrivals_per_hour": 2.0, "service_hours": 0.25, "servers": 1}
    document = scenario(
        [{"what": "calculation", "calculator": "queue", "fields": ["utilization"], "overrides": inputs}]
    )
    part = ask(document).parts[0]
    assert part.finding == "utilization 50 %"
    assert part.command.startswith("hubcalc queue arrivals_per_hour=2.0")
    assert part.request.startswith("GET /v1/queue?fields=utilization&arrivals_per_hour=2.0")


def test_an_unreached_goal_names_the_best_row() -> None:
    overrides = {"stages.front.cranes": [3, 4], "stages.platforms.platforms": 10900}
    document = scenario([{"what": "analysis", "fields": FIELDS, "reach": {FIELDS[0]: 1000}, "overrides": overrides}])
    finding = ask(document).parts[0].finding
    assert "never reaches 1,000" in finding
    assert "with 4 cranes at front, 10,900 platforms" in finding


@pytest.mark.parametrize(
    ("asks", "error", "message"),
    [
        ([{"what": "stations"}, {"what": "flow"}], ParameterError, "asks.1 (flow): of.kind"),
        ([{"what": "stations", "of": CORRIDOR}], ParameterError, "asks.0 (stations): of.kind"),
        ([{"what": "stations", "overrides": {"stages.front.crane": 3}}], HubcalcError, "asks.0 (stations): stages."),
        ([{"what": "clearing", "queue": 5, "stage": "nowhere"}], HubcalcError, "asks.0 (clearing): stage"),
        ([{"what": "calculation", "calculator": "berths"}], HubcalcError, "asks.0 (calculation): no such calculator"),
        ([{"what": "flow", "of": CORRIDOR, "show": ["altynkoll"]}], ParameterError, "asks.0 (flow): show"),
        (
            [{"what": "stations", "of": {"kind": "hub", "id": "nowhere"}}],
            HubcalcError,
            "asks.0 (stations): no such hub",
        ),
    ],
)
def test_errors_name_the_ask(asks: list[dict[str, Any]], error: type[HubcalcError], message: str) -> None:
    with pytest.raises(error) as raised:
        ask(scenario(asks))
    assert str(raised.value).startswith(message)
    assert raised.value.problems


def test_a_scenario_that_asks_nothing_is_refused() -> None:
    with pytest.raises(RefusedError, match="asks nothing"):
        ask(scenario([]))


def test_what_one_call_cannot_give_is_asked_of_the_scenario() -> None:
    clearing = {"what": "clearing", "queue": 55, "stage": "chinese-quota"}
    overrides = {"stages.chinese-quota.per_day": [14, 28]}
    subject = {"kind": "hub", "id": "dostyk-alashankou-rail"}
    asks = [clearing, {**clearing, "overrides": overrides}]
    one, several = ask(scenario(asks, subject=subject)).parts
    assert one.command == "hubcalc clearing dostyk-alashankou-rail --queue 55.0 --stage chinese-quota"
    assert len(several.rows) == 2
    assert several.command == "hubcalc ask tried --part 2"
    assert several.request == "GET /v1/scenarios/tried/answer.csv?part=2"


def test_one_part_is_that_of_the_whole_answer() -> None:
    document = scenario([{"what": "stations"}, {"what": "analysis", "fields": FIELDS}])
    whole, second = ask(document), ask(document, part=2)
    assert second.parts == whole.parts[1:]
    assert second.evidence == whole.evidence
    # what fails in another part does not hinder it
    broken = scenario([{"what": "flow"}, {"what": "analysis", "fields": FIELDS}])
    assert ask(broken, part=2).parts == whole.parts[1:]


@pytest.mark.parametrize("part", [0, 3, -1])
def test_a_part_that_is_not_there(part: int) -> None:
    with pytest.raises(ParameterError, match="no such part"):
        ask(scenario([{"what": "stations"}, {"what": "analysis"}]), part=part)


def test_rows_that_say_the_same_are_one_sentence() -> None:
    rows = [{"a": a, "b": b} for a in (1, 2) for b in (3, 4)]
    assert each(rows, ["x", "x", "y", "z"]) == ["with a 1: x", "with a 2, b 3: y", "with a 2, b 4: z"]
    # what is shared by them, but by others too, does not tell them apart
    assert each(rows, ["x", "y", "y", "y"])[0] == "with a 1, b 3: x"
    assert each(rows, ["x", "y", "y", "y"])[1:] == ["with a 1, b 4: y", "with a 2, b 3: y", "with a 2, b 4: y"]


@pytest.mark.parametrize("out", ["hubs.altynkol-khorgos", "nodes.altynkol", "altynkol"])
def test_hubs_and_nodes_can_be_lost(out: str) -> None:
    document = scenario([{"what": "resilience", "out": [out]}], subject=CORRIDOR)
    part = ask(document).parts[0]
    assert "without altynkol" in part.finding
    assert part.request.endswith(f"resilience?out={out}")


def test_capacities_can_be_chosen() -> None:
    document = scenario([{"what": "flow", "capacity": name} for name in ("practical", "theoretical")], subject=CORRIDOR)
    capacities = []
    for part in ask(document).parts:
        place = [column.name for column in part.columns].index("capacity_per_day")
        capacities.append([row[place] for row in part.rows])
        assert part.verdict.reason.startswith(part.command.split()[-1])
    assert all(less <= more for less, more in zip(*capacities, strict=True))
