"""Workbooks of an analysis: inputs, evidence, live results, charts and a data dictionary, in one file."""

from hubcalc.workbooks.building import analysis_workbook
from hubcalc.workbooks.ods import write_ods
from hubcalc.workbooks.xlsx import write_xlsx

__all__ = ["analysis_workbook", "write_ods", "write_xlsx"]
