"""What SQLite lacks: letters that differ only in case are one to `icontains`, in every script."""

import re
from functools import lru_cache
from typing import Any

WILD = {"%": ".*", "_": "."}


def register_like(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Replace LIKE, which knows upper and lower case in ASCII only, as a connection is made."""
    if connection.vendor == "sqlite":
        for count in (2, 3):
            connection.connection.create_function("like", count, like, deterministic=True)


def like(pattern: Any, value: Any, escape: str = "") -> bool | None:
    """`value LIKE pattern ESCAPE escape`."""
    if pattern is None or value is None:
        return None
    return _compiled(str(pattern), escape).fullmatch(str(value)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    parts, letters = [], iter(pattern)
    for letter in letters:
        if letter == escape:
            parts.append(re.escape(next(letters, "")))
        else:
            parts.append(WILD.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
