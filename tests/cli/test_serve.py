"""`serve`, as a process of its own."""

import signal
import sys
from pathlib import Path

import httpx
import pytest


@pytest.mark.slow
def test_a_free_port_is_printed_and_the_examples_work(launch, address_of, run):
    server = launch("--database", "hubs.sqlite")
    url = address_of(server)
    text = "".join(server.stdout.readline() for _ in range(6))
    assert f"{url}/docs" in text
    cell = f"{url}/v1/hubs/khorgos-gateway/analysis/theoretical_capacity_per_day.txt?stages.front.cranes=4"
    table = f"{url}/v1/hubs/khorgos-gateway/analysis.csv?stages.front.cranes=2..6"
    assert f"curl '{cell}'" in text
    assert f"curl '{table}'" in text
    assert "hubcalc analyze khorgos-gateway --set stages.front.cranes=2..6" in text
    with httpx.Client(timeout=60) as client:
        assert float(client.get(cell).text) == pytest.approx(15.712, abs=0.001)
        assert len(client.get(table).text.splitlines()) == 6
        assert client.get(f"{url}/docs").status_code == 200
    assert Path("hubs.sqlite").exists()
    taken = run("serve", "--port", url.rpartition(":")[2], code=6)
    assert "cannot listen on 127.0.0.1" in taken.stderr
    assert taken.stdout == ""
    assert not Path("hubcalc.sqlite").exists(), "nothing is made before the port is taken"
    if sys.platform != "win32":
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=60)
        assert (server.returncode, out, err) == (0, "", ""), "quiet, and a clean end"


@pytest.mark.slow
def test_settings_come_from_options_before_the_environment(launch, address_of, monkeypatch):
    server = launch("--no-seed", "--access-log")
    url = address_of(server)
    with httpx.Client(timeout=60) as client:
        assert client.get(f"{url}/v1/hubs").json()["total"] == 0
    server.terminate()
    out, err = server.communicate(timeout=60)
    assert "GET /v1/hubs" in out + err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--port", "70000"], 2, "--port"),
        (["--scenario-limit", "0"], 2, "--scenario-limit"),
        (["--host", "no such host"], 6, "cannot listen"),
        (["--port", "0", "--database", "file/hubs.sqlite"], 5, "hubs.sqlite"),
    ],
)
def test_what_cannot_be_served(run, arguments, code, words):
    Path("file").touch()
    result = run("serve", *arguments, code=code)
    assert words in result.stderr
    assert result.stdout == ""


def test_the_environment_is_checked(run, monkeypatch):
    monkeypatch.setenv("HUBCALC_PORT", "http")
    assert "HUBCALC_PORT" in run("serve", code=2).stderr
