#!/usr/bin/env python3
"""Checks that the CI script runs README.md's make commands, so that none of them rots.

    scripts/check_readme.py [README] [CI_SCRIPT]

A command counts if it is in a fenced block: in `console` behind a prompt (`$ make demo`), in
`sh` or `bash` at the start of a line (`make demo`). Its target must be one that `.ci/run` makes, or
that `.ci/run` names as too slow for it, in a separate comment line with the reason:

    # slow: make bench (downloads a gigabyte)

Variables and options after the target are ignored: `make demo CAMERA=/dev/video2` is `demo`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(\w*)")
PROMPTED = re.compile(r"^\s*\$ make(?:\s+(?P<words>[^#]*))?")
BARE = re.compile(r"^\s*make(?:\s+(?P<words>[^#]*))?(?:#|$)")
STEP = re.compile(r"^\s*(?:step\s+)?make\s+(?P<words>[^#]*)", re.MULTILINE)
SLOW = re.compile(r"^# slow: make (?P<words>[\w-]+) \(.+\)$", re.MULTILINE)


def main() -> None:
    """Ends with 1 and the list of faults when README and CI script differ."""
    given = [Path(argument) for argument in sys.argv[1:]]
    readme, script = (given + [ROOT / "README.md", ROOT / ".ci" / "run"][len(given) :])[:2]
    text = script.read_text()
    name = f"{script.parent.name}/{script.name}"
    made = {word for pattern in (STEP, SLOW) for word in targets(pattern, text)}
    faults = [
        f"{readme.name} line {line}: `make {target}` is not run by {name}: add it there as a "
        f"step, or as '# slow: make {target} (reason)'"
        for line, target in commands(readme.read_text())
        if target not in made
    ]
    if faults:
        sys.exit("\n".join(faults))
    print(f"{readme.name}: every make command is one that {name} knows")


def targets(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The targets of all make commands that a pattern finds in the CI script."""
    for match in pattern.finditer(text):
        yield from words(match)


def commands(text: str) -> Iterator[tuple[int, str]]:
    """Line number and target of each make command in a fenced block of a Markdown text."""
    fence, language = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if match and not fence:
            fence, language = match.group(1), match.group(2)
        elif fence and line.strip().startswith(fence):
            fence, language = "", ""
        elif language in ("console", "sh", "bash"):
            found = (PROMPTED if language == "console" else BARE).match(line)
            for target in words(found) if found else []:
                yield number, target


def words(match: re.Match[str]) -> list[str]:
    """The targets among a command's words: no options, no variables."""
    return [w for w in (match["words"] or "").split() if not w.startswith("-") and "=" not in w]


if __name__ == "__main__":
    main()
