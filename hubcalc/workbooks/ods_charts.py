"""Charts of an OpenDocument spreadsheet: objects of their own, which read the ranges of the sheets."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from hubcalc.workbooks.formulas import Range, Ref, address, column_letters
from hubcalc.workbooks.looks import FONT, NAVY
from hubcalc.workbooks.model import CHART_WIDTH, Chart, Series
from hubcalc.workbooks.ods_styles import NAMESPACES

CM_OF_PIXEL = 2.54 / 96
_CLASSES = {"bars": "chart:bar", "stacked": "chart:bar", "lines": "chart:scatter"}


def chart_object(chart: Chart) -> str:
    """Write the content of a chart's object."""
    size = f'svg:width="{CHART_WIDTH * CM_OF_PIXEL:.3f}cm" svg:height="{chart.height * CM_OF_PIXEL:.3f}cm"'
    series = "".join(_series(chart, i, item) for i, item in enumerate(chart.series))
    legend = '<chart:legend chart:legend-position="bottom" chart:style-name="small"/>' if len(chart.series) > 1 else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{''.join(_styles(chart))}</office:automatic-styles>"
        f'<office:body><office:chart><chart:chart {size} xlink:href=".." xlink:type="simple" '
        f'chart:class="{_CLASSES[chart.kind]}" chart:style-name="chart">'
        f'<chart:title chart:style-name="title"><text:p>{escape(chart.title)}</text:p></chart:title>{legend}'
        f'<chart:plot-area chart:style-name="plot">{_axes(chart)}{series}<chart:wall chart:style-name="wall"/>'
        "</chart:plot-area></chart:chart></office:chart></office:body></office:document-content>"
    )


def shown_ranges(chart: Chart) -> str:
    """List the cells that a chart shows."""
    return " ".join(dict.fromkeys(_range(cells) for item in chart.series for cells in (item.across, item.values)))


def _range(cells: Range) -> str:
    column = column_letters(cells.column)
    sheet = f"'{cells.sheet}'"
    return f"{sheet}.${column}${cells.first_row + 1}:{sheet}.${column}${cells.last_row + 1}"


def _cell(ref: Ref) -> str:
    return f"'{ref.sheet}'.{address(ref.row, ref.column)}"


def _axes(chart: Chart) -> str:
    """Write the axes; bars lie, so that their categories are on the left."""
    first = chart.series[0]
    across = f'<chart:title chart:style-name="small"><text:p>{escape(chart.across_title)}</text:p></chart:title>'
    categories = f"<chart:categories table:cell-range-address={quoteattr(_range(first.across))}/>"
    inside = across if chart.kind == "lines" else categories
    values = f'<chart:title chart:style-name="small"><text:p>{escape(chart.values_title)}</text:p></chart:title>'
    return (
        f'<chart:axis chart:dimension="x" chart:name="primary-x" chart:style-name="across">{inside}</chart:axis>'
        f'<chart:axis chart:dimension="y" chart:name="primary-y" chart:style-name="values">{values}'
        '<chart:grid chart:class="major" chart:style-name="grid"/></chart:axis>'
    )


def _series(chart: Chart, i: int, item: Series) -> str:
    domain = (
        f"<chart:domain table:cell-range-address={quoteattr(_range(item.across))}/>" if chart.kind == "lines" else ""
    )
    return (
        f'<chart:series chart:style-name="series{i}" chart:class="{_CLASSES[chart.kind]}" '
        f"chart:values-cell-range-address={quoteattr(_range(item.values))} "
        f"chart:label-cell-address={quoteattr(_cell(item.name))}>{domain}</chart:series>"
    )


def _styles(chart: Chart) -> Iterator[str]:
    lying = ' chart:vertical="true"' if chart.kind != "lines" else ""
    stacked = ' chart:stacked="true"' if chart.kind == "stacked" else ""
    lines = ' chart:symbol-type="none" chart:lines="true"' if chart.kind == "lines" else ""
    yield '<number:percentage-style style:name="percent"><number:number number:decimal-places="0" '
    yield 'number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>'
    yield _style("chart", '<style:graphic-properties draw:stroke="none" draw:fill="solid" draw:fill-color="#ffffff"/>')
    yield _style("title", _text(13, NAVY))
    yield _style("small", _text(9, "#404040"))
    yield _style("plot", f"<style:chart-properties{lying}{stacked}{lines}/>")
    yield _style("wall", '<style:graphic-properties draw:stroke="none" draw:fill="none"/>')
    yield _style("grid", '<style:graphic-properties draw:stroke="solid" svg:stroke-color="#e5e5e5"/>')
    end = "" if chart.most_across is None else f' chart:minimum="0" chart:maximum="{chart.most_across!r}"'
    turned = ' chart:reverse-direction="true"' if chart.kind != "lines" else ""
    yield _style("across", f'<style:chart-properties chart:display-label="true"{end}{turned}/>' + _text(9, "#404040"))
    top = "" if chart.most is None else f' chart:maximum="{chart.most!r}"'
    percent = ' style:data-style-name="percent"' if chart.percent else ""
    turned = ' chart:axis-position="end"' if turned else ""
    linked = ' chart:link-data-style-to-source="false"'
    inside = f'<style:chart-properties chart:display-label="true" chart:minimum="0"{top}{turned}{linked}/>'
    yield _style("values", inside + _text(9, "#404040"), percent)
    for i, item in enumerate(chart.series):
        yield _style(f"series{i}", _series_face(chart, item))


def _series_face(chart: Chart, item: Series) -> str:
    if chart.kind == "lines":
        dash = "dash" if item.dashed else "solid"
        named = ' draw:stroke-dash="dash"' if item.dashed else ""
        return (
            '<style:chart-properties chart:symbol-type="none"/>'
            f'<style:graphic-properties draw:stroke="{dash}"{named} svg:stroke-width="0.06cm" '
            f'svg:stroke-color="{item.color}"/>'
        )
    return (
        '<style:chart-properties chart:gap-width="60" chart:overlap="0"/>'
        f'<style:graphic-properties draw:stroke="none" draw:fill="solid" draw:fill-color="{item.color}"/>'
    )


def _style(name: str, inside: str, attributes: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="chart"{attributes}>{inside}</style:style>'


def _text(size: int, color: str) -> str:
    return f'<style:text-properties fo:font-family="{FONT}" fo:font-size="{size}pt" fo:color="{color}"/>'
