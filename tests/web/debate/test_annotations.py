"""Writing in the margin."""

import pytest

from argmap.articles.actions import Selection
from argmap.debate.actions import annotate
from argmap.debate.actions.annotations import LONGEST_TAG, MOST_TAGS
from argmap.debate.models import Annotation
from argmap.moderation.actions import sanction

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
    tags = [f"{number}, {'x' * (LONGEST_TAG - 3)}" for number in range(MOST_TAGS)]
    note = annotate(simon, map, target=claim, text="Why?", tags=tags)
    assert retag(note, text="Since when?") == tags
    assert retag(note, tags="one, two") == ["one", "two"]
