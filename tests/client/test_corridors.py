"""Calls that ask about corridors and scenarios: what they send, and what they make of the answers."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import OverrideError, ParameterError, UnknownPathError
from hubmodels.answers import Answer
from hubmodels.corridor_results import (
    EmissionReport,
    EquilibriumReport,
    FlowReport,
    ResilienceReport,
    StormReport,
    TimeCostDistanceReport,
    TransitReport,
)

DOCUMENTS = Path(__file__).parent.parent / "documents"
REFERENCE = {"id": "loop", "name": "Loop", "version": 2, "documents": {"xian": 3}}
EMPTY: dict[str, Any] = {"corridor": REFERENCE, "model_version": "2026.5", "results": []}
CALLS: list[tuple[str, dict[str, Any], str, str, type[Any]]] = [
    ("transit", {"demand": "boxes", "via": ["a", "b"]}, "transit", "demand=boxes&via=a,b", TransitReport),
    ("transit", {"method": "fast", "version": 2}, "transit", "method=fast&version=2", TransitReport),
    ("corridor_flow", {"method": "exact"}, "flow", "method=exact", FlowReport),
    ("corridor_equilibrium", {}, "equilibrium", "", EquilibriumReport),
    (
        *("corridor_resilience", {"out": ("a", "b"), "lost_share": 0.5, "pairs": True}),
        *("resilience", "out=a,b&lost_share=0.5&pairs=true", ResilienceReport),
    ),
    ("corridor_resilience", {"pairs": False}, "resilience", "", ResilienceReport),
    ("time_cost_distance", {"demand": "boxes"}, "tcd", "demand=boxes", TimeCostDistanceReport),
    ("corridor_emissions", {"demand": "boxes"}, "emissions", "demand=boxes", EmissionReport),
    (
        *("corridor_storms", {"storms": "buran", "wait_target_hours": 48, "seed": 7}),
        *("storms", "storms=buran&wait_target_hours=48&seed=7", StormReport),
    ),
]
ANSWER = {"scenario": {"id": "mine", "name": "Mine", "question": ""}, "model_version": "2026.5", "parts": []}


def document(name: str) -> Any:
    collection = {"steppe-loop": "corridors", "steppe-loop-shut": "scenarios"}[name]
    return DOCUMENT_KINDS[collection].parse(json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")))


def answering(server: Any, content: Any) -> Any:
    return server(httpx.Response(200, json=content))


@pytest.mark.parametrize(("name", "more", "what", "query", "form"), CALLS, ids=range(len(CALLS)))
def test_stored_corridors(
    connect: Any, server: Any, name: str, more: dict[str, Any], what: str, query: str, form: type[Any]
) -> None:
    there = answering(server, EMPTY)
    report = getattr(connect(there), name)("loop", {"demand.per_day": range(1, 4)}, **more)
    assert report == form.model_validate(EMPTY)
    assert there.request.method == "GET"
    target = there.request.url.raw_path.decode()
    assert target == f"/v1/corridors/loop/{what}?demand.per_day=1,2,3" + (f"&{query}" if query else "")


@pytest.mark.parametrize(("name", "more", "what", "query", "form"), CALLS, ids=range(len(CALLS)))
def test_documents(
    connect: Any, server: Any, name: str, more: dict[str, Any], what: str, query: str, form: type[Any]
) -> None:
    del query
    there = answering(server, EMPTY)
    more = {key: value for key, value in more.items() if key != "version"}
    corridor = document("steppe-loop")
    assert getattr(connect(there), name)(corridor, {"demand.per_day": 3.5}, **more) == form.model_validate(EMPTY)
    assert (there.request.method, there.request.url.path) == ("POST", "/v1/corridor-analysis")
    body = json.loads(there.request.content)
    assert body["corridor"] == json.loads((DOCUMENTS / "steppe-loop.json").read_text(encoding="utf-8"))
    assert (body["what"], body["overrides"]) == (what, {"demand.per_day": [3.5]})
    assert body["options"] == {
        key: list(value) if isinstance(value, tuple) else value for key, value in more.items() if value is not False
    }


def test_what_is_too_long_for_an_address_is_sent(connect: Any, server: Any) -> None:
    there = answering(server, EMPTY)
    values = {f"hubs.{'x' * 100}{i}.flow.per_day": [1.0, 2.0] for i in range(100)}
    connect(there).corridor_flow("loop", values)
    assert there.request.method == "POST"
    assert json.loads(there.request.content) == {
        "corridor": "loop",
        "what": "flow",
        "overrides": values,
        "options": {},
    }
    with pytest.raises(ParameterError, match="no version"):
        connect(there).corridor_flow("loop", values, version=3)


def test_documents_have_no_version(connect: Any, server: Any) -> None:
    client = connect(server(httpx.Response(500)))
    with pytest.raises(ParameterError, match="no version"):
        client.transit(document("steppe-loop"), version=1)
    with pytest.raises(ParameterError, match="no version"):
        client.answer(document("steppe-loop-shut"), version=1)


@pytest.mark.parametrize(
    ("overrides", "error"), [({"a.b": []}, OverrideError), ({"a.b": None}, OverrideError), ({"a": 1}, UnknownPathError)]
)
def test_values_that_cannot_be(connect: Any, server: Any, overrides: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        connect(server(httpx.Response(500))).transit("loop", overrides)


def test_answers(connect: Any, server: Any) -> None:
    there = answering(server, {**ANSWER, "evidence": []})
    assert connect(there).answer("mine", version=4) == Answer.model_validate({**ANSWER, "evidence": []})
    assert there.request.url.raw_path.decode() == "/v1/scenarios/mine/answer?version=4"
    there = answering(server, {**ANSWER, "evidence": []})
    connect(there).answer(document("steppe-loop-shut"))
    assert (there.request.method, there.request.url.path) == ("POST", "/v1/answers")
    sent = json.loads((DOCUMENTS / "steppe-loop-shut.json").read_text(encoding="utf-8"))
    assert json.loads(there.request.content) == sent
