#!/usr/bin/env python3
"""Checks the sources against docs/ARCHITECTURE.md: who may use whom, no circles, no crowded files.

    scripts/check_house.py

Asks `cargo metadata` for the crates and reads the sources for the rest:

1. each crate uses only those of our crates that the table allows;
2. the board's program links nothing of hub, lab or testkit, and no library that only they need;
3. within a crate, no two rooms (top-level modules) import each other, directly or through others;
4. `unsafe` is only in the rooms that talk to C and to the kernel, and in the counting allocator;
5. no source file, test or script has more than 450 lines.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOM = "vouch-"
# Which of our crates a crate may use, apart from dev-dependencies. `vouch-lab` may use all.
MAY_USE = {
    "vouch-contract": set(),
    "vouch-perception": {"contract"},
    "vouch-session": {"contract"},
    "vouch-trust": {"contract"},
    "vouch-link": {"contract"},
    "vouch-partner": {"contract"},
    "vouch-store": {"contract", "trust"},
    "vouch": {"contract", "perception", "session", "trust", "store", "link", "partner"},
    "vouch-hub": {"contract", "trust", "link", "partner"},
    "vouch-testkit": {"contract", "trust", "link"},
}
# Never on a board: crates of ours, and libraries that only the workshop uses.
NEVER_ON_A_BOARD = {"vouch-hub", "vouch-lab", "vouch-testkit", "plotters", "indicatif", "ab_glyph", "csv"}
# The rooms that may have `unsafe`, and the counting allocator of tests and workshop.
UNSAFE_IN = (
    "crates/perception/src/camera/",
    "crates/perception/src/runtime/",
    "crates/testkit/src/allocations.rs",
)
MOST_LINES = 450
ENDINGS = {".rs", ".py", ".sh", ".js", ".css", ".html"}


def main() -> None:
    """Ends with 1 and the list of faults when a rule is broken."""
    files = [ROOT / name for name in output("git", "ls-files").splitlines()]
    files = [file for file in files if file.suffix in ENDINGS and file.is_file()]
    sources = [file for file in files if file.suffix == ".rs"]
    metadata = json.loads(output("cargo", "metadata", "--format-version=1", "--locked"))
    faults = [*of_table(metadata), *of_board(metadata), *of_circles(metadata)]
    faults += [*of_unsafe(sources), *of_length(files)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"house: {len(metadata['workspace_members'])} crates, {len(files)} files, as planned")


def output(*command: str) -> str:
    """What a command prints; if it fails, its own message is on standard error."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def of_table(metadata: dict) -> Iterator[str]:
    """Crates that use what the table does not allow."""
    members = set(metadata["workspace_members"])
    for package in metadata["packages"]:
        if package["id"] not in members or package["name"] == "vouch-lab":
            continue
        allowed = MAY_USE.get(package["name"])
        if allowed is None:
            yield f"{package['name']}: not in the table of {Path(__file__).name}; say there what it may use"
            continue
        for dependency in package["dependencies"]:
            name = dependency["name"]
            is_ours = name == "vouch" or name.startswith(ROOM)
            if is_ours and dependency["kind"] != "dev" and name.removeprefix(ROOM) not in allowed:
                yield f"{package['name']} uses {name}; it may use {sorted(allowed) or 'none of ours'}"


def of_board(metadata: dict) -> Iterator[str]:
    """Crates that the board's program links but must not."""
    names = {package["id"]: package["name"] for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [id for id in metadata["workspace_members"] if names[id] == "vouch"]
    seen = set(waiting)
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if linked and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    for name in sorted({names[id] for id in seen} & NEVER_ON_A_BOARD):
        yield f"vouch links {name}, which no board may carry; `cargo tree -p vouch -i {name}` tells the way"


def of_circles(metadata: dict) -> Iterator[str]:
    """Rooms of one crate that import each other."""
    members = set(metadata["workspace_members"])
    for package in metadata["packages"]:
        if package["id"] not in members:
            continue
        source = Path(package["manifest_path"]).parent / "src"
        imports: dict[str, set[str]] = {}
        for file in sorted(source.rglob("*.rs")):
            room = file.relative_to(source).parts[0].removesuffix(".rs")
            found = re.findall(r"\bcrate::([a-z_0-9]+)", without_tests(file.read_text()))
            imports.setdefault(room, set()).update(other for other in found if other != room)
        for room in sorted(imports):
            if room not in {"lib", "main"} and room in reached_from(room, imports):
                yield f"{package['name']}: the room `{room}` imports itself over others"


def without_tests(text: str) -> str:
    """The text without comments and without test-only code."""
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return text.split("#[cfg(test)]")[0]


def reached_from(room: str, imports: dict[str, set[str]]) -> set[str]:
    """All rooms that a room's imports lead to."""
    reached: set[str] = set()
    waiting = [room]
    while waiting:
        for other in imports.get(waiting.pop(), set()) - reached:
            reached.add(other)
            waiting.append(other)
    return reached


def of_unsafe(sources: list[Path]) -> Iterator[str]:
    """`unsafe` outside its rooms."""
    for file in sources:
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(UNSAFE_IN) and re.search(r"\(\s*unsafe_code", file.read_text()):
            yield f"{name}: allows `unsafe`; only {', '.join(UNSAFE_IN)} may"


def of_length(files: list[Path]) -> Iterator[str]:
    """Files with more than one reason to change, by their size."""
    for file in files:
        lines = file.read_text().count("\n")
        if lines > MOST_LINES:
            yield f"{file.relative_to(ROOT)}: {lines} lines, at most {MOST_LINES}; part it"


if __name__ == "__main__":
    main()
