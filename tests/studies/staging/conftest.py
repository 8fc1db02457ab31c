"""Small hubs to expand, and studies of them held in memory."""

import pytest

from hubcalc.documents import Fixtures
from hubcalc.studies.staging import build_staging
from hubmodels.studies.staging import StagingRequest

YEARS = range(2030, 2040)
ECONOMICS = {
    "discount_rate": 0.08,
    "revenue_usd_per_unit": 100.0,
    "waiting_usd_per_unit_hour": 3.0,
    "unserved_usd_per_unit": 20.0,
    "operating_usd_per_year": 1e5,
}


class Rows:
    """The rows of a study in memory, as a `RowSource`."""

    def __init__(self, columns):
        self.columns, self.rows = columns, len(columns["row"])

    def column(self, name):
        return self.columns[name]

    def chunks(self, names=None):
        yield {name: self.columns[name] for name in names or self.columns}


@pytest.fixture(scope="session")
def desk():
    """Return a function that writes a stage with exponential service."""

    def write(minutes=60.0, servers=1, **fields):
        law = {"law": "exponential", "mean_minutes": minutes}
        return {"kind": "service", "servers": servers, "service_time": law, "practical_utilization": 0.75, **fields}

    return write


@pytest.fixture(scope="session")
def hub(desk):
    """Return a function that writes a hub of one desk, or of other stages."""

    def write(per_day=10.0, **stages):
        stages = stages or {"desk": desk()}
        return {
            "kind": "dry_port",
            "id": "some-hub",
            "name": "Some hub",
            "country": "KZ",
            "location": {"latitude_deg": 44, "longitude_deg": 80},
            "opening": {"time_zone": "Asia/Almaty"},
            "flows": {"trains": {"unit": "train", "per_day": per_day, "route": list(stages)}},
            "main_flow": "trains",
            "stages": stages,
        }

    return write


@pytest.fixture(scope="session")
def expansion():
    """Return a function that writes an expansion: one more server at the desk."""

    def write(name="second", path="stages.desk.servers", add=1, **fields):
        plain = {"id": name, "increments": {path: add}, "capital_usd": 1e6, "lead_years": 2, "life_years": 20}
        return {**plain, **fields}

    return write


@pytest.fixture(scope="session")
def linear():
    """Return a function that writes demand that grows by so many units a year; a step for each path."""

    def write(start=10.0, step=2.0, **paths):
        steps = paths or {"base": step}
        return {year: {name: start + by * (year - YEARS[0]) for name, by in steps.items()} for year in YEARS}

    return write


@pytest.fixture(scope="session")
def request_of(hub, expansion, linear):
    """Return a function that writes a request."""

    def write(document=None, economics=None, **fields):
        fan = linear(p10=0.5, p50=2.0, p90=3.5)
        about = {} if "subject" in fields else {"document": document or hub()}
        plain = {**about, "first_year": 2030, "demand": fan, "expansions": [expansion()]}
        return {**plain, "economics": {**ECONOMICS, **(economics or {})}, **fields}

    return write


@pytest.fixture(scope="session")
def ask(request_of):
    """Return a function that asks for staging, and gives the result and the rows."""

    def write(document=None, economics=None, **fields):
        request = StagingRequest.model_validate(request_of(document, economics, **fields))
        study = build_staging(request, Fixtures())
        rows = study.evaluate(0)
        assert list(rows) == [column.name for column in study.columns]
        assert {len(column) for column in rows.values()} == {study.rows}
        return study.conclude(Rows(rows)), rows

    return write


@pytest.fixture(scope="session")
def by_schedule():
    """Return a function that takes the years of one schedule on one path out of a column."""

    def write(rows, column, schedule, path):
        chosen = (rows["schedule"] == schedule) & (rows["path"] == path)
        assert chosen.sum() == len(YEARS)
        return rows[column][chosen]

    return write


@pytest.fixture(scope="session")
def pair(expansion):
    """Two expansions, of which one requires the other."""
    return [
        expansion("second", capital_usd=4e5, operating_usd_per_year=2e4),
        expansion("third", capital_usd=3e5, lead_years=1, life_years=4, requires=["second"]),
    ]


@pytest.fixture(scope="session")
def two(ask, pair):
    """A fan of demand and two expansions: the result and the rows."""
    return ask(expansions=pair)
