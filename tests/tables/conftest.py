"""Tests of tables share what reads them back."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parent))

# how long an example takes says nothing here: the first one of a workbook loads what writes it
settings.register_profile("tables", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tables")
