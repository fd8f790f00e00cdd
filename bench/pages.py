"""The pages beside the workspace: warm, and unchanged since the reader had them."""

from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.maps.actions import set_role
from argmap.web.maps.home import AT_FIRST

from .maps import make_map
from .workspace import Browser, Row


def rows(map):
    reader = Browser(User.objects.get(username="person1"))
    page = map.get_absolute_url()
    yield from reading("node page", reader, f"{page}nodes/{_most_discussed(map)}/", map)
    yield from reading("history", reader, f"{page}history/", map)
    yield from reading("disputes", reader, f"{page}disputes/", map)
    _more_maps(User.objects.get(username="person1"))
    yield from reading("home", reader, "/", map)


def reading(name, reader, path, map):
    """An address as its reader asks for it again, once without an ETag and once with it."""

    def floor():
        reader.get(f"/floor/{map.slug}/")

    def fresh():
        assert reader.get(path).status_code == 200

    def unchanged():
        assert reader.get(path, HTTP_IF_NONE_MATCH=reader.etag).status_code == 304

    yield Row(f"{name}, warm", fresh, floor, faster=2)
    yield Row(f"{name}, unchanged", unchanged, floor, faster=8)


def _more_maps(reader):
    """As many of each group as home shows at first, with people and a debate of their own."""
    people = {each.username: each for each in User.objects.all()}
    owner = people["person0"]
    for _ in range(AT_FIRST):
        make_map(20, reader, people)
        set_role(owner, make_map(20, owner, people), reader, Role.EDITOR)
        make_map(20, owner, people)


def _most_discussed(map):
    """The number of the node that most was said of: the dearest page of them."""
    numbers = list(map.annotations.exclude(node=None).values_list("node__number", flat=True))
    numbers += map.disputes.exclude(node=None).values_list("node__number", flat=True)
    return max(sorted(set(numbers)), key=numbers.count)
