"""One Chromium and one server for all tests of pages that a process of pytest runs."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.append(str(Path(__file__).parent.parent / "e2e"))  # the server is that of the end-to-end tests

from served import Server

WITHOUT = "HUBCALC_WITHOUT_BROWSER"
DRIVER = "chromedriver"
PATIENCE_SECONDS = 120
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync"),
    # nothing but the pages is asked for
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
    "--window-size=1300,1400",
)
_KNOWN = ("/favicon.ico", "Deprecated: escaping deep link")
"""What a browser asks for beside pictures, and what Swagger UI says of every link into its page."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[webdriver.Chrome]:
    driver = shutil.which(DRIVER)
    if driver is None and os.environ.get(WITHOUT) == "1":
        pytest.skip(f"there is no {DRIVER} ({WITHOUT}=1)")
    if driver is None:
        pytest.fail(f"there is no {DRIVER} (Debian: chromium-driver); with {WITHOUT}=1 these tests are skipped")
    options = webdriver.ChromeOptions()
    for option in _OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    started.set_page_load_timeout(PATIENCE_SECONDS)
    started.set_script_timeout(PATIENCE_SECONDS)
    yield started
    started.quit()


@pytest.fixture
def browser(chromium: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """Give the browser, and see afterwards that it had nothing to complain of."""
    yield chromium
    complaints = [entry["message"] for entry in chromium.get_log("browser")]
    assert [message for message in complaints if not any(known in message for known in _KNOWN)] == []
    chromium.get("about:blank")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server") / "hubs.sqlite")
    started.start()
    yield started
    started.end(signal.SIGKILL)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Keep silent."""


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an empty page of another origin."""
    folder = tmp_path_factory.mktemp("elsewhere")
    page = '<!doctype html><title>elsewhere</title><link rel="icon" href="data:,">'
    (folder / "index.html").write_text(page, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as pages:
        Thread(target=pages.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{pages.server_port}/"
        pages.shutdown()


@pytest.fixture
def from_elsewhere(chromium: webdriver.Chrome, elsewhere: str) -> Iterator[Callable[..., Any]]:
    """Return a function that runs a script on a page of another origin, with what is given by name."""

    def run(script: str, **given: Any) -> Any:
        called = f"(async ({{{', '.join(given)}}}) => {{ {script} }})(arguments[0])"
        ended = f"{called}.then(arguments[1], error => arguments[1]('' + error))"
        return chromium.execute_async_script(ended, given)  # type: ignore[no-untyped-call]

    chromium.get(elsewhere)
    yield run
    chromium.get_log("browser")  # refused requests are written there, which is what some tests ask for
