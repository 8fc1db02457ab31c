"""The looks of cells, the same in both formats."""

from dataclasses import dataclass
from typing import Literal

from hubcalc.workbooks.model import Look

FONT = "Arial"
NAVY, INK, GREY, WHITE = "#1F3864", "#222222", "#7F7F7F", "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Face:
    """How a look is drawn."""

    size: float = 10
    bold: bool = False
    color: str = INK
    fill: str = ""
    border: str = "#D9D9D9"
    wrap: bool = True
    align: Literal["left", "right", "general"] = "left"


FACES: dict[Look, Face] = {
    "title": Face(size=18, bold=True, color=NAVY, border="", wrap=False, align="general"),
    "lead": Face(color="#595959", border="", wrap=False, align="general"),
    "heading": Face(bold=True, color=WHITE, fill=NAVY, border=NAVY),
    "label": Face(bold=True, color=NAVY, fill="#EEF2F9"),
    "text": Face(),
    "strong": Face(bold=True),
    "faint": Face(color=GREY),
    "link": Face(color="#0B5394"),
    "input": Face(fill="#FFF2CC", border="#D6B656", align="right"),
    "setting": Face(fill="#FFF2CC", border="#D6B656", wrap=False),
    "live": Face(bold=True, fill="#E2EFDA", border="#A9D08E", align="right"),
    "number": Face(align="right"),
    "warning": Face(bold=True, color="#9C0006", fill="#FFE3DD", border="#E6B8B7"),
    "term": Face(bold=True, wrap=False),
}
