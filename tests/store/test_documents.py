"""Documents are put, found, replaced, deleted and restored; each change is a version, and none is lost."""

from datetime import UTC, datetime, timedelta

import pytest

import hubcalc.store
from hubcalc.errors import (
    AlreadyExistsError,
    DocumentError,
    NotFoundError,
    PreconditionRequiredError,
    StaleVersionError,
    StoreCorruptError,
    StoreNewerError,
)
from hubcalc.store import Store


def history(store, hub_id="gate-town"):
    return [(entry.version, entry.origin, entry.deleted) for entry in store.versions("hubs", hub_id)]


def test_exports_are_sorted():
    assert hubcalc.store.__all__ == sorted(hubcalc.store.__all__)


def test_a_new_document_is_version_one(store, make_hub):
    before = datetime.now(UTC)
    stored, created = store.put(make_hub(), expected_version=None)
    assert created
    assert stored == store.get("hubs", "gate-town")
    assert (stored.id, stored.version, stored.origin, stored.document) == ("gate-town", 1, "user", make_hub())
    assert timedelta() <= stored.updated_at - before < timedelta(minutes=1)


def test_documents_outlive_the_store(path, make_hub):
    with Store.open(path) as store:
        stored, _ = store.put(make_hub(name="Қорғас 霍尔果斯"), expected_version=None)
    with Store.open(path) as store:
        assert store.get("hubs", "gate-town") == stored


def test_what_was_left_unsaid_stays_unsaid(store, make_hub):
    store.put(make_hub(), expected_version=None)
    document = store.get("hubs", "gate-town").document
    assert document.flows["west"].model_fields_set == {"unit", "per_day", "route"}
    assert "targets" not in document.model_fields_set


def test_a_replaced_document_is_the_next_version_and_the_old_one_stays(store, make_hub):
    store.put(make_hub(), expected_version=None)
    stored, created = store.put(make_hub(name="New town"), expected_version=1)
    assert (stored.version, created) == (2, False)
    assert store.get("hubs", "gate-town").document.name == "New town"
    assert store.get("hubs", "gate-town", 1).document.name == "Gate town"
    assert history(store) == [(1, "user", False), (2, "user", False)]


@pytest.mark.parametrize("expected", [1, "any"])
def test_the_same_document_makes_no_new_version(store, make_hub, expected):
    first, _ = store.put(make_hub(), expected_version=None)
    assert store.put(make_hub(), expected_version=expected) == (first, False)
    assert history(store) == [(1, "user", False)]


def test_the_order_in_a_mapping_makes_no_new_version(store, make_hub):
    flow = {"unit": "train", "per_day": 10, "route": ["desk"]}
    store.put(make_hub(flows={"west": flow, "east": flow}), expected_version=None)
    stored, _ = store.put(make_hub(flows={"east": flow, "west": flow}), expected_version=1)
    assert stored.version == 1


def test_replacing_needs_a_version(store, make_hub):
    store.put(make_hub(), expected_version=None)
    with pytest.raises(PreconditionRequiredError, match="at version 1"):
        store.put(make_hub(name="New town"), expected_version=None)


def test_create_only_refuses_what_exists(store, make_hub):
    assert store.put(make_hub(), expected_version=None, create_only=True)[1]
    with pytest.raises(AlreadyExistsError, match="exists already, at version 1"):
        store.put(make_hub(), expected_version=None, create_only=True)


@pytest.mark.parametrize("expected", [0, 1, 3, 2**70])
def test_another_version_is_refused_and_both_are_named(store, make_hub, expected):
    store.put(make_hub(), expected_version=None)
    store.put(make_hub(name="New town"), expected_version=1)
    with pytest.raises(StaleVersionError, match=f"is at version 2, not {expected}"):
        store.put(make_hub(name="Old town"), expected_version=expected)
    assert store.get("hubs", "gate-town").document.name == "New town"


@pytest.mark.parametrize("expected", [0, 1, "any"])
def test_a_version_of_what_never_existed_is_refused(store, make_hub, expected):
    with pytest.raises(StaleVersionError, match=f"does not exist, but version {expected} was expected"):
        store.put(make_hub(), expected_version=expected)
    assert store.list("hubs") == ([], 0)


def test_an_invalid_copy_of_a_document_is_refused(store, make_hub):
    with pytest.raises(DocumentError) as caught:
        store.put(make_hub().model_copy(update={"name": ""}), expected_version=None)
    assert caught.value.problems[0].pointer == "/name"


def test_an_unknown_hub_is_named_with_the_nearest_one(store, make_hub):
    store.put(make_hub(), expected_version=None)
    with pytest.raises(NotFoundError, match=r"no hub 'gate-twon'; did you mean gate-town\?"):
        store.get("hubs", "gate-twon")


@pytest.mark.parametrize("hub_id", ["", "%", "x" * 100_000, "\ud800", "a\0b", "' OR 1 --"])
def test_odd_ids_are_not_found(store, make_hub, hub_id):
    store.put(make_hub(), expected_version=None)
    for look in (store.get, store.versions):
        with pytest.raises(NotFoundError):
            look("hubs", hub_id)
    with pytest.raises(NotFoundError):
        store.delete("hubs", hub_id, expected_version="any")
    with pytest.raises(NotFoundError):
        store.restore("hubs", hub_id, 1, expected_version="any")


