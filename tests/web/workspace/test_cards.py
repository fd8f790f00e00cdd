"""What the third line of a card says."""

from argmap.debate.actions import take_stance
from argmap.maps.actions import edit_node


def test_a_card_says_when_all_stances_are_of_an_earlier_wording(
    map, claim, bob, victor, simon, browse
):
    def line():
        page = browse(bob).get(map.get_absolute_url()).content.decode()
        card = page[page.index('id="card-2"') :]
        return card[: card.index("</article>")]

    take_stance(victor, map, target=claim, credence=40)
    assert "40 % of 1</a>" in line()
    claim.refresh_from_db()
    claim = edit_node(bob, claim, version=claim.version, text="A slip.", changes_meaning=False)
    assert "40 % of 1</a>" in line()
    edit_node(bob, claim, version=claim.version, text="Quite another claim.")
    assert "40 % of 1, on an earlier wording</a>" in line()
    take_stance(simon, map, target=claim, credence=60)
    assert "50 % of 2</a>" in line()
