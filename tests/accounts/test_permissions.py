"""The table of DESIGN §6, verb by verb."""

import pytest

from argmap.accounts.permissions import MODERATOR, OPERATOR, OWN, SIGNED_IN, TABLE, Role, Verb

VISITOR, VIEWER, SUGGESTER, WRITER, EDITOR, OWNER = (role for role in Role if role)

READ = [VISITOR, VIEWER, SUGGESTER, WRITER, EDITOR, OWNER, MODERATOR]
PRIVATELY = [VIEWER, SUGGESTER, WRITER, EDITOR, OWNER, MODERATOR]
FOR_ALL = [SUGGESTER, WRITER, EDITOR, OWNER, MODERATOR]
ADD = [WRITER, EDITOR, OWNER]
EDIT = [EDITOR, OWNER]
MODERATE = [MODERATOR]

# Written out by hand from the design, not from the code.
ROWS = {
    "READ": READ,
    "ANNOTATE_PRIVATELY": PRIVATELY,
    "FOLLOW": PRIVATELY,
    "FLAG": PRIVATELY,
    "TAKE_STANCE": PRIVATELY,
    "ANNOTATE": FOR_ALL,
    "REPLY": FOR_ALL,
    "OPEN_DISPUTE": FOR_ALL,
    "SUGGEST": FOR_ALL,
    "ADD": ADD,
    "REWORD": [],
    "ANSWER": ADD,
    "EDIT": EDIT,
    "MOVE": EDIT,
    "MERGE": EDIT,
    "RETRACT": EDIT,
    "RESOLVE": EDIT,
    "PLACE": EDIT,
    "DECIDE": EDIT,
    "NEW_EDITION": EDIT,
    "SEE_HIDDEN": [*EDIT, MODERATOR],
    "MANAGE": [OWNER],
    "ARCHIVE": [OWNER],
    "UNARCHIVE": [OWNER],
    "KEEP_ACCOUNT": [OWNER],
    "SECURE_ACCOUNT": [OWNER],
    "HIDE": MODERATE,
    "RESTORE": MODERATE,
    "DISMISS": MODERATE,
    "LOCK": MODERATE,
    "UNLOCK": MODERATE,
    "SANCTION": MODERATE,
    "SANCTION_OPERATOR": [OPERATOR],
    "NAME_MODERATORS": [*MODERATE, OPERATOR],  # the server's operator names the first
    "SEE_FLAGS": MODERATE,
    "SEE_AUDIT": MODERATE,
    "BEGIN": [SIGNED_IN],
}


@pytest.mark.parametrize("verb", list(Verb), ids=lambda verb: verb.name)
def test_the_table_is_the_design(verb):
    assert TABLE[verb] == set(ROWS[verb.name])


# What differs for what one wrote oneself: the right-hand sentences of the design's rows.
ROWS_OF_ONES_OWN = {
    "EDIT": ADD,
    "RETRACT": ADD,
    "REWORD": READ,  # beside the verb that lets one write such words at all
    "RESOLVE": ROWS["ANNOTATE_PRIVATELY"],  # what one asked oneself
    "PLACE": ROWS["ANNOTATE_PRIVATELY"],  # the words that one's annotation is about
    "ANSWER": [],
    "DECIDE": [],
    "FLAG": [],
    "RESTORE": [],
    "DISMISS": [],
}


@pytest.mark.parametrize("verb", list(Verb), ids=lambda verb: verb.name)
def test_what_is_ones_own_has_rows_of_its_own(verb):
    assert OWN.get(verb) == (
        set(ROWS_OF_ONES_OWN[verb.name]) if verb.name in ROWS_OF_ONES_OWN else None
    )


def test_nobody_may_nothing():
    assert not any(Role.NOBODY in roles for roles in TABLE.values())
