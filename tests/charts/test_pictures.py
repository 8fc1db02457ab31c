"""Pictures of charts: every label is in them, and a missing extra is named."""

import builtins
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from hubcalc.charts import chart_of
from hubcalc.charts.pictures import png, svg
from hubcalc.errors import RefusedError
from hubmodels.answers import AnswerColumn

COLUMNS = [AnswerColumn(name=name) for name in ("stage", "utilization", "peak_utilization")]
SPEC = chart_of("stations", "How full the stages are", COLUMNS, [["gate", 0.4, 0.4], ["crane-front", 0.9, 0.9]])
assert SPEC is not None


def test_svg_has_title_labels_and_axis() -> None:
    pytest.importorskip("vl_convert")
    picture = svg(SPEC)
    assert picture.startswith("<svg")
    for label in ("How full the stages are", "gate", "crane-front", "Utilization [%]"):
        assert f">{label}<" in picture


def test_png_is_one() -> None:
    pytest.importorskip("vl_convert")
    picture = png(SPEC)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width > height > 0


def test_what_is_no_chart_is_refused() -> None:
    pytest.importorskip("vl_convert")
    with pytest.raises(RefusedError, match="cannot be drawn"):
        svg({"mark": "no such mark"})


@pytest.mark.parametrize("draw", [svg, png])
def test_a_missing_extra_is_named(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "vl_convert":
            raise ImportError(name)
        return usual(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RefusedError, match=r"hubcalc\[charts\]") as raised:
        draw(SPEC)
    assert "pip install" in str(raised.value.problems[0])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Run a web server in a process of its own; give its address and the file that tells who asked."""
    log = tmp_path / "log.txt"
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    with log.open("w") as file, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True) as server:
        assert server.stdout is not None
        port = re.search(r"port (\d+)", server.stdout.readline())
        assert port is not None
        try:
            yield f"http://127.0.0.1:{port[1]}", log
        finally:
            server.terminate()


@pytest.mark.parametrize("draw", [svg, png])
def test_nothing_is_fetched_from_a_network(draw: Any, elsewhere: tuple[str, Path]) -> None:
    pytest.importorskip("vl_convert")
    address, log = elsewhere
    data = {"url": f"{address}/log.txt", "format": {"type": "json"}}
    with pytest.raises(RefusedError, match="cannot be drawn"):
        draw({"data": data, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}})
    urlopen(f"{address}/log.txt").close()
    assert log.read_text().count("GET") == 1, "only this test has asked"
