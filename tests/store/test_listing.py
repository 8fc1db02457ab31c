"""Lists of hubs: conditions, order, pages and totals."""

import pytest

from hubcalc.errors import ParameterError
from hubmodels import HUB


def ids(page):
    return [summary.id for summary in page[0]]


@pytest.fixture
def full(store, make_hub):
    """Give a store of five hubs in two countries."""
    crossing = make_hub("border", name="100% Grenze").model_dump(exclude={"country"}, exclude_unset=True)
    crossing |= {"kind": "border_crossing", "mode": "rail", "country_from": "CN", "country_to": "KZ"}
    for document in (
        make_hub("qorghas", name="Қорғас", summary="Dry port at the STRASSE"),
        make_hub("almaty-1", name="Almaty_1", country="KZ"),
        make_hub("xian", name="Xi'an\\Xian", country="CN"),
        make_hub("zhetysu"),
        HUB.validate_python(crossing),
    ):
        store.put(document, expected_version=None)
    return store


def test_all_by_id_with_their_latest_version(full, make_hub):
    full.put(make_hub("xian", name="Xi'an", summary="Terminal"), expected_version=1)
    summaries, total = full.list("hubs")
    assert [summary.id for summary in summaries] == ["almaty-1", "border", "qorghas", "xian", "zhetysu"]
    assert total == 5
    xian = summaries[3]
    assert (xian.name, xian.kind, xian.version, xian.summary) == ("Xi'an", "dry_port", 2, "Terminal")
    assert xian.updated_at == full.get("hubs", "xian").updated_at
    assert summaries[1].countries == ("CN", "KZ")


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"kind": "border_crossing"}, ["border"]),
        ({"kind": "terminal"}, []),
        ({"country": "CN"}, ["border", "xian"]),
        ({"country": "C"}, []),
        ({"country": "KZ", "kind": "dry_port", "query": "ALMATY"}, ["almaty-1"]),
        ({"query": ""}, ["almaty-1", "border", "qorghas", "xian", "zhetysu"]),
        ({"query": "ҚОРҒАС"}, ["qorghas"]),
        ({"query": "straße"}, ["qorghas"]),
        ({"query": "%"}, ["border"]),
        ({"query": "_"}, ["almaty-1"]),
        ({"query": "\\"}, ["xian"]),
        ({"query": "'"}, ["xian"]),
        ({"query": "a%y"}, []),
        ({"query": "*"}, []),
        ({"query": "\ud800"}, []),
    ],
)
def test_conditions(full, conditions, found):
    page = full.list("hubs", **conditions)
    assert ids(page) == found
    assert page[1] == len(found)


@pytest.mark.parametrize(
    ("limit", "offset", "found"),
    [
        (2, 0, ["almaty-1", "border"]),
        (2, 4, ["zhetysu"]),
        (None, 3, ["xian", "zhetysu"]),
        (0, 0, []),
        (2, 99, []),
        (2**70, 2**70, []),
    ],
)
def test_pages_keep_the_total(full, limit, offset, found):
    page = full.list("hubs", limit=limit, offset=offset)
    assert ids(page) == found
    assert page[1] == 5


def test_negative_pages_are_refused(full):
    with pytest.raises(ParameterError, match=r"limit: is negative(.|\n)*offset: is negative"):
        full.list("hubs", limit=-1, offset=-1)
