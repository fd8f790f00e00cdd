"""How an action refuses, besides a ValidationError beside a field and a Forbidden."""

from typing import Any


class Gone(Exception):
    """An object is not there (any more) for this actor: a page answers 404."""

    def __init__(self, sentence: str = "This is not there for you any more.") -> None:
        super().__init__(sentence)


class Settled(Exception):
    """Someone was quicker: what the caller wants to decide is decided already."""


class Reused(Exception):
    """The key of this request came with another request before."""

    def __init__(self) -> None:
        super().__init__("Another request came with this key. Choose a new one for each.")


class Stale(Exception):
    """Someone changed the object since the caller read it.

    `current` is the object as it is now; `theirs` and `yours` map field names to texts.
    """

    def __init__(self, current: Any, theirs: dict[str, Any], yours: dict[str, Any]) -> None:
        super().__init__("Someone changed this while you were writing.")
        self.current, self.theirs, self.yours = current, theirs, yours


class Busy(Exception):
    """So many write in this moment that this one's turn did not come. Nothing was written.

    `retry_after` is in seconds: a page answers 503 and says so.
    """

    retry_after = 5

    def __init__(self) -> None:
        super().__init__("Many people are writing in this moment. Try again in a few seconds.")
