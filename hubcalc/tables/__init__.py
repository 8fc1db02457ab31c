"""Tables for people, spreadsheets and scripts: what the API and the command line write alike."""

from hubcalc.tables.calculations import (
    CALCULATION_VIEWS,
    UNSTABLE,
    CalculationView,
    calculation_table,
    inputs_table,
    shown,
)
from hubcalc.tables.formats import FORMATS, MEDIA_TYPES, Column, Format, Table, cell_text, render
from hubcalc.tables.reports import VIEWS, View, report_table
from hubcalc.tables.statuses import weakest

__all__ = [
    "CALCULATION_VIEWS",
    "FORMATS",
    "MEDIA_TYPES",
    "UNSTABLE",
    "VIEWS",
    "CalculationView",
    "Column",
    "Format",
    "Table",
    "View",
    "calculation_table",
    "cell_text",
    "inputs_table",
    "render",
    "report_table",
    "shown",
    "weakest",
]
