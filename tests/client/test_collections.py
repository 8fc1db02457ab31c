"""Calls on lines, corridors and scenarios; the same for both clients."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import ParameterError
from hubfixtures import Collection
from hubmodels.results import AnalysisReport

DOCUMENTS = Path(__file__).parent.parent / "documents"
IDS: dict[Collection, str] = {
    "lines": "steppe-line",
    "corridors": "steppe-corridor",
    "scenarios": "steppe-day-and-night",
}


def made_up(collection: Collection) -> Any:
    text = (DOCUMENTS / f"{IDS[collection]}.json").read_text(encoding="utf-8")
    return DOCUMENT_KINDS[collection].parse(json.loads(text))


def stored(document: Any) -> httpx.Response:
    return httpx.Response(200, content=document.model_dump_json(exclude_unset=True), headers={"ETag": '"3"'})


def page(collection: Collection) -> httpx.Response:
    document = made_up(collection)
    item = {"id": document.id, "name": document.name, "kind": document.kind, "countries": [], "version": 1}
    item |= {"summary": "", "updated_at": "2026-01-02T03:04:05Z"}
    return httpx.Response(200, json={"items": [item], "total": 1, "limit": 50, "offset": 0, "next_url": None})


def target(answering: Any) -> str:
    return f"{answering.request.method} {answering.request.url.raw_path.decode()}"


@pytest.mark.parametrize("collection", IDS)
def test_each_collection_has_its_list_and_its_documents(connect: Any, server: Any, collection: Collection) -> None:
    answering = server(page(collection))
    (summary,) = getattr(connect(answering), collection)(q="steppe")
    assert summary.id == IDS[collection]
    assert target(answering) == f"GET /v1/{collection}?q=steppe"
    answering = server(stored(made_up(collection)))
    got = getattr(connect(answering), collection.removesuffix("s"))(IDS[collection], version=3)
    assert (got.document, got.version) == (made_up(collection), 3)
    assert target(answering) == f"GET /v1/{collection}/{IDS[collection]}?version=3"


def test_lines_are_filtered(connect: Any, server: Any) -> None:
    answering = server(page("lines"))
    connect(answering).lines(kind="railway", country="KZ")
    assert target(answering) == "GET /v1/lines?kind=railway&country=KZ"


def test_pages_of_a_collection_stay_in_it(connect: Any, server: Any) -> None:
    first = page("lines").json() | {"total": 2, "next_url": "http://internal/v1/lines?limit=1&offset=1"}
    answering = server(httpx.Response(200, json=first), page("lines"))
    assert len(connect(answering).documents("lines")) == 2
    assert answering.requests[1].url.raw_path == b"/v1/lines?limit=1&offset=1"


@pytest.mark.parametrize("collection", IDS)
def test_a_document_goes_where_it_belongs(connect: Any, server: Any, collection: Collection) -> None:
    document, path = made_up(collection), f"/v1/{collection}/{IDS[collection]}"
    for call, condition in (
        (lambda client: client.create_document(document), ("If-None-Match", "*")),
        (lambda client: client.replace_document(document, version=2), ("If-Match", '"2"')),
    ):
        answering = server(stored(document))
        assert call(connect(answering)).document == document
        assert target(answering) == f"PUT {path}"
        assert answering.request.headers[condition[0]] == condition[1]
        assert json.loads(answering.request.content) == document.model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize("collection", IDS)
def test_changes_name_the_collection(connect: Any, server: Any, collection: Collection) -> None:
    document_id, answer = IDS[collection], stored(made_up(collection))
    history = {"items": [{"version": 1, "created_at": "2026-01-02T03:04:05Z", "origin": "user", "deleted": False}]}
    path = f"/v1/{collection}/{document_id}"
    for answered, call, expected in (
        (answer, lambda c: c.document(collection, document_id), f"GET {path}"),
        (answer, lambda c: c.patch_document(collection, document_id, {"name": "x"}, version="*"), f"PATCH {path}"),
        (
            answer,
            lambda c: c.restore_document(collection, document_id, 1, replacing=2),
            f"POST {path}/versions/1/restore",
        ),
        (httpx.Response(204), lambda c: c.delete_document(collection, document_id, version=1), f"DELETE {path}"),
        (
            httpx.Response(200, json=history),
            lambda c: c.document_versions(collection, document_id),
            f"GET {path}/versions",
        ),
    ):
        answering = server(answered)
        call(connect(answering))
        assert target(answering) == expected


def test_lines_are_computed_as_hubs_are(connect: Any, server: Any, report: AnalysisReport) -> None:
    answering = server(httpx.Response(200, content=report.model_dump_json()))
    connect(answering).analysis("steppe-line", {"flow.per_day": [1, 2]}, collection="lines")
    assert target(answering) == "GET /v1/lines/steppe-line/analysis?flow.per_day=1,2"
    answering = server(httpx.Response(200, content=report.model_dump_json()))
    connect(answering).analysis(made_up("lines"))
    assert target(answering) == "POST /v1/analysis"
    assert json.loads(answering.request.content)["hub"]["kind"] == "railway"


def test_a_document_given_is_looked_for_nowhere(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(500))
    with pytest.raises(ParameterError, match="collection"):
        connect(answering).analysis(made_up("lines"), collection="lines")
    assert answering.requests == []


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("metric", ("utilization",), "analysis/utilization.json"),
        ("capacity_curve", (), "curve"),
        ("day_profile", (), "day"),
        ("clearing", (30,), "clearing?queue=30"),
        ("recovery", (72,), "recovery?closed_hours=72"),
        ("paths", (), "paths"),
    ],
)
def test_every_reading_takes_a_collection(connect: Any, server: Any, name: str, given: Any, path: str) -> None:
    answering = server(httpx.Response(404, json={}))
    with pytest.raises(Exception, match="404"):
        getattr(connect(answering), name)("steppe-line", *given, collection="lines")
    assert target(answering) == f"GET /v1/lines/steppe-line/{path}"


def test_paths_of_a_corridor(connect: Any, server: Any) -> None:
    row = {"path": "lines.steppe-line.flows.westbound.per_day", "type": "number", "unit": "units/day", "value": 12}
    row |= {"allowed": "a number", "description": "Mean flow"}
    answering = server(httpx.Response(200, json={"items": [row]}))
    (found,) = connect(answering).paths("steppe-corridor", collection="corridors")
    assert (found.path, found.value) == (row["path"], 12)
    assert target(answering) == "GET /v1/corridors/steppe-corridor/paths"
