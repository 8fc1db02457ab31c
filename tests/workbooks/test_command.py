"""`hubcalc workbook` and the client's call."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from hubcalc.cli.workbook import workbook as command
from hubcalc.client import Client
from hubcalc.client.workbooks import workbook as call
from hubcalc.errors import ParameterError

ROAD = "khorgos-almaty-road"


def summary_of(path: Path) -> dict[object, object]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_file_is_written(tmp_path, suffix):
    output = tmp_path / f"road{suffix}"
    lanes = "--set", "flow.per_day=2000"
    done = CliRunner().invoke(
        command, [ROAD, "--output", str(output), *lanes, "--method", "fast"], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert f"{output}: " in done.stderr
    summary = summary_of(output)
    assert summary["Id"] == ROAD
    assert summary["Server"] == "http://127.0.0.1:8000"
    assert summary["Address begins"] == f"http://127.0.0.1:8000/v1/lines/{ROAD}/analysis/"
    assert str(summary["Parameters"]).startswith("e=text&m=fast&flows.")


def test_the_server_can_be_named(tmp_path):
    output = tmp_path / "road.xlsx"
    CliRunner().invoke(
        command, [ROAD, "--output", str(output), "--server", "https://hub.example/"], catch_exceptions=False
    )
    assert summary_of(output)["Server"] == "https://hub.example"


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        (["--output", "road.csv"], "--output"),
        (["--output", "road.xlsx", "--server", "hub.example"], "--server"),
        (["--output", "road.xlsx", "--set", "flow.per_day=1,2"], "flow.per_day"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(tmp_path, monkeypatch, arguments, parameter):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, [ROAD, *arguments])
    assert isinstance(result.exception, ParameterError)
    assert result.exception.problems[0].parameter == parameter
    assert list(tmp_path.iterdir()) == []


def test_the_client_gets_the_bytes():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w"):
        pass
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=buffer.getvalue())

    with Client("http://hub.example", transport=httpx.MockTransport(answer)) as client:
        found = client._send(call("xian", {"stages.front.cranes": 4}, file_format="ods", method="fast", version=2))
    assert found == buffer.getvalue()
    assert str(asked[0].url) == (
        "http://hub.example/v1/hubs/xian/workbook.ods?stages.front.cranes=4&method=fast&version=2"
    )
