"""A moderator reads what is public and what was flagged; nobody reads a secret."""

import pytest
from django.contrib import admin

from argmap.accounts.models import ApiToken, Invitation, User
from argmap.debate import actions as debate
from argmap.journal.models import Change, Event
from argmap.maps.models import Map
from argmap.moderation.actions import dismiss_flags, flag
from argmap.moderation.models import Flag

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def everything(public, private, around):
    return public, private, around


@pytest.fixture
def all_pages(sign_in, list_of, page_of):
    """The text of a model's list and of every row's page, as this person gets them."""

    def all_pages(model, user):
        client = sign_in(user)
        texts = [client.get(list_of(model)).content.decode()]
        for row in model._default_manager.all():
            answer = client.get(page_of(row))
            if answer.status_code == 200:
                texts.append(answer.content.decode())
                for _label, address in answer.context["buttons"]:
                    texts.append(client.get(address).content.decode())
        return "\n".join(texts)

    return all_pages


def test_a_moderator_reads_nothing_private(everything, mona, all_pages):
    for model in MODELS:
        text = all_pages(model, mona)
        for word in ("hushed", "Hushed", "secret note", "Secret society", "guest@", "laptop"):
            assert word not in text, (model, word)
        assert "@example.org" not in text, model


def test_nobody_reads_a_secret(everything, olga, all_pages):
    secrets = [*User.objects.values_list("password", flat=True)]
    secrets += Invitation.objects.values_list("token_digest", flat=True)
    secrets += ApiToken.objects.values_list("digest", flat=True)
    secrets += Change.objects.values_list("salt", flat=True)
    for model in MODELS:
        text = all_pages(model, olga)
        assert not [secret for secret in secrets if secret in text], model


@pytest.mark.parametrize(
    "question",
    [
        "password__startswith=md5",
        "email__startswith=b",
        "journal__events__reason=x",
        "api_tokens__digest__startswith=a",
        "o=-1&password=x",
    ],
)
@pytest.mark.parametrize("who", ["mona", "olga"])
def test_a_list_does_not_answer_questions_about_what_it_hides(
    who, question, olga, mona, sign_in, list_of
):
    user = {"mona": mona, "olga": olga}[who]
    assert sign_in(user).get(f"{list_of(User)}?{question}").status_code == 400


def test_a_moderator_does_not_find_people_by_email(bob, mona, olga, sign_in, list_of):
    found = {"q": "bob@example.org"}
    assert sign_in(mona).get(list_of(User), found).context["cl"].result_count == 0
    assert sign_in(olga).get(list_of(User), found).context["cl"].result_count == 1


def test_a_flagged_contribution_is_seen_without_the_map_around_it(
    private, alice, mona, sign_in, list_of, page_of
):
    flag(alice, private.node, reason="privacy")
    client = sign_in(mona)
    page = client.get(page_of(private.node)).content.decode()
    assert "hushed claim" in page
    assert "Hushed bridge" not in page
    assert "(not public)" in page
    listed = client.get(list_of(type(private.node))).context["cl"].result_list
    assert [node.pk for node in listed] == [private.node.pk]
    assert client.get(page_of(private.map)).status_code == 302


@pytest.mark.parametrize("name", ["node", "annotation", "dispute", "suggestion"])
def test_what_is_flagged_is_found_by_its_own_words_and_not_by_those_of_its_private_map(
    name, private, alice, mona, sign_in, list_of
):
    row = getattr(private, name)
    flag(alice, row, reason="privacy")
    own = row.statement if name == "dispute" else row.text
    for words, count in ((own, 1), ("Hushed bridge", 0)):
        found = sign_in(mona).get(list_of(type(row)), {"q": words}).context["cl"]
        assert found.result_count == count, words


def test_a_settled_flag_on_a_private_map_names_it_no_more(
    private, bob, mona, sign_in, list_of, page_of
):
    report = flag(bob, private.map, reason="privacy")
    client = sign_in(mona)
    assert "Hushed bridge" in client.get(page_of(private.map)).content.decode()
    dismiss_flags(mona, private.map)
    for address in (list_of(type(report)), page_of(report)):
        page = client.get(address).content.decode()
        assert "Hushed bridge" not in page
        assert "(not public)" in page
    assert client.get(page_of(private.map)).status_code == 302


def test_a_flagged_map_does_not_open_what_is_in_it(private, bob, mona, sign_in, page_of):
    flag(bob, private.map, reason="privacy")
    client = sign_in(mona)
    for row in (private.node, private.link, private.annotation, private.stance, private.citation):
        assert client.get(page_of(row)).status_code == 302
    assert client.get(page_of(private.map.journal)).status_code == 302


def test_a_private_annotation_is_its_authors_even_when_flagged(public, bob, mona, sign_in, page_of):
    report = Flag.objects.create(
        reporter=bob,
        annotation=public.private,
        reason="other",
        created_at=public.private.created_at,
    )  # as once could be
    client = sign_in(mona)
    assert client.get(page_of(public.private)).status_code == 302
    assert client.get(page_of(report)).status_code == 302


def test_a_passage_that_only_a_private_annotation_has_is_its_authors(
    public, mona, sign_in, page_of
):
    client = sign_in(mona)
    assert client.get(page_of(public.passage)).status_code == 200
    assert client.get(page_of(public.placement)).status_code == 200
    assert client.get(page_of(public.private.passage)).status_code == 302
    assert client.get(page_of(public.private.passage.placements.get())).status_code == 302


def test_an_account_keeps_its_journal(public, bob, mona, sign_in, page_of):
    client = sign_in(mona)
    assert client.get(page_of(bob.journal)).status_code == 302
    event = Event.objects.filter(journal=bob.journal, verb="annotate").get()
    assert client.get(page_of(event)).status_code == 302
    assert client.get(page_of(event.changes.last())).status_code == 302


def test_a_map_that_shows_sums_shows_no_stance(
    public, new_map, new_node, alice, mona, sign_in, list_of, page_of
):
    sums = new_map("public", title="A secret ballot", stances_by_name=False)
    thesis = new_node(sums, "thesis", by=alice)
    stance = debate.take_stance(alice, sums, target=thesis, credence=10)
    client = sign_in(mona)
    assert client.get(page_of(public.stance)).status_code == 200
    assert client.get(page_of(stance)).status_code == 302
    listed = client.get(list_of(type(stance))).context["cl"].result_list
    assert [each.pk for each in listed] == [public.stance.pk]
    change = Change.objects.get(object_type="debate.stance", object_id=stance.pk)
    assert client.get(page_of(change)).status_code == 302


def test_an_invitations_digest_stands_in_no_change(around):
    text = Change.objects.get(object_type="accounts.invitation").text
    assert "guest@example.org" in text
    assert around.invitation.token_digest not in text


def test_a_private_map_is_not_linked_on_the_site(public, private, olga, sign_in, page_of):
    client = sign_in(olga)
    assert client.get(page_of(public.map)).context["absolute_url"]
    assert not client.get(page_of(private.map)).context.get("absolute_url")
    assert Map.objects.count() == 2
