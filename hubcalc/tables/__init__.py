"""Tables for people, spreadsheets and scripts: what the API and the command line write alike."""

from hubcalc.tables.calculations import (
    CALCULATION_VIEWS,
    UNSTABLE,
    CalculationView,
    calculation_table,
    inputs_table,
    shown,
)
from hubcalc.tables.formats import FORMATS, MEDIA_TYPES, STREAMED, Format, cell_text, parts, render
from hubcalc.tables.layouts import DIALECTS, SHAPES, Dialect, Layout, Shape, laid_out
from hubcalc.tables.rectangles import Column, Remarks, Table
from hubcalc.tables.reports import VIEWS, View, report_table
from hubcalc.tables.statuses import weakest

__all__ = [
    "CALCULATION_VIEWS",
    "DIALECTS",
    "FORMATS",
    "MEDIA_TYPES",
    "SHAPES",
    "STREAMED",
    "UNSTABLE",
    "VIEWS",
    "CalculationView",
    "Column",
    "Dialect",
    "Format",
    "Layout",
    "Remarks",
    "Shape",
    "Table",
    "View",
    "calculation_table",
    "cell_text",
    "inputs_table",
    "laid_out",
    "parts",
    "render",
    "report_table",
    "shown",
    "weakest",
]
