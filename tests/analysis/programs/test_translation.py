import pytest

import hubfixtures
from hubcalc.analysis.programs.kinds import STAGE_PROGRAMS
from hubcalc.analysis.programs.seeds import default_seed
from hubcalc.analysis.programs.translate import program_of, translate
from hubcalc.documents import fixture, parse_hub
from hubcalc.errors import DocumentError, RefusedError
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    AwaitOpen,
    Board,
    Branch,
    Category,
    Clock,
    Delay,
    Enter,
    Form,
    Jump,
    Match,
    Quota,
    Release,
    ReleaseLater,
    Seize,
    Store,
    Work,
    WorkItems,
)
from hubmodels.stages import STAGE_KINDS

SHUNTED = "Seize Work Enter WorkItems Work Leave Release"
SERVED = "Seize Work Leave Release"
STEPS = {
    "service": SERVED,
    "gate": SERVED,
    "booths": "WorkItems Leave",
    "inspection": "Seize Work Release Branch Seize Work Release Jump Branch Seize Work Release Jump Leave",
    "transshipment_front": SHUNTED,
    "gauge_change": SHUNTED,
    "yard": "Store Leave",
    "berth": SERVED,
    "ferry_or_vessel": "Board Leave",
    "platform_pool": "Seize Delay Leave ReleaseLater",
    "train_forming": "Form Seize Work Leave Release",
    "line_section": "Seize Work Release Delay Leave",
    "quota": "Quota Leave",
    "run": "Delay Leave",
    "road_section": "Delay Delay Leave",
}
"""What a unit goes through in a stage, and what it gives back then."""


def names(program):
    return [type(step).__name__ for step in program.steps]


def of(program, kind):
    return [step for step in program.steps if isinstance(step, kind)]


def only(program, kind):
    (step,) = of(program, kind)
    return step


def test_every_kind_has_a_translation_in_its_file():
    kinds = {model.model_fields["kind"].annotation.__args__[0]: model for model in STAGE_PROGRAMS}
    assert set(kinds) == set(STAGE_KINDS)
    for kind, model in kinds.items():
        assert STAGE_PROGRAMS[model].inside.__module__ == f"hubcalc.analysis.programs.{kind}"


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_stage_of_each_kind_is_these_steps(kinds, every_hour, kind):
    program = program_of(parse_hub(every_hour({"it": kinds[kind]})))
    assert " ".join(names(program)) == f"{STEPS[kind]} Jump Enter Jump Exit"
    assert program.stages[0] == "it"
    encode(program)


def test_contents_are_worked_on_where_they_are_served(kinds, every_hour):
    hub = every_hour({"it": {**kinds["inspection"], "serves": "contents"}})
    items = of(program_of(parse_hub(hub)), WorkItems)
    assert [step.share for step in items] == [1.0, 0.5, 0.2]
    twice = every_hour({"it": {**kinds["service"], "serves": "contents", "units_per_arrival": 2}})
    assert only(program_of(parse_hub(twice)), WorkItems).copies == 2


def test_contents_travel_only_where_a_stage_looks_at_them(kinds, every_hour):
    assert len(program_of(parse_hub(every_hour({"it": kinds["gate"]}))).flows[0].contents.probabilities) == 1
    several = every_hour({"it": {**kinds["service"], "units_per_arrival": 3}})
    assert only(program_of(parse_hub(several)), WorkItems).copies == 3
    carried = program_of(parse_hub(every_hour({"it": kinds["gauge_change"]}))).flows[0].contents.probabilities
    assert carried == (0.0,) * 9 + (1.0,)


def test_several_service_units_beside_contents_are_refused(kinds, every_hour):
    hub = every_hour({"it": {**kinds["service"], "units_per_arrival": 3}, "yard": kinds["yard"]})
    with pytest.raises(RefusedError, match=r"stages\.it\.units_per_arrival"):
        program_of(parse_hub(hub))


def test_numbers_of_contents_have_their_mean_and_scv(kinds, document):
    flow = {"per_day": 5.0, "contents": {"unit": "container", "mean": 48.3, "scv": 0.2}}
    law = program_of(parse_hub(document({"it": kinds["gauge_change"]}, unit="train", **flow))).flows[0].contents
    mean = sum((n + 1) * p for n, p in enumerate(law.probabilities))
    square = sum((n + 1) ** 2 * p for n, p in enumerate(law.probabilities))
    assert sum(law.probabilities) == pytest.approx(1.0, abs=1e-12)
    assert mean == pytest.approx(48.3, rel=1e-7)
    assert square / mean**2 - 1 == pytest.approx(0.2, rel=1e-6)


