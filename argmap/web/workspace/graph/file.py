"""The drawing by itself: with its styles, in which every token stands by its value on paper."""

import re
from functools import cache

from django.contrib.staticfiles import finders

_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_LIGHT = re.compile(r"light-dark\(([^,()]+),[^()]+\)")


def as_file(svg):
    opening, rest = svg.split(">", 1)
    return f"{opening}><style>{_styles()}</style>{rest}"


def _css(name):
    with open(finders.find(f"css/{name}.css"), encoding="utf-8") as file:
        return file.read()


@cache
def _styles():
    tokens = dict(_TOKEN.findall(_LIGHT.sub(r"\1", _css("tokens"))))
    styles = re.search(r"@layer pages \{(.*)\n\}", _css("drawing"), re.DOTALL)[1]
    return re.sub(r"var\(--([\w-]+)\)", lambda found: tokens[found[1]].strip(), styles)
