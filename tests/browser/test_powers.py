"""The tools on an open page are those that its reader has now."""

import pytest
from playwright.sync_api import expect

from argmap.accounts.permissions import Role
from argmap.maps.actions import set_role
from argmap.moderation.actions import sanction

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

LIVE = 10_000


def test_the_tools_of_the_selected_card_follow_ones_role(new_page, map, alice, simon, thesis):
    page = new_page(user=simon, width=1440, height=900)
    page.goto(f"{map.get_absolute_url()}?node={thesis.number}")
    tools = page.locator(f"#tools-{thesis.number}")
    expect(tools.get_by_role("link", name="Counterpoint")).to_have_count(0)
    set_role(alice, map, simon, Role.EDITOR)
    expect(tools.get_by_role("link", name="Counterpoint")).to_be_visible(timeout=LIVE)
    set_role(alice, map, simon, Role.VIEWER)
    expect(tools.get_by_role("link", name="Counterpoint")).to_have_count(0, timeout=LIVE)


def test_whoever_is_muted_meanwhile_has_no_tools_to_write_with(new_page, map, bob, mona, thesis):
    page = new_page(user=bob, width=1440, height=900)
    page.goto(f"{map.get_absolute_url()}?node={thesis.number}")
    tools = page.locator(f"#tools-{thesis.number}")
    expect(tools.get_by_role("link", name="Counterpoint")).to_be_visible()
    sanction(mona, bob, kind="mute", reason="Spam.")
    expect(tools.get_by_role("link", name="Counterpoint")).to_have_count(0, timeout=LIVE)
