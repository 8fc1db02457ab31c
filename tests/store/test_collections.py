"""Lines, corridors and scenarios are kept as hubs are, and no two documents have the same id."""

import json
from pathlib import Path

import pytest

from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import ConflictError, DocumentError, NotFoundError
from hubcalc.store import SeedReport, StoreDocuments
from hubfixtures import COLLECTIONS

DOCUMENTS = Path(__file__).parent.parent / "documents"
IDS = {"lines": "steppe-line", "corridors": "steppe-corridor", "scenarios": "steppe-day-and-night"}


@pytest.fixture(scope="module")
def made_up():
    """Give a line, a corridor and a scenario by collection."""
    texts = {name: (DOCUMENTS / f"{document_id}.json").read_text(encoding="utf-8") for name, document_id in IDS.items()}
    return {name: DOCUMENT_KINDS[name].parse(json.loads(text)) for name, text in texts.items()}


@pytest.fixture
def full(store, make_hub, made_up):
    """Give a store with a document in each collection."""
    for document in (make_hub(), *made_up.values()):
        store.put(document, expected_version=None)
    return store


@pytest.mark.parametrize("collection", IDS)
def test_a_document_lives_as_a_hub_does(store, made_up, collection):
    document, document_id = made_up[collection], IDS[collection]
    stored, created = store.put(document, expected_version=None)
    assert (created, stored.collection, stored.version) == (True, collection, 1)
    assert store.get(collection, document_id) == stored
    assert store.get(collection, document_id).document == document
    changed = document.model_copy(update={"name": "Another name"})
    assert store.put(changed, expected_version=1)[0].version == 2
    store.delete(collection, document_id, expected_version=2)
    with pytest.raises(NotFoundError, match="was deleted"):
        store.get(collection, document_id)
    assert store.restore(collection, document_id, 1, expected_version=None).document == document
    assert [entry.deleted for entry in store.versions(collection, document_id)] == [False, False, True, False]


def test_each_collection_has_its_list(full):
    lists = {collection: [item.id for item in full.list(collection)[0]] for collection in COLLECTIONS}
    assert lists == {"hubs": ["gate-town"], **{collection: [document_id] for collection, document_id in IDS.items()}}
    assert full.list("lines", kind="railway", country="CN", query="STEPPE")[1] == 1
    assert full.list("lines", kind="road")[1] == 0
    assert full.list("corridors", country="KZ")[1] == 0, "only hubs and lines lie in countries"


@pytest.mark.parametrize("collection", IDS)
def test_an_id_leads_to_one_document_only(full, make_hub, collection):
    with pytest.raises(ConflictError, match=f"a hub cannot have the id .{IDS[collection]}., which is that of a"):
        full.put(make_hub(IDS[collection]), expected_version=None)
    full.delete(collection, IDS[collection], expected_version=1)
    with pytest.raises(ConflictError, match="until it was deleted"):
        full.put(make_hub(IDS[collection]), expected_version="any")
    assert full.list("hubs")[1] == 1


def test_a_document_is_found_in_its_own_collection_only(full):
    with pytest.raises(NotFoundError, match=r"no hub 'steppe-line'; steppe-line is a line: look for it in lines"):
        full.get("hubs", "steppe-line")
    for change in (
        lambda: full.delete("hubs", "steppe-line", expected_version="any"),
        lambda: full.restore("hubs", "steppe-line", 1, expected_version="any"),
        lambda: full.versions("hubs", "steppe-line"),
    ):
        with pytest.raises(NotFoundError):
            change()
    assert full.get(("hubs", "lines"), "steppe-line").collection == "lines"
    assert full.get(COLLECTIONS, "gate-town").collection == "hubs"


def test_suggestions_are_of_the_collections_that_were_searched(full):
    for collections, hint in (
        ("lines", "did you mean steppe-line?"),
        ("corridors", None),
        (("hubs", "lines"), "did you mean steppe-line?"),
    ):
        with pytest.raises(NotFoundError) as caught:
            full.get(collections, "stepe-line")
        assert caught.value.problems[0].hint == hint
    with pytest.raises(NotFoundError, match="there is no hub or line 'nowhere'"):
        full.get(("hubs", "lines"), "nowhere")
    with pytest.raises(NotFoundError, match="there is no document 'nowhere'"):
        full.get(COLLECTIONS, "nowhere")


def test_what_a_corridor_names_need_not_be_there(full, made_up):
    full.delete("lines", "steppe-line", expected_version=1)
    assert full.get("corridors", "steppe-corridor").document == made_up["corridors"]


def test_an_invalid_line_names_the_place(store, made_up):
    broken = made_up["lines"].model_copy(update={"length_km": -1.0})
    with pytest.raises(DocumentError) as caught:
        store.put(broken, expected_version=None)
    assert caught.value.problems[0].pointer == "/length_km"


def test_seeding_takes_all_collections(store, made_up, make_hub):
    documents = [make_hub(), *made_up.values()]
    ids = tuple(document.id for document in documents)
    assert store.seed(documents) == SeedReport(ids, (), ())
    assert store.seed(documents) == SeedReport((), (), ids)


def test_a_users_document_of_another_collection_keeps_its_id(store, made_up, make_hub):
    store.put(make_hub("steppe-line"), expected_version=None)
    assert store.seed([made_up["lines"]]) == SeedReport((), (), ("steppe-line",))
    assert store.get(COLLECTIONS, "steppe-line").collection == "hubs"


def test_documents_that_name_others_see_one_version_of_each(full, make_hub, made_up):
    documents = StoreDocuments(full)
    assert documents.hub("gate-town") == make_hub()
    full.put(make_hub(name="New town"), expected_version=1)
    assert documents.hub("gate-town") == make_hub(), "what was read stays as it was"
    assert documents.line("steppe-line") == made_up["lines"]
    assert documents.corridor("steppe-corridor") == made_up["corridors"]
    assert documents.scenario("steppe-day-and-night") == made_up["scenarios"]
    assert documents.versions == {"gate-town": 1, **dict.fromkeys(IDS.values(), 1)}
    later = StoreDocuments(full)
    assert (later.hub("gate-town").name, later.versions) == ("New town", {"gate-town": 2})
    earlier = StoreDocuments(full, {"gate-town": 1})
    assert (earlier.hub("gate-town").name, earlier.versions) == ("Gate town", {"gate-town": 1})


def test_documents_are_looked_for_as_what_they_are(full):
    documents = StoreDocuments(full)
    documents.line("steppe-line")
    with pytest.raises(NotFoundError, match="is a line"):
        documents.hub("steppe-line")
    assert documents.versions == {"steppe-line": 1}
