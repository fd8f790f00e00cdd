"""Pages of lists: in order, bounded, and at the same cost however long the list is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.accounts import actions as accounts
from argmap.accounts.permissions import Role
from argmap.articles.actions import Selection, bring_in_article
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.moderation.actions import hide

PARTS = ("articles", "maps", "nodes", "links", "annotations", "disputes")


@pytest.fixture
def fill(public_map, new_node, alice, bob, simon, edith, mona):
    """Writes some more of everything into the map, a part of it hidden."""
    edition = public_map.article.editions.get()
    thesis = new_node(public_map, "thesis", by=alice)
    team = accounts.create_team(alice, name="Engineers")
    accounts.set_team_role(alice, team, bob, Role.VIEWER)

    def one_more(index, hidden):
        article = bring_in_article(
            alice, title=f"A {index}", text="Words.", visibility="public", team=team
        )
        map = maps.begin_map(alice, title=f"M {index}", visibility="public")
        node = new_node(
            public_map,
            text=f"Node {index}",
            on=thesis,
            selection=Selection(edition, index, index + 10),
            citations=[{"title": "A source"}],
        )
        annotation = debate.annotate(
            simon, public_map, target=Selection(edition, index, index + 5), text="Hm."
        )
        debate.reply(bob, annotation, text="Well.")
        dispute = debate.open_dispute(
            simon, public_map, target=node, ground="outdated", statement="Old.", evidence=[thesis]
        )
        debate.answer_dispute(bob, dispute, answer="New.")
        debate.decide_dispute(edith, dispute, upheld=False, decision="No.", what_changed="")
        if hidden:
            link = node.links_out.get()
            for target in (article, map, node, link, annotation, dispute):
                hide(mona, target, reason="Spam.")

    def fill(count, start=0):
        for index in range(start, start + count):
            one_more(index, hidden=index % 3 == 1)

    return fill


def test_a_list_of_thirty_costs_what_a_list_of_three_does(
    api, fill, public_map, alice, bob, victor, mona
):
    path_of = {part: f"maps/{public_map.slug}/{part}/" for part in PARTS}
    path_of |= {"articles": "articles/", "maps": "maps/"}

    def costs():
        return {
            (user and user.username, part): cost(api(user), path_of[part])
            for user in (None, victor, bob, alice, mona)
            for part in PARTS
        }

    fill(3)
    few = costs()
    fill(27, start=3)
    for what, (queries, rows) in costs().items():
        assert rows >= 20, what
        assert queries == few[what][0], what
        assert queries <= 12, what


def cost(client, path):
    """How many queries a list takes, and how many rows it has."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(f"{path}?limit=200")
    assert answer.status_code == 200
    return len(queries), len(answer.data["results"])


def test_pages_follow_one_another_until_there_is_none(api, public_map, new_node):
    for _ in range(5):
        new_node(public_map, "thesis")
    client, url, numbers, pages = api(), f"maps/{public_map.slug}/nodes/?limit=2", [], 0
    while url:
        page = client.get(url).data
        numbers += [row["number"] for row in page["results"]]
        url, pages = page["next"], pages + 1
    assert (numbers, pages) == ([1, 2, 3, 4, 5], 3)


def test_what_is_written_between_two_pages_is_neither_lost_nor_told_twice(
    api, public_map, new_node
):
    for _ in range(2):
        new_node(public_map, "thesis")
    first = api().get(f"maps/{public_map.slug}/nodes/?limit=1").data
    new_node(public_map, "thesis")
    second = api().get(first["next"] + "&limit=200").data
    assert [row["number"] for row in second["results"]] == [2, 3]


def test_a_page_holds_fifty_unless_asked(api, public_map, new_node):
    for _ in range(51):
        new_node(public_map, "thesis")
    page = api().get(f"maps/{public_map.slug}/nodes/").data
    assert len(page["results"]) == 50
    assert page["next"].endswith("after=50")


def test_one_annotation_costs_few_statements(api, public_map, new_node, alice):
    """The budget of DESIGN §10 is a time; this keeps the statements in sight."""
    new_node(public_map, "thesis", by=alice)
    secret = accounts.issue_token(alice, name="bench")[1]
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    body = {"target": {"node": 1}, "text": "Since when?"}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(f"maps/{public_map.slug}/annotations/", body).status_code == 201
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 13, statements