@pytest.mark.parametrize("version", [-1, 0, 3, 2**70])
def test_an_unknown_version_is_named_with_those_that_exist(store, make_hub, version):
    store.put(make_hub(), expected_version=None)
    store.put(make_hub(name="New town"), expected_version=1)
    with pytest.raises(NotFoundError, match=rf"has no version {version} \(allowed: 1, 2\)"):
        store.get("hubs", "gate-town", version)


@pytest.fixture
def deleted(store, make_hub):
    """Give a store whose hub has two versions and is deleted by the third."""
    store.put(make_hub(), expected_version=None)
    store.put(make_hub(name="New town"), expected_version=1)
    store.delete("hubs", "gate-town", expected_version=2)
    return store


def test_a_deletion_is_an_entry_and_keeps_the_versions(deleted):
    assert history(deleted) == [(1, "user", False), (2, "user", False), (3, "user", True)]
    assert deleted.list("hubs") == ([], 0)
    assert deleted.get("hubs", "gate-town", 1).document.name == "Gate town"


def test_a_deleted_hub_says_what_can_be_restored(deleted):
    with pytest.raises(NotFoundError, match=r"was deleted on .*; version 2 can be restored"):
        deleted.get("hubs", "gate-town")
    with pytest.raises(NotFoundError, match=r"version 3 .* is its deletion \(allowed: 1, 2\)"):
        deleted.get("hubs", "gate-town", 3)
    with pytest.raises(NotFoundError, match="was deleted"):
        deleted.delete("hubs", "gate-town", expected_version="any")


@pytest.mark.parametrize("expected", [None, 3])
@pytest.mark.parametrize("create_only", [False, True])
def test_a_deleted_id_goes_on_with_the_next_version(deleted, make_hub, expected, create_only):
    stored, created = deleted.put(make_hub(), expected_version=expected, create_only=create_only)
    assert (stored.version, created) == (4, True)
    assert deleted.list("hubs")[1] == 1


@pytest.mark.parametrize("expected", [2, "any"])
def test_replacing_a_deleted_hub_is_refused(deleted, make_hub, expected):
    with pytest.raises(StaleVersionError):
        deleted.put(make_hub(), expected_version=expected)


def test_deleting_needs_the_right_version(store, make_hub):
    store.put(make_hub(), expected_version=None)
    with pytest.raises(PreconditionRequiredError):
        store.delete("hubs", "gate-town", expected_version=None)
    with pytest.raises(StaleVersionError, match="at version 1, not 2"):
        store.delete("hubs", "gate-town", expected_version=2)
    store.delete("hubs", "gate-town", expected_version="any")


def test_an_old_version_is_restored_as_a_new_one(store, make_hub):
    store.put(make_hub(), expected_version=None, origin="fixture")
    store.put(make_hub(name="New town"), expected_version=1)
    restored = store.restore("hubs", "gate-town", 1, expected_version=2)
    assert (restored.version, restored.origin, restored.document) == (3, "user", make_hub())
    assert store.get("hubs", "gate-town") == restored


@pytest.mark.parametrize("expected", [None, "any", 3])
def test_a_deleted_hub_is_restored(deleted, expected):
    assert deleted.restore("hubs", "gate-town", 2, expected_version=expected).version == 4
    assert deleted.get("hubs", "gate-town").document.name == "New town"
    assert deleted.list("hubs")[0][0].version == 4


def test_restoring_the_latest_version_changes_nothing(store, make_hub):
    stored, _ = store.put(make_hub(), expected_version=None)
    assert store.restore("hubs", "gate-town", 1, expected_version=1) == stored


def test_restoring_needs_the_right_version(deleted, make_hub):
    with pytest.raises(StaleVersionError):
        deleted.restore("hubs", "gate-town", 1, expected_version=2)
    with pytest.raises(NotFoundError, match="is its deletion"):
        deleted.restore("hubs", "gate-town", 3, expected_version=3)
    deleted.put(make_hub(), expected_version=None)
    with pytest.raises(PreconditionRequiredError):
        deleted.restore("hubs", "gate-town", 2, expected_version=None)
    with pytest.raises(NotFoundError, match="has no version 9"):
        deleted.restore("hubs", "gate-town", 9, expected_version=4)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", StoreCorruptError),
        ("[]", StoreCorruptError),
        ("{}", StoreCorruptError),
        ('{"schema_version": 99}', StoreNewerError),
    ],
)
def test_an_unreadable_document_is_reported_and_can_be_replaced(store, make_hub, text, error):
    store.put(make_hub(), expected_version=None)
    with store._database.write() as db:
        db.execute("UPDATE document_versions SET document = ?", [text])
    with pytest.raises(error, match="version 1 of hub 'gate-town'"):
        store.get("hubs", "gate-town")
    assert store.list("hubs")[1] == 1
    assert store.put(make_hub(), expected_version=1)[0].version == 2
    assert store.get("hubs", "gate-town").document == make_hub()