def test_a_share_is_drawn_at_the_door(kinds, every_hour):
    program = program_of(parse_hub(every_hour({"it": {**kinds["gate"], "share": 0.3}, "last": kinds["service"]})))
    branch = only(program, Branch)
    assert branch.shares == pytest.approx((0.3, 0.7))
    first, second = (program.steps[target] for target in branch.targets)
    assert first == Enter(0)
    assert isinstance(second, Jump)
    assert program.steps[second.target] == Enter(1)


def test_a_graph_splits_and_merges(kinds, every_hour):
    route = {"a": {"b": 0.5, "c": 0.3}, "b": {"d": 1.0}, "c": {"d": 1.0}, "d": {}}
    program = program_of(parse_hub(every_hour(dict.fromkeys("abcd", kinds["gate"]), route=route)))
    assert only(program, Branch).shares == pytest.approx((0.5, 0.3, 0.2))
    assert names(program).count("Enter") == 4  # one door for both ways into d


def test_a_circle_is_refused(kinds, every_hour):
    with pytest.raises(DocumentError, match="circle"):
        parse_hub(every_hour(dict.fromkeys("abc", kinds["gate"]), route={"a": {"b": 1}, "b": {"c": 1}, "c": {"b": 1}}))


def test_a_full_room_blocks_the_server_before_it(kinds, every_hour):
    rooms = {"first": kinds["gate"], "second": {**kinds["service"], "waiting_room": 3}}
    program = program_of(parse_hub(every_hour(rooms)))
    assert [(r.name, r.capacity) for r in program.resources] == [
        ("first.lanes", 2),
        ("second.servers", 2),
        ("second.room", 5),
    ]
    door = program.steps.index(Enter(1))
    assert program.steps[door : door + 3] == (Enter(1), Seize(2), Release(0))
    assert program.steps.index(Release(0)) == door + 2  # and nowhere before
    assert of(program, Release) == [Release(1), Release(2), Release(0)]


def test_a_room_behind_a_stage_that_many_pass_by_still_blocks(kinds, every_hour):
    stages = {
        "a": kinds["gate"],
        "b": {**kinds["gate"], "share": 0.5},
        "c": {**kinds["service"], "waiting_room": 0},
    }
    program = program_of(parse_hub(every_hour(stages)))
    lanes = [step for step in of(program, Release) if step.resource == 0]
    assert len(lanes) == 2  # at the door of b, and at that of c for those that pass b by
    assert sum(isinstance(step, Seize) and step.resource == 3 for step in program.steps) == 2


def test_a_yard_gets_what_the_front_puts_through_it(kinds, every_hour):
    front = {**kinds["transshipment_front"], "yard_share": 0.4}
    hub = every_hour({"front": front, "gate": kinds["gate"], "yard": kinds["yard"]})
    assert only(program_of(parse_hub(hub)), Store).share == 0.4
    some = every_hour({"front": {**front, "share": 0.5}, "yard": {**kinds["yard"], "share": 0.9}})
    program = program_of(parse_hub(some))
    store = only(program, Store)  # trains that pass the front by leave nothing
    assert store.share == pytest.approx(0.36)
    assert store.size == 2.0
    alone = only(program_of(parse_hub(every_hour({"yard": kinds["yard"]}))), Store)
    assert alone.share == 1.0


def test_the_size_of_a_formed_train_counts_at_the_berth(kinds, every_hour):
    hub = every_hour({"forming": {**kinds["train_forming"], "crews": 1}, "berth": kinds["berth"]})
    program = program_of(parse_hub(hub))
    assert only(program, Form).size == 20
    assert [step.law.shift_hours for step in of(program, Work)] == [0.5, 2.0 + 20 / 10]


def test_flows_that_go_on_alike_are_formed_to_trains_together(kinds, document, box):
    flows = {name: {"unit": "train", "per_day": 5.0, "contents": box} for name in ("one", "two", "three")}
    hub = document(
        {"gate": kinds["gate"], "forming": kinds["train_forming"], "line": kinds["line_section"]}, flows=flows
    )
    hub["flows"]["two"]["route"] = ["forming", "line"]
    hub["flows"]["three"]["route"] = ["gate", "forming"]
    assert [step.name for step in of(program_of(parse_hub(hub)), Form)] == [
        "forming one",
        "forming one",
        "forming three",
    ]


