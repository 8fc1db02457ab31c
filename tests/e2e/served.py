"""A real server: uvicorn in a process of its own, on a free port of this machine, with a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

START_SECONDS = 120


class Server:
    """A server process that can be killed and started again on the same database and port."""

    def __init__(self, database: Path, **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = database
        self.settings = settings
        self.log = database.with_name("server.log")
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it to be ready."""
        command = [sys.executable, "-m", "uvicorn", "--factory", "hubcalc.api:create_app", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--no-access-log"]
        environment = {**os.environ, "HUBCALC_DATABASE": str(self.database), "HUBCALC_BUSY_TIMEOUT_SECONDS": "5"}
        environment |= self.settings
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.database.parent)
        return self.process

    def start(self) -> None:
        """Start the process and wait until it can answer."""
        process, deadline = self.spawn(), time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)

    def end(self, how: signal.Signals) -> int:
        """End the process; give its exit status."""
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(timeout=60)
        self.process = None
        return status
