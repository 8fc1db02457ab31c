"""Tables for people, spreadsheets and scripts: what the API and the command line write alike."""

from hubcalc.tables.formats import FORMATS, MEDIA_TYPES, Column, Format, Table, cell_text, render
from hubcalc.tables.reports import STATUSES, VIEWS, View, report_table

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "STATUSES",
    "VIEWS",
    "Column",
    "Format",
    "Table",
    "View",
    "cell_text",
    "render",
    "report_table",
]
