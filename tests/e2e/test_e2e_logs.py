"""What a server writes holds no key, whatever it logs and however the key is spelled."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

START_SECONDS = 120
KEY = "k3y+of&this%server/="
QUOTED = "k3y%2Bof%26this%25server%2F%3D"
PARTS = ("k3y", "this%25server", "this%server", "an0ther")
"""What of keys would be seen."""

SERVERS = {
    "hubcalc serve": ["-m", "hubcalc", "serve", "--access-log", "--log-level", "debug"],
    "uvicorn, everything": ["-m", "uvicorn", "--factory", "hubcalc.api:create_app", "--log-level", "trace"],
    "uvicorn, pure Python": [
        *("-m", "uvicorn", "--factory", "hubcalc.api:create_app", "--log-level", "trace"),
        *("--http", "h11", "--loop", "asyncio"),
    ],
}
TARGETS = [
    f"/v1/hubs?limit=1&key={QUOTED}",
    f"/v1/hubs?KEY={QUOTED}&limit=1",
    f"/v1/hubs?%6Bey={QUOTED}",
    f"/v1/hubs?k%65%59={QUOTED}&+key%20={QUOTED}",
    "/v1/hubs?key=an0ther",
    f"/v1/hubs?key=an0ther&key={QUOTED}",
    f"/v1/hubs/xian/analysis?no.path=1&key={QUOTED}",
    f"/v1/hubs%3Fkey={QUOTED}",
    f"/v1/hubs%3Fkey%3D{QUOTED}",
    f"/nowhere/%00/..?key={QUOTED}",
    f"/healthz?key={QUOTED}#key={QUOTED}",
    f"/v1/queue/wait_mean_hours.txt?key={QUOTED}&x={'1' * 60_000}",
    f"/v1/hubs?x={'1' * 70_000}&key={QUOTED}",
    f"http://example.org/v1/hubs?key={QUOTED}",
]
REQUESTS = [
    *(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" for method in ("GET", "HEAD", "OPTIONS")
      for target in TARGETS),
    f"GET /v1/hubs HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nConnection: close\r\n\r\n",
    f"GET /v1/hubs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n",
    f"GET /v1/hubs?key={QUOTED}\r\n\r\n",
    f"GARBAGE /v1/hubs?key={QUOTED} \x00\r\n\r\n",
    f"BREW /v1/hubs?key={QUOTED} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    f"POST /v1/analysis?key={QUOTED} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{",
    f"GET /v1/jobs?key={QUOTED} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: {KEY}\r\n\r\n",
]  # fmt: skip


@pytest.fixture(params=SERVERS)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes], Path]]:
    """Start a server; give its port, its process, and the file with all that it writes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"HUBCALC_DATABASE": str(tmp_path / "hubs.sqlite"), "HUBCALC_API_KEY": KEY, "HUBCALC_JOB_WARM": "0"}
    path = tmp_path / "log"
    command = [sys.executable, *SERVERS[request.param], "--port", str(port)]
    with path.open("wb") as file:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=file, stderr=file, cwd=tmp_path)
    try:
        yield port, process, path
    finally:
        process.kill()
        process.wait(timeout=60)


def wait_until_ready(port: int, process: subprocess.Popen[bytes], path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, path.read_text()
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("not ready")


def ask(port: int, sent: str) -> bytes:
    """Send a request as it is, and read what comes until the server closes or falls silent."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent.encode())
        if sent.startswith("POST"):
            connection.shutdown(socket.SHUT_WR)  # its body will not come
        try:
            while part := connection.recv(65_536):
                answer += part
        except (ConnectionResetError, TimeoutError):
            pass
    return answer


@pytest.mark.slow
def test_no_key_is_written(log):
    port, process, path = log
    wait_until_ready(port, process, path)
    answers = [ask(port, sent) for sent in REQUESTS]
    assert sum(answer.startswith(b"HTTP/1.1 200") for answer in answers) >= 10
    assert any(answer.startswith(b"HTTP/1.1 401") for answer in answers)
    # stopped as it would be, so that all is written
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    text = path.read_text(encoding="utf-8", errors="replace")
    assert text.count("/v1/hubs") > 10, "requests are logged at all"
    seen = {part: [line for line in text.splitlines() if part in line][:3] for part in PARTS if part in text}
    assert seen == {}
    assert "Traceback" not in text
