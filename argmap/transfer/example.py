"""The example that ships: Samorukov's argument about Russia and Belarus, and demo people."""

from dataclasses import dataclass
from pathlib import Path

from argmap.accounts.permissions import Role

EXAMPLE = Path(__file__).parent / "data" / "integration-deal.json"
PASSWORD = "argmap-demo"  # noqa: S105 (of accounts that exist in local databases only)


@dataclass(frozen=True)
class Person:
    name: str
    role: Role = Role.NOBODY
    is_moderator: bool = False


PEOPLE = {
    "author": Person("Anna Author", Role.OWNER),
    "editor": Person("Emil Editor", Role.EDITOR),
    "writer": Person("Wanda Writer", Role.WRITER),
    "reader": Person("Rosa Reader"),
    "analyst": Person("Arne Analyst"),
    "moderator": Person("Mona Moderator", is_moderator=True),
}
