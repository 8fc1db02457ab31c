"""The call that sets scenarios side by side: what it sends, and what it makes of the answer."""

from typing import Any

import httpx
import pytest

from hubcalc.client.analyses import analysis
from hubcalc.documents import fixture
from hubmodels.scenario_diffs import ScenarioDiff

ANSWER = {
    "subject": {"kind": "hub", "id": "xian"},
    "model_version": "2026.5",
    "method": "fast",
    "sides": [],
    "inputs": [],
    "results": [],
}


@pytest.mark.parametrize(
    ("arguments", "more", "query"),
    [
        (("high",), {}, ""),
        (("high", "xian"), {}, "?with=xian"),
        (("high", ["low", "xian"]), {"fields": ["a", "b"]}, "?with=low,xian&fields=a,b"),
        (("high",), {"method": "exact", "version": 2}, "?method=exact&version=2"),
    ],
)
def test_what_is_sent(connect: Any, server: Any, arguments: Any, more: dict[str, Any], query: str) -> None:
    there = server(httpx.Response(200, json=ANSWER))
    found = connect(there).scenario_diff(*arguments, **more)
    assert found == ScenarioDiff.model_validate(ANSWER)
    assert there.request.method == "GET"
    assert there.request.url.raw_path.decode() == f"/v1/scenarios/high/diff{query}"


def test_an_analysis_of_a_scenario() -> None:
    call = analysis("xian", {"flow.per_day": 9}, scenario="high", version=2)
    assert str(call) == "GET /v1/hubs/xian/analysis?flow.per_day=9&scenario=high&version=2"
    sent = analysis(fixture("xian"), {"flow.per_day": 9}, scenario="high")
    assert (str(sent), sent.json["scenario"]) == ("POST /v1/analysis", "high")
    assert "scenario" not in analysis(fixture("xian")).json
    long = analysis("xian", {"flow.per_day": range(5_000)}, scenario="high")
    assert (str(long), long.json["hub"], long.json["scenario"]) == ("POST /v1/analysis", "xian", "high")