def test_a_berth_waits_for_its_window(kinds, every_hour):
    berth = {**kinds["berth"], "access": {"period_hours": 12.4, "open_hours": 3.0}, "crane_interference": 0.1}
    program = program_of(parse_hub(every_hour({"it": berth})))
    assert names(program)[:3] == ["Seize", "AwaitOpen", "Work"]
    assert only(program, AwaitOpen).clock == Clock(12.4, (0.0, 3.0), (1.0, 0.0))
    assert only(program, Work).law.shift_hours == pytest.approx(2 + 10 / (2 * 5 * 0.9))


def test_handling_varies_with_contents_and_pace(kinds, document):
    berth = {**kinds["berth"], "handling_scv": 0.5}
    contents = {"unit": "container", "mean": 200.0, "scv": 0.3}
    hub = document({"it": berth}, unit="vessel", per_day=1.0, contents=contents)
    law = only(program_of(parse_hub(hub)), Work).law
    assert law.parameters == pytest.approx((20.0, 1.3 * 1.5 - 1))
    assert law.shift_hours == 2.0


def test_a_pairing_joins_two_flows(kinds, document, box):
    pairing = {
        "kind": "pairing",
        "standard_gauge_flow": "narrow",
        "broad_gauge_flow": "broad",
        "standard_gauge_room": 3,
        "broad_gauge_room": 5,
    }
    flows = {name: {"unit": "train", "per_day": 10.0, "contents": box} for name in ("broad", "narrow")}
    program = program_of(parse_hub(document({"pairing": pairing}, flows=flows)))
    assert of(program, Match) == [Match("pairing", 1, 5), Match("pairing", 0, 3)]


def test_a_ferry_and_a_quota_and_platforms(kinds, every_hour):
    ferry = only(program_of(parse_hub(every_hour({"it": {**kinds["ferry_or_vessel"], "least_load": 2}}))), Board)
    assert (ferry.least, ferry.most, ferry.every_hours) == (2, 4, 0.0)
    assert only(program_of(parse_hub(every_hour({"it": kinds["quota"]}))), Quota) == Quota("it", 40)
    pool = {**kinds["platform_pool"], "platforms_per_unit": 3, "empty_return_share": 0.25, "empty_return_hours": 2.0}
    program = program_of(parse_hub(every_hour({"it": pool})))
    later = of(program, ReleaseLater)
    assert [step.amount for step in later] == [3, 3]
    assert not any(step.separately for step in later)
    assert only(program, Branch).shares == pytest.approx((0.25, 0.75))


@pytest.mark.parametrize(("tracks", "resources", "outsiders"), [("single", 1, 2), ("double", 2, 2)])
def test_passenger_trains_go_first(kinds, document, tracks, resources, outsiders):
    line = {**kinds["line_section"], "tracks": tracks, "passenger_trains_per_day": 10.0, "window_hours_per_day": 2.0}
    flows = {name: {"unit": "train", "per_day": 10.0, "direction": name} for name in ("forward", "return")}
    program = program_of(parse_hub(document({"line": line}, flows=flows)))
    assert len(program.resources) == resources
    assert {resource.clock for resource in program.resources} == {Clock(24.0, (0.0, 2.0), (0.0, 1.0))}
    passengers = program.flows[2:]
    assert len(passengers) == outsiders
    assert {flow.priority for flow in passengers} == {0}
    assert [flow.gaps.parameters[0] for flow in passengers] == pytest.approx([24 / 13] * outsiders)
    assert {flow.priority for flow in program.flows[:2]} == {5}


def test_calendars_breakdowns_and_storms_belong_to_the_servers(kinds, every_hour):
    front = {
        **kinds["transshipment_front"],
        "calendar": {"shifts": {"day": {"starts_hour": 8, "hours": 12}}},
        "breakdowns": {"between_hours": 100.0, "repair_hours": 2.0},
        "interruptions": {"open_hours": 200.0, "closed_hours": 10.0},
    }
    program, accounts = (lambda t: (t.program, t.accounts))(translate(parse_hub(every_hour({"it": front}))))
    tracks, cranes = program.resources
    assert tracks.clock == cranes.clock == Clock(24.0, (0.0, 8.0, 20.0), (0.0, 1.0, 0.0))
    assert tracks.breakdowns is None
    assert (cranes.breakdowns.between_hours, cranes.interruptions.closed.parameters[0]) == (100.0, 10.0)
    assert accounts["it"].measures["cranes"].factor == pytest.approx(1.02)


def test_flows_that_do_not_arrive_are_left_out(kinds, document):
    flows = {"some": {"unit": "train", "per_day": 5.0}, "none": {"unit": "train", "per_day": 0.0}}
    hub = document({"gate": kinds["gate"]}, flows=flows)
    assert [flow.name for flow in program_of(parse_hub(hub)).flows] == ["some"]
    hub["flows"]["some"]["per_day"] = 0.0
    with pytest.raises(RefusedError, match="no flow arrives"):
        program_of(parse_hub(hub))


