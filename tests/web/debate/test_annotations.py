"""Writing in the margin."""

import re

import pytest

from argmap.articles.actions import Selection
from argmap.debate import limits
from argmap.debate.actions import annotate, reply
from argmap.debate.models import Annotation
from argmap.maps.models import get_map
from argmap.moderation.actions import sanction
from argmap.web.workspace import live
from argmap.web.workspace.panes import shown_to

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


def test_who_was_muted_meanwhile_reads_why_and_keeps_what_was_typed(
    browse, map, claim, simon, mona
):
    client, address = browse(simon), f"{map.get_absolute_url()}annotations/new/?node=2"
    typed = {"node": claim.number, "text": "Typed before.", "motivation": "commenting"}
    sanction(mona, simon, kind="mute", reason="Shouting.")
    refused = client.post(address, typed | {"visibility": "map"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Here you may write only for yourself." in page
    assert "Typed before." in page
    assert client.post(address, typed | {"visibility": "private"}).status_code == 302
    assert Annotation.objects.get().visibility == "private"


@pytest.fixture
def retag(browse, map, simon):
    """Sends the edit form of Simon's annotation as it came, but for what is given."""

    def retag(annotation, **typed):
        address = f"{map.get_absolute_url()}annotations/{annotation.pk}/edit/"
        form = browse(simon).get(address).context["form"]
        sent = browse(simon).post(address, form.initial | typed)
        assert sent.status_code == 302, sent.context["form"].errors
        annotation.refresh_from_db()
        return annotation.tags

    return retag


def test_a_highlight_without_words_gets_tags(retag, map, edition, simon):
    chosen = Selection(edition, 4, 10)
    mark = annotate(simon, map, target=chosen, text="", motivation="highlighting")
    assert retag(mark, tags="bridges, old") == ["bridges", "old"]


def test_who_edits_the_text_keeps_every_tag_also_one_with_a_comma(retag, map, claim, simon):
    tags = [f"{number}, {'x' * (limits.TAG - 3)}" for number in range(limits.MOST_TAGS)]
    note = annotate(simon, map, target=claim, text="Why?", tags=tags)
    assert retag(note, text="Since when?") == tags
    assert retag(note, tags="one, two") == ["one", "two"]


def test_a_thread_in_the_margin_is_asked_for_anew_by_what_the_stream_tells(
    browse, map, claim, link, edition, simon, bob
):
    """Of one on a node or a step as the margin about that is, of one on words by its own name."""
    for target, told in (
        (claim, f"node-{claim.number}"),
        (link, f"node-{link.source.number}"),
        (Selection(edition, 4, 10), None),
    ):
        first = annotate(simon, map, target=target, text="Since when?")
        page = browse(bob).get(f"{map.get_absolute_url()}?annotation={first.pk}").content.decode()
        [trigger] = re.findall(r'id="about" hidden [^>]*hx-trigger="([\w-]+) from:#live', page)
        since = get_map(bob, map.slug).seq
        reply(bob, first, text="In March.")
        names, _ = live.news(shown_to(bob, get_map(bob, map.slug)), since)
        assert trigger == (told or f"annotation-{first.pk}")
        assert trigger in names


def test_the_words_of_an_annotation_are_not_called_optional(browse, map, claim, simon):
    client, address = browse(simon), f"{map.get_absolute_url()}annotations/new/?node=2"
    page = client.get(address).content.decode()
    assert "optional" not in page.split('<label for="id_text">')[1].split("</label>")[0]
    assert "Only a highlight needs none." in page
    typed = {"node": claim.number, "visibility": "map", "text": ""}
    assert client.post(address, typed | {"motivation": "commenting"}).status_code == 422
    assert client.post(address, typed | {"motivation": "highlighting"}).status_code == 302
