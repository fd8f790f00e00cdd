"""Lock what the product and its tests are installed from: requirements*.in -> requirements*.txt.

uv finds the versions of everything that the named packages need, and the hashes of their files,
for every platform; the reason of each named package is carried over, so that it can be read
where it is installed from. Packages that are locked already stay at their versions:
`make lock ARGS=--upgrade` looks for newer ones.
"""

import re
import subprocess
import sys
from pathlib import Path

COMPILE = "uv pip compile --quiet --universal --python-version 3.11 --generate-hashes"
COMPILE += " --no-annotate --no-header --no-emit-index-url"
# pip with hashes takes `coverage[toml]` only from a line that names the extra too.
COMPILE += " --no-strip-extras"
HEADER = "# Made by `make lock` from {source}; edit that one.\n"


def main(arguments):
    for name in ("requirements", "requirements-dev"):
        lock(Path(f"{name}.in"), Path(f"{name}.txt"), arguments)


def lock(source, target, arguments):
    uv = Path(sys.executable).parent / "uv"
    command = [uv, *COMPILE.split()[1:], *arguments, source, "--output-file", target]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    reasons = dict(reasons_in(source))
    lines = [HEADER.format(source=source)]
    for line in target.read_text().splitlines(keepends=True):
        lines += [*reasons.get(name_of(line), ()), line]
    target.write_text("".join(lines))


def reasons_in(source):
    """(name, its comment lines) of each package that a file names, or a file within it."""
    comment = []
    for line in source.read_text().splitlines(keepends=True):
        if line.startswith("#"):
            comment.append(line)
            continue
        if line.startswith("-r "):
            yield from reasons_in(Path(line.split()[1]))
        elif line.strip():
            yield name_of(line), comment
        comment = []


def name_of(line):
    """The name that a line begins with, as packages compare them; empty on other lines."""
    match = re.match(r"[A-Za-z0-9._-]+", line)
    return re.sub(r"[-_.]+", "-", match.group()).lower() if match else ""


if __name__ == "__main__":
    main(sys.argv[1:])