def test_pipelines_are_left_out_or_refused(kinds, document):
    pipe = {
        "kind": "pipeline_section",
        "pumps": 2,
        "pumps_needed": 1,
        "line_tonnes_per_hour": 100.0,
        "mooring_tonnes_per_hour": 200.0,
    }
    flows = {
        "trains": {"unit": "train", "per_day": 5.0, "route": ["gate"]},
        "oil": {"unit": "tonne", "per_day": 500.0, "route": ["pipe"]},
    }
    hub = document({"gate": kinds["gate"], "pipe": pipe})
    hub["flows"] = flows
    found = translate(parse_hub(hub))
    assert [flow.name for flow in found.program.flows] == ["trains"]
    assert set(found.accounts) == {"gate"}
    with pytest.raises(RefusedError, match="pipeline"):
        program_of(parse_hub({**hub, "main_flow": "oil"}))


@pytest.mark.parametrize("name", hubfixtures.names())
def test_hubs_that_come_with_it_are_translated(name):
    hub = fixture(name)
    translation = translate(hub)
    encode(translation.program)
    arriving = [key for key, flow in hub.flows.items() if flow.per_day > 0]
    assert [flow.name for flow in translation.program.flows][: len(arriving)] == arriving
    assert set(translation.accounts) == {stage for key in arriving for stage in hub.flows[key].stages}


def test_a_seed_follows_from_what_is_simulated_only(kinds, every_hour):
    hub = every_hour({"it": kinds["gate"]})
    seed = default_seed(parse_hub(hub))
    renamed = {**hub, "name": "Other", "stages": {"it": {**kinds["gate"], "label": "x", "practical_utilization": 0.5}}}
    assert default_seed(parse_hub(renamed)) == seed
    assert default_seed(parse_hub({**hub, "targets": {"wait_hours": 9.0}})) == seed
    assert default_seed(parse_hub({**hub, "stages": {"it": {**kinds["gate"], "lanes": 3}}})) != seed
    assert 0 <= seed < 10**15


@pytest.mark.slow
def test_too_many_ways_through_a_hub_are_refused(kinds, document):
    stages = {f"s{i}": {**kinds["gate"], "share": 0.5, "waiting_room": 3} for i in range(80)}
    flows = {f"f{i}": {"unit": "truck", "per_day": 1.0} for i in range(20)}
    with pytest.raises(RefusedError, match="too many ways"):
        program_of(parse_hub(document(stages, flows=flows)))
    endless = {key: {**kinds["gate"], "share": 0.5} for key in stages}
    assert len(program_of(parse_hub(document(endless, flows=flows))).steps) < 20_000


def test_a_run_is_lognormal_above_its_least_time(kinds, every_hour):
    late = {**kinds["run"], "excess_mean_hours": 3.0, "excess_scv": 0.5}
    assert only(program_of(parse_hub(every_hour({"it": late}))), Delay).law == Law.lognormal(3.0, 0.5, 2.5)
    assert only(program_of(parse_hub(every_hour({"it": kinds["run"]}))), Delay).law == Law.constant(2.5)


def test_a_road_delays_at_the_traffic_of_its_direction(kinds, document):
    """Two cars for each of 24 + 6 trucks a day, of 96: a load of 0.625, or of 0.5 in the other direction."""
    flows = {
        "there": {"unit": "truck", "per_day": 24.0},
        "more": {"unit": "truck", "per_day": 12.0},
        "back": {"unit": "truck", "per_day": 24.0, "direction": "return"},
    }
    graph = {"gate": {"it": 0.5}, "it": {}}
    flows = {key: {**flow, "route": graph if key == "more" else ["it"]} for key, flow in flows.items()}
    stages = {"gate": kinds["gate"], "it": {**kinds["road_section"], "delay_factor": 1.0, "delay_exponent": 1.0}}
    found = of(program_of(parse_hub(document(stages, flows=flows))), Delay)
    slowed = {step.law for step in found if step.category == Category.QUEUE}
    assert slowed == {Law.constant(2 * 0.625), Law.constant(2 * 0.5)}


def test_an_overloaded_road_is_refused(kinds, every_hour):
    road = {**kinds["road_section"], "capacity_vehicles_per_lane_hour": 2.0}
    with pytest.raises(RefusedError, match=r"stages\.it"):
        program_of(parse_hub(every_hour({"it": road})))
