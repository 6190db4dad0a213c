#!/usr/bin/env python3
"""Writes the table of pictures that thresholds of a match are measured on, with one name for each person.

    python3 scripts/people_tables.py DATA > people.csv

DATA is the folder with the data's MANIFEST.csv. The manifest of the licensed portraits numbers pictures where
it should number people: `london_neutra068` and `london_smilin068` are one person, and so are all of `zoom_` and
`lisa_`. Two members of the Congress, by their numbers in its biographical directory, are also in LFW.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

MANIFESTS = ("MANIFEST.csv", "faces/licensed/MANIFEST.csv")
FOLDERS = ("faces/lfw/", "faces/licensed/", "faces/orl/", "faces/yale/")
# What is replaced in an identity of the manifests, so that one person has one name.
RENAMED = (
    (re.compile(r"^london_(?:neutra|smilin)"), "london_"),
    (re.compile(r"^(?:zoom_zoom\d+c|lisa_lisalis)$"), "lisa"),
    (re.compile(r"^congress_H000206$"), "Tom_Harkin"),
    (re.compile(r"^congress_G000386$"), "Charles_Grassley"),
)


def main() -> None:
    """Prints the table."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("identity", "file"))
    for name in MANIFESTS:
        with (Path(sys.argv[1]) / name).open(newline="") as rows:
            for row in csv.DictReader(rows):
                if row["file"].startswith(FOLDERS):
                    table.writerow((person(row["identity"]), row["file"]))


def person(identity: str) -> str:
    """The name of the person of a picture."""
    for pattern, to in RENAMED:
        identity = pattern.sub(to, identity)
    return identity


if __name__ == "__main__":
    main()
