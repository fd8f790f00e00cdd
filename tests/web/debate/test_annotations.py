"""Writing in the margin."""

import pytest

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
