"""Calls about a hub over flows and over time: what they send, and what they make of the answers."""

from typing import Any

import httpx
import pytest

from hubcalc.errors import OverrideError, UnknownPathError
from hubmodels.results import CapacityCurve, Clearing, DayProfile, Recovery

HUB = {"id": "xian", "name": "Xi'an", "kind": "terminal", "version": 2}
COMMON = {"hub": HUB, "model_version": "2026.1", "overrides": {}}
VERDICT = {"status": "approximate", "method": "fluid"}
CURVE = CapacityCurve.model_validate(
    {**COMMON, "unit": "train", "scale": None, "present_per_day": 10, "theoretical_capacity_per_day": 20}
    | {"practical_capacity_per_day": 15, "points": [], "levels": [{"wait_over_service": 0.1, "flow_per_day": 9}]}
)
DAY = DayProfile.model_validate({**COMMON, "stages": []})
CLEARING = Clearing.model_validate(
    {**COMMON, "stage": "gate", "unit": "truck", "queue": 1500, "arrivals_per_day": 800, "capacity_per_day": 1200}
    | {"cleared_after_hours": 90, "cleared_p10_hours": None, "cleared_p90_hours": None, "last_in_queue_hours": 30}
    | {"growth_per_day": 0, "verdict": VERDICT}
)
RECOVERY = Recovery.model_validate(
    {**COMMON, "stage": "front", "unit": "train", "closed_hours": 72, "backlog": 33, "backlog_usual": 0}
    | {"recovered_after_hours": 91, "affected": 74, "delay_mean_hours": 36, "growth_per_day": 0, "verdict": VERDICT}
)
GIVEN = {"stages.front.cranes": 4}
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], str, Any]] = [
    ("capacity_curve", (GIVEN,), {}, "curve?stages.front.cranes=4", CURVE),
    (
        "capacity_curve",
        (),
        {"points": 5, "scale": "trucks", "method": "fast", "version": 2},
        "curve?points=5&scale=trucks&method=fast&version=2",
        CURVE,
    ),
    ("day_profile", (GIVEN,), {"method": "fluid"}, "day?stages.front.cranes=4&method=fluid", DAY),
    ("clearing", (1500, "gate", GIVEN), {}, "clearing?stages.front.cranes=4&queue=1500&stage=gate", CLEARING),
    ("clearing", (7.5,), {"start_hour": 8.0}, "clearing?queue=7.5&start_hour=8.0", CLEARING),
    ("recovery", (72,), {"stage": "front", "version": 1}, "recovery?closed_hours=72&stage=front&version=1", RECOVERY),
]


@pytest.mark.parametrize(("name", "args", "more", "target", "answer"), CALLS, ids=range(len(CALLS)))
def test_calls(connect: Any, server: Any, name: str, args: Any, more: Any, target: str, answer: Any) -> None:
    answering = server(httpx.Response(200, content=answer.model_dump_json()))
    assert getattr(connect(answering), name)("xian", *args, **more) == answer
    assert answering.request.method == "GET"
    assert answering.request.url.raw_path.decode() == f"/v1/hubs/xian/{target}"


@pytest.mark.parametrize(
    ("overrides", "error"),
    [({"a.b": [1, 2]}, OverrideError), ({"a.b": "1..2"}, OverrideError), ({"a": 1}, UnknownPathError)],
)
def test_one_scenario_at_a_time(connect: Any, server: Any, overrides: Any, error: type[Exception]) -> None:
    client = connect(server(httpx.Response(500)))
    for name, given in (("capacity_curve", ()), ("day_profile", ()), ("clearing", (3,)), ("recovery", (3,))):
        with pytest.raises(error):
            getattr(client, name)("xian", *given, overrides=overrides)
