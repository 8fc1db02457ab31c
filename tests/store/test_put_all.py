"""Several documents in one transaction."""

import pytest

from hubcalc.errors import (
    AlreadyExistsError,
    ConflictError,
    DocumentError,
    PreconditionRequiredError,
    StaleVersionError,
)


def ids(store):
    return [item.id for item in store.list("hubs")[0]]


def test_all_are_stored(store, make_hub):
    stored = store.put_all([make_hub(), make_hub(hub_id="other-town")], expected_versions={})
    assert [(item.id, item.version, created) for item, created in stored] == [
        ("gate-town", 1, True),
        ("other-town", 1, True),
    ]
    assert store.get("hubs", "other-town") == stored[1][0]
    assert store.put_all([], expected_versions={}) == []


def test_versions_rise_only_where_something_changed(store, make_hub):
    store.put_all([make_hub(), make_hub(hub_id="other-town")], expected_versions={})
    changed = [make_hub(), make_hub(hub_id="other-town", summary="new"), make_hub(hub_id="third-town")]
    stored = store.put_all(changed, expected_versions={"gate-town": 1, "other-town": "any"})
    assert [(item.version, created) for item, created in stored] == [(1, False), (2, False), (1, True)]
    assert [item.document for item, _ in stored] == changed
    assert [item.version for item in store.versions("hubs", "other-town")] == [1, 2]


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        ({}, AlreadyExistsError),
        ({"gate-town": 2}, StaleVersionError),
        ({"gate-town": 1, "new-town": 1}, StaleVersionError),
    ],
)
def test_one_that_cannot_be_keeps_all_out(store, make_hub, expected, error):
    store.put(make_hub(), expected_version=None)
    with pytest.raises(error):
        store.put_all([make_hub(hub_id="new-town"), make_hub(summary="new")], expected_versions=expected)
    assert ids(store) == ["gate-town"]
    assert store.get("hubs", "gate-town").version == 1
    assert "new-town" not in store.states(["new-town"])


def test_one_that_does_not_validate_keeps_all_out(store, make_hub):
    wrong = make_hub(hub_id="new-town").model_copy(update={"name": ""})
    with pytest.raises(DocumentError):
        store.put_all([make_hub(), wrong], expected_versions={})
    assert ids(store) == []


def test_no_id_twice(store, make_hub):
    with pytest.raises(ConflictError, match="same id"):
        store.put_all([make_hub(), make_hub(summary="new")], expected_versions={})
    assert ids(store) == []


def test_a_deleted_document_comes_back(store, make_hub):
    store.put(make_hub(), expected_version=None)
    store.delete("hubs", "gate-town", expected_version=1)
    ((stored, created),) = store.put_all([make_hub()], expected_versions={})
    assert (stored.version, created) == (3, True)


def test_states_say_what_there_is_of_an_id(store, make_hub):
    store.put_all([make_hub(), make_hub(hub_id="gone-town")], expected_versions={})
    store.delete("hubs", "gone-town", expected_version=1)
    found = store.states(["gate-town", "gone-town", "never-town"])
    assert set(found) == {"gate-town", "gone-town"}
    assert (found["gate-town"].collection, found["gate-town"].version) == ("hubs", 1)
    assert found["gate-town"].document == make_hub()
    assert (found["gone-town"].version, found["gone-town"].document) == (2, None)


def test_put_still_asks_for_the_version(store, make_hub):
    store.put(make_hub(), expected_version=None)
    with pytest.raises(PreconditionRequiredError):
        store.put(make_hub(summary="new"), expected_version=None)
