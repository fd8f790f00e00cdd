"""axe finds nothing to mend on the main pages, for a visitor and an editor, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from argmap.maps.actions import edit_map

PARTS = ("", "?node=2", "nodes/2/", "history/", "disputes/", "table/?order=newest", "graph/?node=2")
SEARCHES = ("/search/", "/search/?q=bridge", "/search/?q=brigde")
AXE = {"rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2; off unless asked for
LONG = "Whether the bridge over the river should be rebuilt before the harbour is dredged"
FORMS = ("nodes/2/edit/", "nodes/2/merge/?with=1", "disputes/new/?node=2", "write/claim/")


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 390)], ids=["light and wide", "dark and narrow"]
)
@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "editor"])
def test_axe_finds_nothing(
    new_page, map, claim, dispute, annotation, alice, edith, signed_in, scheme, width
):
    edit_map(alice, map, title=LONG)
    page = new_page(
        user=edith if signed_in else None, color_scheme=scheme, width=width, bypass_csp=True
    )
    parts = PARTS + (FORMS if signed_in else ())
    others = ("/articles/new/",) if signed_in else ("/accounts/login/", "/accounts/signup/")
    for address in ("/", *SEARCHES, *others, *(map.get_absolute_url() + part for part in parts)):
        page.goto(address)
        found = Axe().run(page, options=AXE)
        assert not found.violations_count, f"{address}\n{found.generate_report()}"
