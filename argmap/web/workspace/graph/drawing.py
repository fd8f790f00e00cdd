"""The graph of a map as SVG: what all readers of a class share, the same on the page and as a
file."""

from typing import NamedTuple

from django.template.loader import get_template
from django.utils.safestring import mark_safe

from argmap.maps.models import Node
from argmap.maps.skeleton import skeleton_of

from ..cards import GLYPHS, facts_of
from ..margin import reasons_of_hiding
from ..outline import Item
from .layout import BETWEEN_LAYERS, WIDTH, lay_out, wrapped
from .opening import AT_ONCE, MOST_BOXES, TOP, opening

MARGIN = 28  # around all that is drawn
INSET, SIZE, LINE, HEAD = 12, 14, 16.5, 27  # of the words in a box
FOOT = 11
ROUND = 19  # from one chip to the next
MOST_LINES, MOST_LINES_OF_THESIS = 3, 12
HEIGHT_OF_MORE = 26
MOST_OPEN = 100  # numbers in an address
VERBS = {
    "supports": "supports",
    "opposes": "opposes",
    "undercuts": "undercuts the step to",
    "joins": "joins the step to",
}


class Drawn(NamedTuple):
    """A statement with all that the template writes of it."""

    number: int
    x: int
    y: int
    height: int
    kind: str
    relation: str
    glyph: str
    lines: list
    label: str
    level: int
    parent: int | None
    facts: object
    selected: bool
    quiet: str  # withheld, retracted or nothing
    expanded: bool | None
    pill: str
    toggles: str
    selects: str


class Curve(NamedTuple):
    key: str
    path: str
    classes: str


class Chip(NamedTuple):
    number: int
    x: int
    y: int
    relation: str
    glyph: str
    label: str
    selects: str


class More(NamedTuple):
    x: int
    y: int
    text: str
    label: str
    address: str


class Picture(NamedTuple):
    """A graph as it is drawn: its SVG, how large it is, and whether it shows the selected one."""

    svg: str
    count: int
    shows_selected: bool

    @property
    def weight(self):
        return 2 * len(self.svg)


def picture(shown, opened=(), selected=None):
    """Of a map as `shown` to a class of readers, in a constant number of queries."""
    found = opening(skeleton_of(shown.map), opened, selected)
    svg = _Drawer(shown, found, tuple(opened), selected).svg()
    return Picture(svg, len(found.boxes), selected in found.boxes)


def address(opened, node=None):
    """The query of the graph with these branches open, at a statement."""
    parts = []
    if opened:
        parts.append("open=" + ",".join(map(str, opened[-MOST_OPEN:])))
    if node is not None:
        parts.append(f"node={node}")
    return "?" + "&".join(parts) + (f"#g{node}" if node is not None else "")


