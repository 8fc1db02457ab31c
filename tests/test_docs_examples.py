"""The examples of README.md and docs/ are run, and must answer what the page says they answer.

Python blocks are doctests. In console blocks, `$ curl` goes to an app on a database of its own, one for each page, and
`$ hubcalc` to the command line; an answer that is not shown must still be a good one. `...` stands for anything.
"""

import doctest
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from hubcalc.api import create_app
from hubcalc.cli import main
from hubcalc.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.exists()]
BASE_URL = "http://127.0.0.1:8000"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
NOT_RUN = {"cd", "docker", "git", "make", "pip", "py", "python", "python3", "source", "sqlite3", "uvicorn"}
"""Commands of console blocks that change the machine, or need another one."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """Give the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(page, text.count("\n", 0, match.start()) + 2, match[1], match[2])


@dataclass(frozen=True)
class Command:
    """A command of a console block, and what the page says it answers."""

    place: str
    words: list[str]
    output: str


def commands(block: Block) -> Iterator[Command]:
    """Give the commands of a console block; a backslash carries a command on to the next line."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        given, shown = re.fullmatch(r"((?:[^\n]*\\\n)*[^\n]*)\n?(.*)", part, re.DOTALL).groups()  # type: ignore[union-attr]
        line = block.line + block.text.count("\n", 0, block.text.index(part))
        yield Command(f"{block.page.name}:{line}", shlex.split(given.replace("\\\n", " ")), shown)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient[Any]]:
    """Serve a database of the page's own; whatever asks the documented address reaches it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HUBCALC_{name.upper()}", raising=False)
    monkeypatch.delenv("HUBCALC_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "80")  # as in a pipe
    monkeypatch.chdir(tmp_path)
    with TestClient(create_app(Settings(database=tmp_path / "page.sqlite")), base_url=BASE_URL) as served:
        transport = served._transport

        def answer(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            assert str(request.url).startswith(BASE_URL), "an example asks another address"
            return transport.handle_request(request)

        async def answer_later(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            return answer(None, request)  # type: ignore[arg-type]

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer_later)
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples(page: Path, client: TestClient[Any]) -> None:
    variables: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language == "python":
            _run_python(block, variables)
        elif block.language == "console":
            for command in commands(block):
                _run_command(command, client)


def test_pages_have_examples() -> None:
    languages = {block.language for page in PAGES for block in blocks(page)}
    assert {"python", "console"} <= languages


def _run_python(block: Block, variables: dict[str, Any]) -> None:
    if ">>>" not in block.text:
        compile(block.text, block.place, "exec")  # no doctest: at least Python
        return
    test = doctest.DocTestParser().get_doctest(block.text, variables, block.place, str(block.page), block.line - 1)
    test.globs = variables  # the blocks of a page are one session; get_doctest copies
    report: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append, clear_globs=False)
    assert not report, "".join(report)


def _run_command(command: Command, client: TestClient[Any]) -> None:
    words, pretty = command.words, False
    if "|" in words:
        words, after = words[: words.index("|")], words[words.index("|") + 1 :]
        assert after == ["python", "-m", "json.tool"], f"{command.place}: the test cannot run {after}"
        pretty = True
    if words[0] == "curl":
        output = _curl(words[1:], client, command.place)
    elif words[0] == "hubcalc":
        output = _hubcalc(words[1:], command.place)
    else:
        known = words[0] in NOT_RUN or words[0].startswith(".venv")
        assert known, f"{command.place}: the test does not know {words[0]}"
        return
    if pretty:
        output = json.dumps(json.loads(output), indent=4) + "\n"
    if command.output.strip():
        same = doctest.OutputChecker().check_output(command.output.strip() + "\n", output.strip() + "\n", FLAGS)
        assert same, (
            f"{command.place}: {shlex.join(command.words)}\n--- shown\n{command.output}\n--- answered\n{output}"
        )


def _curl(words: list[str], client: TestClient[Any], place: str) -> str:
    """Do what curl does with the few options that the pages use."""
    method, headers, data, url, with_head, head_only = "", {}, None, "", False, False
    waiting = iter(words)
    for word in waiting:
        if word in ("-X", "--request"):
            method = next(waiting)
        elif word in ("-H", "--header"):
            name, _, value = next(waiting).partition(":")
            headers[name] = value.strip()
        elif word in ("-d", "--data"):
            data = next(waiting)
            assert not data.startswith("@"), f"{place}: no file is at hand"
        elif re.fullmatch(r"-[sSiIf]+", word):
            with_head, head_only = with_head or "i" in word or "I" in word, head_only or "I" in word
        else:
            assert word.startswith(BASE_URL), f"{place}: the test does not know curl {word}"
            url = word
    chosen = method or ("HEAD" if head_only else "POST" if data is not None else "GET")
    if data is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    response = client.request(chosen, url, headers=headers, content=data)
    assert response.status_code < 500, f"{place}: {response.text}"
    if not with_head:
        return response.text
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"date: {formatdate(usegmt=True)}", "server: uvicorn"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\n".join(lines) + "\n\n" + response.text


def _hubcalc(words: list[str], place: str) -> str:
    if words[:1] == ["serve"]:
        return ""
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code in (0, 2, 3, 4), f"{place}: {result.output}"
    return result.output
