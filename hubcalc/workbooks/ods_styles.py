"""Styles and settings of an OpenDocument spreadsheet."""

from xml.sax.saxutils import quoteattr

from hubcalc.workbooks.looks import FACES, FONT
from hubcalc.workbooks.model import Sheet, Style, Workbook

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = {
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"
        for name, space in {
            **{name: name for name in ("office", "table", "text", "style", "chart", "meta", "config")},
            "draw": "drawing",
            "number": "datastyle",
        }.items()
    },
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}
NAMESPACES = " ".join(f'xmlns:{name}="{space}"' for name, space in _SPACES.items())
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CM_OF_DIGIT = 0.2
"""Width of a digit of the standard font."""


class Styles:
    """The automatic styles of a document: each is made when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def automatic(self) -> str:
        """Write all that were asked for."""
        numbers = "".join(self._numbers.values())
        named = "".join(
            text.replace("<style:style", f'<style:style style:name="{name}"', 1) for text, name in self._made.items()
        )
        plain = '<style:graphic-properties draw:stroke="none" draw:fill="none"/>'
        plain = f'<style:style style:name="plain" style:family="graphic">{plain}</style:style>'
        return f"<office:automatic-styles>{plain}{numbers}{named}</office:automatic-styles>"

    def table(self, sheet: Sheet) -> str:
        """Name the style of a sheet."""
        tab = f" table:tab-color={quoteattr(sheet.color)}" if sheet.color else ""
        page = "Whole" if sheet.one_page else "Wide"
        return self._named(
            "ta",
            f'<style:style style:family="table" style:master-page-name="{page}">'
            f'<style:table-properties table:display="true"{tab}/></style:style>',
        )

    def column(self, width: float) -> str:
        """Name the style of a column; its width is in digits."""
        inside = f'<style:table-column-properties style:column-width="{width * _CM_OF_DIGIT:.3f}cm"/>'
        return self._named("co", f'<style:style style:family="table-column">{inside}</style:style>')

    def row(self, points: float) -> str:
        """Name the style of a row."""
        inside = f'<style:table-row-properties style:row-height="{points:g}pt" style:use-optimal-row-height="false"/>'
        return self._named("ro", f'<style:style style:family="table-row">{inside}</style:style>')

    def cell(self, style: Style) -> str:
        """Name the style of a cell."""
        face = FACES[style.look]
        border = f"0.5pt solid {face.border}" if face.border else "none"
        fill = f' fo:background-color="{face.fill}"' if face.fill else ""
        wrap = "wrap" if face.wrap else "no-wrap"
        fixed = face.align != "general"
        source = "fix" if fixed else "value-type"
        paragraph = {"left": "start", "right": "end"}.get(face.align, "start")
        margin = ' fo:margin-left="0.15cm" fo:margin-right="0.15cm"' if fixed else ""
        inside = (
            f'<style:table-cell-properties fo:border="{border}"{fill} fo:wrap-option="{wrap}" '
            f'style:vertical-align="top" style:text-align-source="{source}" fo:padding="0.03cm"/>'
            f'<style:paragraph-properties fo:text-align="{paragraph}"{margin}/>'
            f'<style:text-properties style:font-name="{FONT}" fo:font-family="{FONT}" fo:font-size="{face.size:g}pt" '
            f'fo:font-weight="{"bold" if face.bold else "normal"}" fo:color="{face.color}"/>'
        )
        number = self._number(style)
        shown = f' style:data-style-name="{number}"' if number else ""
        return self._named(
            "ce",
            f'<style:style style:family="table-cell" style:parent-style-name="Default"{shown}>{inside}</style:style>',
        )

    def _named(self, prefix: str, text: str) -> str:
        return self._made.setdefault(text, f"{prefix}{len(self._made) + 1}")

    def _number(self, style: Style) -> str:
        """Name the format of a number; none shows it as it is."""
        if style.percent:
            name, kind, inside = (
                "percent",
                "percentage-style",
                _decimals(1, grouping=False) + "<number:text>%</number:text>",
            )
        elif style.decimals is not None:
            name, kind, inside = f"number-{style.decimals}", "number-style", _decimals(style.decimals, grouping=True)
        else:
            return ""
        self._numbers[name] = f'<number:{kind} style:name="{name}">{inside}</number:{kind}>'
        return name


def _decimals(places: int, *, grouping: bool) -> str:
    grouped = ' number:grouping="true"' if grouping else ""
    return (
        f'<number:number number:decimal-places="{places}" number:min-decimal-places="{places}" '
        f'number:min-integer-digits="1"{grouped}/>'
    )


def styles_xml() -> str:
    """Write the common styles: the standard font, and pages across that are one wide."""
    pages = "".join(
        f'<style:page-layout style:name="{name}"><style:page-layout-properties fo:page-width="29.7cm" '
        'fo:page-height="21cm" style:print-orientation="landscape" fo:margin-top="1cm" fo:margin-bottom="1cm" '
        f'fo:margin-left="1cm" fo:margin-right="1cm" {scale}/>'
        '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.2cm"/>'
        "</style:footer-style></style:page-layout>"
        for name, scale in (
            ("wide", 'style:scale-to-X="1" style:scale-to-Y="0"'),
            ("whole", 'style:scale-to-pages="1"'),
        )
    )
    footer = (
        '<style:header style:display="false"/><style:footer><style:region-left><text:p><text:sheet-name/></text:p>'
        "</style:region-left><style:region-center><text:p><text:title/></text:p></style:region-center>"
        "<style:region-right><text:p><text:page-number/> / <text:page-count/></text:p></style:region-right>"
        "</style:footer>"
    )
    default = (
        '<style:style style:name="Default" style:family="table-cell"><style:text-properties '
        f'style:font-name="{FONT}" fo:font-family="{FONT}" fo:font-size="10pt"/></style:style>'
    )
    return (
        f'{_HEAD}<office:document-styles {NAMESPACES} office:version="1.3"><office:styles>{default}</office:styles>'
        f"<office:automatic-styles>{pages}</office:automatic-styles><office:master-styles>"
        f'<style:master-page style:name="Wide" style:page-layout-name="wide">{footer}</style:master-page>'
        f'<style:master-page style:name="Whole" style:page-layout-name="whole">{footer}</style:master-page>'
        "</office:master-styles></office:document-styles>"
    )


def settings_xml(workbook: Workbook) -> str:
    """Write how the sheets are seen: which rows and columns stay in sight, and no lines between cells."""
    views = "".join(_view(sheet) for sheet in workbook.sheets)
    inside = (
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{views}</config:config-item-map-named>'
        f"{_item('ActiveTable', 'string', workbook.sheets[0].name)}{_item('ShowGrid', 'boolean', 'false')}"
    )
    return (
        f'{_HEAD}<office:document-settings {NAMESPACES} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        f"<config:config-item-map-entry>{inside}</config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"
    )


def _view(sheet: Sheet) -> str:
    items = [("ShowGrid", "boolean", "false"), ("CursorPositionX", "int", "0"), ("CursorPositionY", "int", "0")]
    rows, columns = sheet.header + 1, sheet.frozen_columns
    frozen = "2"
    if rows:
        items += [
            *(("VerticalSplitMode", "short", frozen), ("VerticalSplitPosition", "int", str(rows))),
            *(("PositionBottom", "int", str(rows)), ("ActiveSplitRange", "short", "3" if columns else "2")),
        ]
    if columns:
        items += [
            *(("HorizontalSplitMode", "short", frozen), ("HorizontalSplitPosition", "int", str(columns))),
            ("PositionRight", "int", str(columns)),
        ]
    inside = "".join(_item(*item) for item in items)
    return f"<config:config-item-map-entry config:name={quoteattr(sheet.name)}>{inside}</config:config-item-map-entry>"


def _item(name: str, kind: str, value: str) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