class _Drawer:
    def __init__(self, shown, found, opened, selected):
        self.shown, self.found, self.selected = shown, found, selected
        self.base = shown.map.get_absolute_url()
        branches = [number for number, box in found.boxes.items() if self._can_shut(box)]
        self.opened = (*opened, *(each for each in branches if each not in opened))
        self.skeleton = skeleton_of(shown.map)
        self.nodes, self.facts, self.reasons = self._read()
        self.lines = {number: self._lines(box) for number, box in found.boxes.items()}
        self.places = self._lay_out()

    def _can_shut(self, box):
        return box.open and box.node.kind != "thesis"

    def _read(self):
        items = [Item(box.node, box.link) for box in self.found.boxes.values()]
        ids = [item.node.pk for item in items]
        nodes = {node.number: node for node in Node.objects.filter(pk__in=ids)}
        reasons = reasons_of_hiding(self.shown.map, nodes.values())
        return nodes, facts_of(self.shown, items), reasons

    def _withheld(self, box):
        return box.node.hidden and not self.shown.sees_hidden

    def _words(self, box):
        node = self.nodes[box.node.number]
        if not self._withheld(box):
            return node.text
        because = self.reasons.get(("maps.node", node.pk), "")
        return f"Hidden by a moderator: {because}" if because else "Hidden by a moderator"

    def _lines(self, box):
        thesis = box.node.kind == "thesis"
        most = MOST_LINES_OF_THESIS if thesis else MOST_LINES
        if box.node.number == self.selected:
            most = None
        inside = WIDTH - 2 * INSET
        return wrapped(self._words(box), inside, SIZE, most=most, bold=thesis)

    def _height(self, number):
        return round(HEAD + LINE * len(self.lines[number]) + FOOT)

    def _lay_out(self):
        """With a place for what is left out below each statement, and at the top."""
        heights = {number: self._height(number) for number in self.found.boxes}
        children = {number: list(below) for number, below in self.found.children.items()}
        for number, box in self.found.boxes.items():
            if box.open and box.more > 0:
                children.setdefault(number, []).append(("more", number))
                heights["more", number] = HEIGHT_OF_MORE
        forests = [self.found.theses, list(self.found.others)]
        if self.found.more_roots > 0:
            forests[1 if forests[1] else 0] = [*(forests[1] or forests[0]), ("more", TOP)]
            heights["more", TOP] = HEIGHT_OF_MORE
        return lay_out(forests, children, heights)

    def svg(self):
        places, found = self.places, self.found
        template = get_template("workspace/_graph.jinja", using="jinja2").template
        loose = found.theses and found.others
        context = {
            "map": self.shown.map,
            "width": places.width + 2 * MARGIN + 40,
            "height": places.height + 2 * MARGIN,
            "left": -MARGIN,
            "top": -MARGIN,
            "wide": WIDTH,
            "inset": INSET,
            "line": LINE,
            "head": HEAD,
            "boxes": [self._box(number) for number in self._in_order()],
            "curves": [*self._curves()],
            "chips": [*self._chips()],
            "more": [*self._more()],
            "loose_at": places.forests[1] - 24 if loose else None,
        }
        return mark_safe(template.render(context))  # noqa: S308 (Jinja has escaped it)

    def _in_order(self):
        """Parents before children, what stands higher first."""
        waiting = [*self.found.theses, *self.found.others][::-1]
        while waiting:
            number = waiting.pop()
            yield number
            waiting.extend(self.found.children[number][::-1])

    def _box(self, number):
        box, facts = self.found.boxes[number], self.facts[self.found.boxes[number].node.pk]
        x, y = self.places.of[number]
        selected = number == self.selected
        return Drawn(
            number=number,
            x=x,
            y=y,
            height=self._height(number),
            kind=Node.Kind(box.node.kind).label,
            relation=self._class(box),
            glyph=_glyph(box.node, box.link),
            lines=self.lines[number],
            label=self._label(box, facts),
            level=box.level,
            parent=box.link.parent if box.link else None,
            facts=facts,
            selected=selected,
            quiet="withheld" if self._withheld(box) else "" if box.node.standing else "retracted",
            expanded=box.open if box.below else None,
            pill="−" if self._can_shut(box) else f"+{box.below}" if not box.open else "",
            toggles=self._toggled(box),
            selects=f"{self.base}?node={number}#n{number}"
            if selected
            else address(self.opened, number),
        )

    def _class(self, box):
        return box.link.relation if box.link else "thesis" if box.node.kind == "thesis" else "root"

    def _label(self, box, facts):
        said = [f"{Node.Kind(box.node.kind).label} #{box.node.number}"]
        if box.link:
            said[0] += f" {VERBS[box.link.relation]} #{box.link.to}"
        said[0] += f": {self._words(box)}"
        if facts.stances:
            said.append(f"{facts.credence} % of {facts.stances}")
        if facts.open_disputes:
            said.append(f"{facts.open_disputes} open dispute{'s' * (facts.open_disputes > 1)}")
        if facts.contested:
            said.append("contested")
        if not box.node.standing:
            said.append("retracted")
        return " · ".join(said)

    def _toggled(self, box):
        """Where its pill leads: its branch opens, or shuts, and what is selected in it with it."""
        number, selected = box.node.number, self.selected
        if not box.below or (box.open and not self._can_shut(box)):
            return ""
        if not box.open:
            return address((*self.opened, number), selected)
        left = tuple(each for each in self.opened if each != number)
        if selected is not None and self._leads_through(number):
            selected = box.link.parent if box.link else None
        return address(left, selected)

    def _leads_through(self, number):
        if not self.skeleton.is_shown(self.selected):
            return False
        return number in (self.selected, *self.skeleton.ancestors(self.selected))

    # curves and what stands on them

    def _left_of(self, number):
        x, y = self.places.of[number]
        return x, y + self._height(number) / 2

    def _right_of(self, number):
        x, y = self._left_of(number)
        return x + WIDTH, y

    def _curves(self):
        for link in self.found.further:
            yield self._curve(link, "further")
        for box in self.found.boxes.values():
            link = box.link
            bears = link is not None and link.relation in ("supports", "opposes")
            if bears and link.parent in self.found.boxes:
                yield self._curve(link, "")
        for links in self.found.chips.values():
            for link in links:
                if self._stands_beside(link) and link.pk in (places := self._chip_places()):
                    x, y = self._left_of(link.source)
                    to_x, to_y = places[link.pk]
                    path = f"M{x:.0f} {y:.0f}C{to_x:.0f} {y:.0f} {to_x:.0f} {y:.0f} {to_x} {to_y}"
                    yield Curve(f"c{link.pk}", path, self._classes(link, ""))

    def _stands_beside(self, link):
        box = self.found.boxes.get(link.source)
        return box is not None and box.link is not None and box.link.pk == link.pk

    def _curve(self, link, how):
        (x, y), (to_x, to_y) = self._left_of(link.source), self._right_of(link.parent)
        path = "M{:.0f} {:.0f}C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}".format(
            *(x, y), *self._bent(x, y, to_x, to_y), *(to_x, to_y)
        )
        return Curve(f"c{link.pk}", path, self._classes(link, how))

    def _classes(self, link, how):
        lit = self.selected in (link.source, link.parent)
        return " ".join(filter(None, (link.relation, how, "lit" if lit else "")))

    def _bent(self, x, y, to_x, to_y):
        """The two points that a curve leans to. What leads back goes around its ends."""
        by = (x - to_x) / 2 if x > to_x else BETWEEN_LAYERS
        return x - by, y, to_x + by, to_y

    def _chip_places(self):
        """Where each chip stands: on its curve near the statement that the step begins at, several
        one below the other."""
        by_pk = {box.link.pk: box.link for box in self.found.boxes.values() if box.link}
        by_pk |= {link.pk: link for link in self.found.further}
        places = {}
        for about, chips in self.found.chips.items():
            link = by_pk[about]
            if link.relation not in ("supports", "opposes") or link.parent not in self.found.boxes:
                continue
            x, y = self._on_curve(link, 0.4)
            for at, chip in enumerate(chips):
                places[chip.pk] = round(x), round(y + ROUND * (at - (len(chips) - 1) / 2))
        return places

    def _on_curve(self, link, t):
        (x, y), (to_x, to_y) = self._left_of(link.source), self._right_of(link.parent)
        x1, y1, x2, y2 = self._bent(x, y, to_x, to_y)
        parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        return tuple(
            sum(part * at for part, at in zip(parts, points, strict=True))
            for points in ((x, x1, x2, to_x), (y, y1, y2, to_y))
        )

    def _chips(self):
        places = self._chip_places()
        for about, links in self.found.chips.items():
            for link in links:
                if link.pk not in places:
                    continue
                node = self.skeleton.node(link.source)
                x, y = places[link.pk]
                label = f"{node.kind.capitalize()} #{link.source} {VERBS[link.relation]} #{link.to}"
                label = f"{label} from #{link.parent}"
                selects = address(self.opened, link.source)
                yield Chip(link.source, x, y, link.relation, GLYPHS[link.relation], label, selects)
            if links and links[-1].pk in places and (more := self.found.more_chips[about]):
                x, y = places[links[-1].pk]
                label = f"{more} more on this step"
                where = f"{self.base}links/{about}/"
                yield Chip(0, x, y + ROUND, "more", f"+{more}", label, where)

    def _more(self):
        """What leads on where not everything has room: more here, or else in the outline."""
        full = len(self.found.boxes) >= MOST_BOXES
        for key, (x, y) in self.places.of.items():
            if not isinstance(key, tuple):
                continue
            number = key[1]
            left = self.found.boxes[number].more if number else self.found.more_roots
            if full or len(self.opened) >= MOST_OPEN:
                to = f"{self.base}?node={number}#n{number}" if number else self.base
                yield More(x, y, f"{left} more in the outline", f"{left} more in the outline", to)
                continue
            to = address((*self.opened, number), self.selected)
            next_ones = min(left, AT_ONCE)
            of = f"below #{number}" if number else "at the top"
            yield More(x, y, f"{left} more", f"Show {next_ones} of {left} more {of}", to)


def _glyph(node, link):
    if link is None:
        return ""
    if link.relation == "supports" and node.kind == "evidence":
        return "●"
    return GLYPHS[link.relation]
