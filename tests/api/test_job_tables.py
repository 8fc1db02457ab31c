"""Results of jobs over HTTP as tables."""

import pytest
from jobhelp import AT_ONCE, FEW, until

from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.tables import render
from hubcalc.tables.studies import study_table


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "asked", "usual", "others", "empty"),
    [
        (
            "sensitivity",
            {"uncertain": ["flow.per_day", "stages.front.cranes"], "swing": 0.1, "fields": ["utilization"]},
            "tornado.bars",
            ["elasticities.inputs", "inputs", "columns"],
            "sobol.inputs",
        ),
        ("montecarlo", {"draws": 200}, "metrics.percentiles", ["metrics", "metrics.importance", "inputs"], "targets"),
        (
            "sizings",
            {
                "choices": {"stages.front.cranes": {"values": [3, 4], "cost_usd_per_year": 1}},
                "targets": {"utilization": {"at_most": 0.99}},
                "front": {},
            },
            "items",
            ["front.points", "neighbors"],
            None,
        ),
    ],
)
def test_lists_inside_a_result_are_tables_too(writer, kind, asked, usual, others, empty):
    url = writer.post(f"/v1/{kind}", json={"subject": FEW["subject"], **asked}, headers=AT_ONCE).headers["location"]
    until(lambda: writer.get(url).json()["state"], "done".__eq__)
    job = url.rpartition("/")[2]
    found = STUDY_KINDS[writer.get(url).json()["kind"]].result.model_validate_json(writer.app.state.jobs.result(job))
    for view in (usual, *others):
        text = writer.get(f"{url}/result.csv?view={view}").text
        assert text == render(study_table(found, view), "csv").decode()
        assert len(text.splitlines()) > 1
    assert writer.get(f"{url}/result.csv").text == writer.get(f"{url}/result.csv?view={usual}").text
    if empty:
        assert len(writer.get(f"{url}/result.csv?view={empty}").text.splitlines()) == 1
    assert usual in writer.get(f"{url}/result.csv?view=nothing").json()["errors"][0]["allowed"]
