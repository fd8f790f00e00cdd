"""Maps of any size, alike from run to run."""

import random

from argmap.accounts.models import User
from argmap.interchange.document import (
    Annotation,
    Article,
    Citation,
    Dispute,
    Edition,
    Link,
    MapDocument,
    Node,
    Quote,
    Stance,
    Target,
)
from argmap.transfer.actions import import_map

WORDS = [
    "treaty",
    "border",
    "council",
    "gas",
    "transit",
    "price",
    "vote",
    "army",
    "reform",
    "court",
    "union",
    "budget",
    "market",
    "tariff",
    "signature",
    "minister",
    "decree",
    "factory",
    "railway",
    "harbour",
    "election",
    "protest",
    "visa",
    "loan",
]


def people(count=6):
    return {
        f"person{i}": User.objects.create_user(f"person{i}", f"person{i}@example.org", "secret")
        for i in range(count)
    }


def document(size, seed=1):
    """A map of `size` nodes as people make them: sources, passages, notes, disputes, stances."""
    dice = random.Random(seed)
    sentences = [_sentence(dice, 12) for _ in range(400)]
    paragraphs = ["  ".join(sentences[i : i + 8]) for i in range(0, 400, 8)]
    nodes, links = [Node(1, "thesis", _sentence(dice, 16))], []
    for number in range(2, size + 1):
        kind = dice.choice(["claim", "claim", "evidence", "counterpoint"])
        node = Node(number, kind, _sentence(dice, 18))
        if dice.random() < 0.5:
            node.passages.append(Quote(dice.choice(sentences)))
        if kind == "evidence":
            node.citations.append(Citation(_sentence(dice, 6), "https://example.org/source"))
        nodes.append(node)
        relation = "opposes" if kind == "counterpoint" else "supports"
        links.append(Link(f"L{number}", number, max(1, number // 3), relation))
    return MapDocument(
        title=f"A map of {size} nodes",
        article=Article("An article", edition=Edition("\n\n".join(paragraphs))),
        nodes=nodes,
        links=links,
        annotations=[
            Annotation(Target(node=dice.randint(1, size)), _sentence(dice, 20))
            for _ in range(size // 5)
        ],
        disputes=[
            Dispute(Target(node=dice.randint(1, size)), "unsupported", _sentence(dice, 20))
            for _ in range(size // 20)
        ],
        stances=[
            Stance(Target(node=number), f"person{i}", credence=dice.randint(0, 100))
            for number in range(1, size + 1)
            for i in dice.sample(range(6), 2)
        ],
    )


def make_map(size, owner, credited):
    return import_map(owner, document(size), people=credited, visibility="public").map


def _sentence(dice, length):
    words = [dice.choice(WORDS) for _ in range(length)]
    return " ".join(words).capitalize() + "."
