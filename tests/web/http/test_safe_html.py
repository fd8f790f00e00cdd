"""Nothing that anyone writes runs in a reader's browser, and no page needs what would let it."""

import re

import pytest

from argmap.debate import actions as debate
from argmap.journal.markdown import html_of
from argmap.maps import actions as maps

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://example.com/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<a href='javascript:alert(1)'>x</a>",
    "<javascript:alert(1)>",
    "<iframe src=//example.com></iframe>",
    "<form action=//example.com><input name=password></form>",
    "<svg onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<div hx-get=/accounts/logout/ hx-trigger=load style=position:fixed id=main class=bar>x</div>",
    "<base href=//example.com>",
    "<meta http-equiv=refresh content=0;url=//example.com>",
    '[x](https://example.org/ "\\" onmouseover=alert(1) x=\\"")',
    '[x]: <https://example.org/"onclick="alert(1)>\n\n[x]',
    '```"><script>alert(1)</script>\nx\n```',
]
TAGS = {
    "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_keeps_nothing_that_could_act(parsed, attack):
    class Response:
        content = html_of(attack).encode()

    for tag, attributes in parsed(Response).elements:
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel", "start", "title"}
        assert re.match(r"https?://|mailto:", attributes.get("href", "https://"))


def test_markdown_says_what_people_write_with_it():
    html = html_of("*a* **b** ~~c~~ `d`\n\n> e\n\n1. f\n\n[g](https://example.org/)")
    for part in ("<em>a</em>", "<strong>b</strong>", "<s>c</s>", "<code>d</code>", "<blockquote>"):
        assert part in html
    assert '<a href="https://example.org/" rel="nofollow noopener ugc">g</a>' in html


@pytest.fixture
def attacked(new_map, world, alice, bob, simon):
    """The world, with an attack in every field that people fill."""
    attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}{% now %}'`"
    map = new_map("public", title=attack, text=f"{attack}\n\nThe end.")
    maps.edit_map(alice, map, question=attack)
    node = maps.add_node(
        bob,
        map,
        kind="claim",
        text=attack,
        detail=attack,
        citations=[{"title": attack, "locator": attack, "quote": attack}],
    )
    thesis = maps.add_node(bob, map, kind="thesis", text=attack)
    link = maps.add_link(bob, map, source=node, target=thesis, relation="supports", scheme=attack)
    debate.annotate(simon, map, target=node, text=attack, tags=["<script>alert(1)</script>"])
    debate.open_dispute(simon, map, target=link, ground="outdated", statement=attack)
    dispute = debate.open_dispute(simon, map, target=node, ground="outdated", statement=attack)
    debate.answer_dispute(bob, dispute, answer=attack)
    debate.decide_dispute(alice, dispute, upheld=True, decision=attack, what_changed=attack)
    maps.retract_node(bob, node, reason=attack)
    return map


@pytest.mark.one_database
@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("who", ["visitor", "alice", "mona"])
def test_no_page_has_anything_inline_and_each_forbids_it(
    browse, attacked, world, crawl, parsed, request, who
):
    client = browse(None if who == "visitor" else request.getfixturevalue(who))
    accounts = [
        f"/accounts/{part}/"
        for part in ("login", "signup", "logout", "password/reset", "password/change", "email")
    ]
    answers = 0
    for address, response in crawl(client, *accounts, "/nowhere/", "/maps/none/", "/flag/node/0/"):
        assert response.status_code < 500, address
        if response.streaming or response.status_code in (301, 302):
            continue
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "trusted-types" in policy
        assert response.headers["X-Frame-Options"] == "DENY"
        if response.headers["Content-Type"].startswith("text/html"):
            answers += 1
            _check(address, parsed(response))
            assert "<script>" not in response.content.decode()
    assert answers > 30


def _check(address, page):
    for tag, attributes in page.elements:
        assert tag != "style", address
        assert tag != "script" or attributes.get("src", "").startswith("/static/"), address
        for name, value in attributes.items():
            assert not name.startswith(("on", "hx-on")), (address, tag, name)
            assert name not in {"style", "hx-vals", "srcdoc"}, (address, tag, name)
            assert not (value or "").lower().startswith(("javascript:", "js:")), (address, value)
    ids = page.values("id")
    assert sorted(set(ids)) == sorted(ids), (address, [each for each in ids if ids.count(each) > 1])


def test_what_a_machine_answers_cannot_be_framed_or_sniffed(browse, world, alice):
    for address in ("/", world.map.get_absolute_url(), "/nowhere/"):
        headers = browse(alice).get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
