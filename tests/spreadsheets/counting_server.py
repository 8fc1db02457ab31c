"""A real server in a process of its own, with a database of its own, that says what it was asked."""

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

START_SECONDS, END_SECONDS = 120.0, 60.0
_ASKED = re.compile(r'"([A-Z]+) (\S+) HTTP/[0-9.]+" ([0-9]{3})')


class CountingServer:
    """A server whose log of requests is read. It starts with the `with` statement, and ends with it."""

    def __init__(self, folder: Path, port: int = 0, **settings: str) -> None:
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder, self._settings = folder, settings
        self._log_file = folder / "server.log"
        self._read = 0

    def __enter__(self) -> "CountingServer":
        command = [sys.executable, "-m", "uvicorn", "--factory", "hubcalc.api:create_app", "--host", "127.0.0.1"]
        environment = {**os.environ, "HUBCALC_DATABASE": str(self._folder / "hubs.sqlite"), **self._settings}
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)], env=environment, stdout=log, stderr=log, cwd=self._folder
            )
        try:
            self._wait()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def log(self) -> str:
        """Give all that the server has written."""
        return self._log_file.read_text(encoding="utf-8")

    def asked(self) -> list[tuple[str, str, int]]:
        """Give the requests since the last call, in their order: method, address, status."""
        with self._log_file.open("rb") as log:
            log.seek(self._read)
            text = log.read()
        self._read += len(text)
        return [(method, path, int(status)) for method, path, status in _ASKED.findall(text.decode())]

    def counted(self) -> Counter[str]:
        """Count the requests since the last call by their method."""
        return Counter(method for method, _, _ in self.asked())

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self._log_file.read_text())
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == httpx.codes.OK:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        self.asked()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
