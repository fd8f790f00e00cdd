"""However many steps one writer makes, what stands beside a statement or a step is short."""

import re

import pytest

from argmap.maps import actions as maps
from argmap.web.workspace import about

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)
MORE = "More of them stand in the outline."


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(about, "MOST_STEPS", 3)


def test_the_margin_shows_so_many_steps_of_a_statement(browse, map, claim, thesis, new_node, bob):
    def steps():
        text = browse().get(f"{map.get_absolute_url()}?node=2").content.decode()
        shown = text[text.index('id="links-title"') : text.index('id="about"')]
        return len(re.findall(r"(?:supports|opposes) #", shown)), MORE in shown

    for _ in range(2):
        maps.add_link(bob, map, source=claim, target=new_node(map, on=thesis), relation="supports")
    assert steps() == (3, False)
    maps.add_link(bob, map, source=claim, target=new_node(map, on=thesis), relation="supports")
    assert steps() == (3, True)


def test_the_page_of_a_step_shows_so_many_steps_on_it(browse, link, map, new_node):
    def bearing():
        text = browse().get(link.get_absolute_url()).content.decode()
        return text.count("undercuts it"), MORE in text

    for _ in range(3):
        new_node(map, on=link, relation="undercuts")
    assert bearing() == (3, False)
    new_node(map, on=link, relation="undercuts")
    assert bearing() == (3, True)
