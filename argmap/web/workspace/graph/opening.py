"""What of a map its graph shows: the theses and their layer, the way to what is selected, and the
branches that the address opens. Nothing else is laid out, however large the map is."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from argmap.maps.skeleton import LinkStub, NodeStub

TOP = 0  # stands in `open` for the roots
AT_ONCE = 40  # below one statement; as many more each time it is opened again
MOST_BOXES = 400
MOST_ON_THE_WAY = 20  # statements above the selected one; of a longer way the end
MOST_FURTHER = 300  # links beside those of the tree
MOST_ABOVE = 30  # of them, from one statement
MOST_CHIPS = 3  # on one link


@dataclass(slots=True)
class Box:
    """A statement that has a place, by which link, and what hangs on it.

    `host`: the number of the box below which it is laid out, as what bears on a step stands
    beside that step's statement.
    """

    node: NodeStub
    link: LinkStub | None
    host: int | None
    level: int
    order: tuple = ()
    below: int = 0
    more: int = 0
    open: bool = False


@dataclass(slots=True)
class Opening:
    boxes: dict = field(default_factory=dict)
    children: dict = field(default_factory=lambda: defaultdict(list))
    theses: list = field(default_factory=list)
    others: list = field(default_factory=list)
    more_roots: int = 0
    further: list = field(default_factory=list)  # links
    chips: dict = field(default_factory=dict)  # by link: what bears on it
    more_chips: dict = field(default_factory=dict)


def opening(skeleton, opened=(), selected=None):
    """`opened` are numbers, each as often as its branch was opened; `selected` is one, or None."""
    return _Opener(skeleton, opened, selected).opened()


class _Opener:
    def __init__(self, skeleton, opened, selected):
        self.skeleton, self.times = skeleton, Counter(opened)
        shown = selected is not None and skeleton.is_shown(selected)
        self.way = [*skeleton.ancestors(selected), selected] if shown else []
        self.begins = self.way[-MOST_ON_THE_WAY] if len(self.way) > MOST_ON_THE_WAY else None
        self.way = self.way[-MOST_ON_THE_WAY:]
        there = (each for each in self.times if skeleton.place_of(each) is not None)
        self.wanted = {*self.way, *there}
        self.found = Opening()
        self.bearing = {}  # by number of a box, the places of links that bear on its links
        self.homes = defaultdict(list)  # by number of a parent, those wanted that stand below it
        for number in sorted(self.wanted):
            if skeleton.is_shown(number) and (home := skeleton.home(number)):
                self.homes[home.parent].append(home)

    def opened(self):
        found, skeleton = self.found, self.skeleton
        numbers, count = skeleton.roots_from(0, AT_ONCE * (1 + self.times[TOP]))
        shown = set(numbers)
        apart = [each for each in sorted(self.wanted) if skeleton.is_root(each)]
        numbers += [each for each in apart if each not in shown]
        found.more_roots = count - len(numbers)
        if self.begins is not None and self.begins not in numbers:
            numbers.append(self.begins)
        room = [number for number in numbers if self._has_room()]
        for at, number in enumerate(room):
            node = skeleton.node(number)
            self._put(Box(node, None, None, 1, (at,)))
            (found.theses if node.kind == "thesis" else found.others).append(number)
        later = deque()
        self._grow(room, later)
        while later:
            link, at = later.popleft()
            if link.source not in found.boxes:
                self._grow(self._add(link, at), later)
        self._order()
        self._connect()
        return found

    def _has_room(self):
        return len(self.found.boxes) < MOST_BOXES

    def _put(self, box):
        number = box.node.number
        self.found.boxes[number] = box
        on_it, on_steps = self.skeleton.split_below(number)
        box.below = len(on_it)
        box.open = bool(box.below) and (number in self.wanted or box.node.kind == "thesis")
        self.bearing[number] = on_steps
        return on_it

    def _grow(self, numbers, later):
        """Open what stands below these by its home; what stands elsewhere comes `later`."""
        waiting = deque(numbers)
        while waiting:
            number = waiting.popleft()
            box = self.found.boxes[number]
            for link in self.homes[number]:
                if link.relation in ("joins", "undercuts") and link.source not in self.found.boxes:
                    waiting.extend(self._beside(link, box))
            if not box.open:
                continue
            on_it, _ = self.skeleton.split_below(number)
            first = AT_ONCE * max(1, self.times[number])
            links = self.skeleton.link_stubs(on_it[:first])
            there = {link.pk for link in links}
            apart = [
                link
                for link in self.homes[number]
                if link.relation in ("supports", "opposes") and link.pk not in there
            ]
            box.more = box.below - len(links) - len(apart)
            for at, link in enumerate([*links, *apart]):
                if self.skeleton.is_home(link):
                    waiting.extend(self._add(link, at))
                else:
                    later.append((link, at))

    def _add(self, link, at):
        """The number of a statement that got its box below another, or nothing."""
        parent = self.found.boxes[link.parent]
        if link.source in self.found.boxes:
            return []
        if not self._has_room():
            parent.more += 1
            return []
        node = self.skeleton.node(link.source)
        self._put(Box(node, link, link.parent, parent.level + 1, (at,)))
        return [link.source]

    def _beside(self, link, box):
        if not self._has_room():
            return []
        node = self.skeleton.node(link.source)
        order = (*box.order, link.source)
        self._put(Box(node, link, box.host, box.level + 1, order))
        if box.host is None:
            theses, others = self.found.theses, self.found.others
            (theses if box.node.number in theses else others).append(link.source)
        return [link.source]

    def _order(self):
        boxes, children = self.found.boxes, self.found.children
        for number, box in boxes.items():
            if box.host is not None:
                children[box.host].append(number)
        for numbers in (*children.values(), self.found.theses, self.found.others):
            numbers.sort(key=lambda number: boxes[number].order)

    def _connect(self):
        """The links between what has a place, beside those of the tree, and what bears on each."""
        found, skeleton = self.found, self.skeleton
        drawn = {box.link.pk for box in found.boxes.values() if box.link}
        for number, box in found.boxes.items():
            for link in skeleton.links_above(number, MOST_ABOVE):
                joins = link.relation in ("joins", "undercuts")
                if link.pk in drawn or joins or link.parent not in found.boxes:
                    continue
                if link != box.link and len(found.further) < MOST_FURTHER:
                    found.further.append(link)
                    drawn.add(link.pk)
        for places in self.bearing.values():
            for about, links in self._by_link(places, drawn).items():
                links.sort(key=lambda link: (not self._stands_beside(link), link.pk))
                found.chips[about] = links[:MOST_CHIPS]
                found.more_chips[about] = len(links) - len(links[:MOST_CHIPS])

    def _stands_beside(self, link):
        box = self.found.boxes.get(link.source)
        return box is not None and box.link is not None and box.link.pk == link.pk

    def _by_link(self, places, drawn):
        by_link = defaultdict(list)
        for about, link in self.skeleton.bearing(places):
            if about in drawn:
                by_link[about].append(link)
        return by_link
