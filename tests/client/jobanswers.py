"""What a server answers about studies and jobs."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx

REQUEST = {
    "subject": {"kind": "hub", "id": "xian"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [3, 4]}},
}
JOB_ID = "5f0c2a9d41b7e683"
RESULT = {
    "kind": "sweep",
    "subject": {"kind": "hub", "id": "xian", "name": "Xi'an", "overrides": {}, "documents": {"xian": 1}},
    "model_version": "2026.5",
    "rows": 2,
    "columns": [{"name": "row"}],
    "design": "grid",
    "seed": None,
    "statuses": {"ok": 2},
    "summaries": [],
    "first_invalid": [],
}


def job(state: str = "running", done_rows: int = 0, **more: Any) -> dict[str, Any]:
    progress = {"done_rows": done_rows, "rows": 2, "rows_per_second": None, "seconds_left": None}
    said = {"id": JOB_ID, "kind": "sweep", "state": state, "model_version": "2026.5", "documents": {"xian": 1}}
    return {**said, "progress": progress, "created_at": "2026-01-02T03:04:05Z", **more}


def answered(result: Any = None, **said: Any) -> httpx.Response:
    return httpx.Response(200 if result else 202, json={"job": job(**said), "result": result})


def looked(**said: Any) -> httpx.Response:
    return httpx.Response(200, json=job(**said))


def rows(numbers: range, *, more: bool) -> httpx.Response:
    following = f"http://elsewhere/v1/jobs/{JOB_ID}/rows?offset={numbers.stop}" if more else None
    return httpx.Response(200, json={"items": [{"row": n} for n in numbers], "next_url": following})


def collected(things: Any) -> list[Any]:
    """Give the things of an iterator, asynchronous or not."""
    if isinstance(things, Iterator):
        return list(things)

    async def collect() -> list[Any]:
        return [thing async for thing in things]

    return asyncio.run(collect())
