"""Slow work does not keep the server from answering others."""

import asyncio
import time

import httpx
import pytest

from hubcalc.api import analysis, cells, create_app, simulations, timelines
from hubcalc.settings import Settings

SLOW_SECONDS = 0.6
URL = "/v1/hubs/xian/analysis"
BODIES = {"/v1/analysis": {"fields": ["utilization"]}, "/v1/simulations": {"most_events": 10_000}}


@pytest.fixture
def slow(monkeypatch):
    def slowed(original):
        def analyze(*args, **kwargs):
            time.sleep(SLOW_SECONDS)
            return original(*args, **kwargs)

        return analyze

    for module, name in (
        *((analysis, "analyze"), (cells, "analyze")),
        *((simulations, "simulate_inputs"), (timelines, "clearing")),
    ):
        monkeypatch.setattr(module, name, slowed(getattr(module, name)))


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
@pytest.mark.usefixtures("slow")
def test_health_is_answered_while_an_analysis_runs(database, method, url):
    async def run():
        app = create_app(Settings(database=database, seed=False))
        async with (
            app.lifespan(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client,
        ):
            body = {"hub": "xian", **BODIES.get(url, {})} if method == "POST" else None
            started = time.perf_counter()
            asked = asyncio.create_task(client.request(method, url, json=body))
            await asyncio.sleep(0.05)
            waits = []
            while time.perf_counter() - started < SLOW_SECONDS * 0.8:
                before = time.perf_counter()
                assert (await client.get("/healthz")).status_code == 200
                waits.append(time.perf_counter() - before)
                await asyncio.sleep(0.02)
            assert not asked.done()
            assert (await asked).status_code == 200
            assert len(waits) >= 3
            assert sorted(waits)[len(waits) // 2] < SLOW_SECONDS / 4

    asyncio.run(run())


@pytest.mark.usefixtures("slow")
def test_analyses_run_side_by_side(database):
    async def run():
        app = create_app(Settings(database=database, seed=False))
        async with (
            app.lifespan(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client,
        ):
            started = time.perf_counter()
            answers = await asyncio.gather(*(client.get(f"{URL}/utilization?flow.per_day={n}") for n in (1, 2, 3)))
            assert [answer.status_code for answer in answers] == [200, 200, 200]
            assert time.perf_counter() - started < 2.5 * SLOW_SECONDS

    asyncio.run(run())
