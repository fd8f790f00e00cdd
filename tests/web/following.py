"""A page in Python, to which is done what htmx and `static/js/outline.js` do in a browser."""

import re
from html.parser import HTMLParser

VOID = {"meter", "input", "br", "meta", "link", "img", "hr"}


class Element:
    def __init__(self, tag, attributes=(), parent=None):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []

    @property
    def id(self):
        return self.attributes.get("id", "")

    @property
    def is_more(self):
        return self.attributes.get("class") == "more"

    def find(self, id):
        for child in self.children:
            if isinstance(child, Element):
                if child.id == id:
                    return child
                if found := child.find(id):
                    return found
        return None

    def remove(self):
        self.parent.children.remove(self)
        self.parent = None

    def put(self, element, index):
        if element.parent:
            element.remove()
        self.children.insert(index, element)
        element.parent = self


class Tree(HTMLParser):
    """HTML as elements, spaces between them left out."""

    def __init__(self, html):
        super().__init__()
        self.root = self.here = Element("root")
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.here = self.here.parent

    def handle_data(self, text):
        if text.strip():
            self.here.children.append(" ".join(text.split()))


class Page:
    """A page, or its outline, to which is done what `static/js/outline.js` and htmx do."""

    def __init__(self, html):
        self.tree = Tree(html).root

    def do(self, html):
        for part in list(Tree(html).root.children):
            if part.tag == "hx-place":
                self.place(part)
            else:
                self.swap(part)

    def swap(self, part):
        name, _, but_own = part.attributes["hx-target"].removeprefix("#").partition(":not(.own)")
        there = self.tree.find(name)
        if there is None or (but_own and "own" in there.attributes["class"].split()):
            return
        if part.attributes["hx-swap"] == "innerHTML":
            there.children = part.children
        else:
            parent = there.parent
            [new] = part.children
            parent.children[parent.children.index(there)] = new
            new.parent = parent

    def place(self, part):
        there = self.tree.find(part.id)
        if there is not None and "mention" in there.attributes["class"]:
            there.remove()
            there = None
        where = self.tree.find(part.attributes.get("list", "nowhere"))
        after = part.attributes.get("after")
        before = after and self.tree.find(after)
        if where is None or _left_out(where, before, after):
            if there is not None and there.parent is not where:
                there.remove()
            return
        if there is not None and there.parent is where:
            there.remove()
        index = where.children.index(before) + 1 if before else 0
        where.put(there if there is not None else part.children[0], index)

    def open(self, number, html):
        """Put what a "more" gives in its place."""
        more = self.tree.find(f"more-{number}")
        parent, index = more.parent, more.parent.children.index(more)
        more.remove()
        for child in reversed(list(Tree(html).root.children)):
            parent.put(child, index)

    def ids(self, prefix):
        """In the order in which they stand."""
        found = (re.search(r"'id': '([\w-]+)'", line) for line in self.outline())
        return [each[1] for each in found if each and each[1].startswith(prefix)]

    def outline(self):
        return list(lines_of(self.tree))


def _left_out(where, before, after):
    if not after:
        return bool(where.children) and where.children[0].is_more
    if before is None or before.parent is not where:
        return True
    index = where.children.index(before)
    around = where.children[: index + 2]
    return any(each.is_more for each in around)


def lines_of(element, depth=0):
    for child in element.children:
        if isinstance(child, str):
            yield "  " * depth + child
        else:
            yield "  " * depth + f"{child.tag} {child.attributes}"
            yield from lines_of(child, depth + 1)
