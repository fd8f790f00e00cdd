"""What the project's own files promise to whoever installs from them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w, -]+\])?==([^\s;]+)(.*)$", re.MULTILINE)


def pins_in(file):
    """{name as packages compare it: version} of the packages that a file of requirements names."""
    return {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version, _ in PACKAGE.findall((ROOT / file).read_text())
    }


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_installed_is_what_was_asked_for_and_every_file_has_its_hash(name):
    asked, locked = pins_in(f"{name}.in"), pins_in(f"{name}.txt")
    assert asked.items() <= locked.items(), "run make lock"

    entries = re.split(r"\n(?=[A-Za-z])", (ROOT / f"{name}.txt").read_text())[1:]
    assert len(entries) == len(locked)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
