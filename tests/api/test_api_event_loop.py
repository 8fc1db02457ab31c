"""Slow work does not keep the server from answering others.

No clock decides here: the slow work goes on until the test lets it go, so a busy machine changes nothing.
"""

import asyncio
import threading

import httpx
import pytest

from hubcalc.api import analysis, cell_values, create_app, simulations, timelines
from hubcalc.settings import Settings

PATIENCE_SECONDS = 60
URL = "/v1/hubs/xian/analysis"
BODIES = {"/v1/analysis": {"fields": ["utilization"]}, "/v1/simulations": {"most_events": 10_000}}


def _held(monkeypatch, hold):
    """Every kind of work calls `hold` before it begins."""

    def held(original):
        def analyze(*args, **kwargs):
            hold()
            return original(*args, **kwargs)

        return analyze

    for module, name in (
        *((analysis, "analyze"), (cell_values, "analyze")),
        *((simulations, "simulate_inputs"), (timelines, "clearing")),
    ):
        monkeypatch.setattr(module, name, held(getattr(module, name)))


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", f"{URL}?fields=utilization"),
        ("GET", f"{URL}/utilization"),
        ("POST", "/v1/analysis"),
        ("GET", "/v1/hubs/xian/clearing?queue=3"),
        ("POST", "/v1/simulations"),
    ],
)
def test_health_is_answered_while_an_analysis_runs(database, monkeypatch, method, url):
    begun, released = threading.Event(), threading.Event()

    def hold():
        begun.set()
        assert released.wait(PATIENCE_SECONDS), "the event loop was held, so nobody could let the work go"

    _held(monkeypatch, hold)

    async def run():
        app = create_app(Settings(database=database, seed=False))
        async with (
            app.lifespan(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client,
        ):
            body = {"hub": "xian", **BODIES.get(url, {})} if method == "POST" else None
            asked = asyncio.create_task(client.request(method, url, json=body))
            assert await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
            for _ in range(3):
                assert (await client.get("/healthz")).status_code == 200
            assert not asked.done()
            released.set()
            assert (await asked).status_code == 200

    asyncio.run(run())


def test_analyses_run_side_by_side(database, monkeypatch):
    together = threading.Barrier(3)  # opens once three have begun, breaks if they come one by one
    _held(monkeypatch, lambda: together.wait(PATIENCE_SECONDS))

    async def run():
        app = create_app(Settings(database=database, seed=False))
        async with (
            app.lifespan(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client,
        ):
            answers = await asyncio.gather(*(client.get(f"{URL}/utilization?flow.per_day={n}") for n in (1, 2, 3)))
            assert [answer.status_code for answer in answers] == [200, 200, 200]

    asyncio.run(run())
