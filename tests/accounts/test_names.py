"""What people may be called, and that a name or an address belongs to one account."""

import importlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from argmap.accounts.actions import rename_account
from argmap.accounts.models import User
from argmap.accounts.names import check_name, checked_username
from argmap.journal.errors import Settled

IMPOSTORS = [
    "mоderаtоr",  # о, а, о are Cyrillic
    "ｍoderator",
    "ⓜoderator",
    "ΑDMIN",  # Α is Greek
    "admin",
    "Admin2",
    "adm1n",
    "admın",
    "ádmin",
    "m0derator",
    "rnoderator",
    "the.moderator",
    "argmap-team",
    "root",
]


@pytest.mark.parametrize("name", IMPOSTORS)
def test_nobody_is_called_like_who_keeps_order_here(name, alice):
    with pytest.raises(ValidationError, match=r"reads like|letters, digits"):
        checked_username(name)
    with pytest.raises(ValidationError, match="reads like") as caught:
        rename_account(alice, alice, name=name)
    assert list(caught.value.message_dict) == ["name"]


@pytest.mark.parametrize(
    "name",
    ["..", ".", "a..b", ".a", "a.", "-", "_", "a@b", "a b", "a/b", "x" * 151, "ﷺ" * 20, "a\x00"],
)
def test_a_username_is_one_part_of_an_address(name):
    with pytest.raises(ValidationError):
        checked_username(name)


@pytest.mark.parametrize("name", ["Mоna", "иvan", "Alice Иванова"])
def test_a_name_is_in_one_script(name, alice):
    with pytest.raises(ValidationError, match="one script"):
        rename_account(alice, alice, name=name)


@pytest.mark.parametrize("name", ["\u200b", "Al\u202eice", "ㅤ", "🌉", "Al\u2028ice", "Aliceᅠ"])
def test_a_name_can_be_seen(name, alice):
    with pytest.raises(ValidationError):
        rename_account(alice, alice, name=name)


@pytest.mark.parametrize(
    "name",
    [
        *("Alice L.", "O’Brien", "Zoë Müller-Lüdenscheid", "Иван Петров", "山田 Taro", "김 민준"),
        *("می‌خواهم", "नरेन्द्र", "Modest M.", "Badminton Club", "Rooty"),
    ],
)
def test_people_of_all_countries_bear_their_names(name):
    check_name(name)


@pytest.mark.parametrize("name", ["alice", "bob.smith-2", "élan", "иван", "太郎", "a_b"])
def test_usernames_of_all_countries(name):
    assert checked_username(name) == name


def test_a_username_is_kept_in_its_plain_form():
    assert checked_username("ｂｏｂ") == "bob"


def test_a_long_name_that_fits_nothing_is_judged_at_once():
    with pytest.raises(ValidationError):
        checked_username("a-" * 74 + "!")


@pytest.mark.parametrize("name", ["ALICE", "ａlice", "aLiCe"])
def test_a_username_belongs_to_one_account_whatever_its_case(alice, name):
    with pytest.raises(Settled, match="has this username or address"):
        User.objects.create_user(name)


@pytest.mark.parametrize(
    ("kept", "other"), [("ÉLAN", "élan"), ("straße", "STRASSE"), ("Σας", "ΣΑΣ")]
)
def test_also_beyond_ascii(db, kept, other):
    User.objects.create_user(kept)
    with pytest.raises(Settled):
        User.objects.create_user(other)
    assert User.objects.get_by_natural_key(other).username == kept


@pytest.mark.parametrize(
    "address", ["alice@example.org", "Alice@EXAMPLE.org", "ａlice@example.org"]
)
def test_an_address_belongs_to_one_account_whatever_its_case(alice, address):
    with pytest.raises(Settled):
        User.objects.create_user("someone", address)
    assert not User.objects.filter(username="someone").exists()


def test_any_number_of_accounts_have_no_address(db):
    for name in ("one", "two"):
        User.objects.create_user(name)


def test_what_is_written_past_the_model_is_held_by_the_database(alice, bob):
    for fields in ({"username_key": "alice"}, {"email_key": "alice@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=bob.pk).update(**fields)


def test_a_renamed_account_is_found_by_its_new_name_and_frees_the_old_one(alice):
    alice.username = "Alicia"
    alice.save(update_fields=["username"])
    assert User.objects.get_by_natural_key("ALICIA") == alice
    assert User.objects.create_user("alice", "new@example.org")


def test_a_migration_names_the_accounts_that_clash():
    clashes = importlib.import_module("argmap.accounts.migrations.0003_keys").clashes
    fine = [(1, "alice", "alice@example.org"), (2, "bob", ""), (3, "carol", "")]
    assert clashes(fine) == []
    [names, addresses] = clashes([*fine, (4, "ALICE", ""), (5, "eve", "Alice@Example.org")])
    assert names == "The same username but for its case: alice (1), ALICE (4)."
    assert "alice@example.org (1), Alice@Example.org (5)" in addresses
