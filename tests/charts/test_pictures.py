"""Pictures of charts: every label is in them, and a missing extra is named."""

import builtins
from typing import Any

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
