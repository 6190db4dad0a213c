#!/usr/bin/env python3
"""Replays faults from public bug reports against the built programs, one line each.

    tests/public_reports.py [FOLDER]        (default: ../shared/cases beside the checkout)

Each sub-folder of FOLDER is one fault, `NN-name`: the input that triggered it. This script says, by that
name, what the programs must do with it. A folder that this script does not know is a failure, and so is a
check that can't run. Programs are taken from target/debug (VOUCH_BIN_DIR), models from models/. Brokers are
scripts for the loopback. The last line is `N passed, N failed`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(os.environ.get("VOUCH_BIN_DIR", ROOT / "target" / "debug"))
TODAY = "2026-11-28"
# One session on a still picture, including delivery, on a busy machine.
LIMIT_S = 120
# How long a broker script lives; it ends by itself.
BROKER_S = 60


class Fault(Exception):
    """A fault that a check found."""


def main() -> None:
    """Ends with 1 when a check fails or can't run."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "cases"
    found = sorted(path for path in folder.glob("[0-9][0-9]-*") if path.is_dir())
    passed = failed = 0
    for case in found:
        try:
            check = CHECKS.get(case.name[:2])
            if check is None:
                raise Fault("nothing is known of it here")
            said = check(case)
            passed += 1
            print(f"ok {case.name}: {said}", flush=True)
        except (Fault, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as fault:
            failed += 1
            print(f"FAIL {case.name}: {fault}", flush=True)
    if not found:
        print(f"FAIL {folder}: no faults in it")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


def run(*words: str | Path) -> tuple[int, str, str]:
    """Runs one of our programs; a panic is a failure whatever the check expects."""
    program, *rest = (str(word) for word in words)
    done = subprocess.run(
        [str(PROGRAMS / program), *rest], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    must("panicked" not in done.stderr, f"panicked: {done.stderr[-300:]}")
    return done.returncode, done.stdout, done.stderr


def must(holds: bool, otherwise: str) -> None:
    """A check."""
    if not holds:
        raise Fault(otherwise)


def last(text: str) -> str:
    """The last line of the output."""
    return text.strip().splitlines()[-1] if text.strip() else ""


# Documents


def document(*pictures: Path) -> tuple[int, dict, str]:
    """What `vouch document read` reads from these sides."""
    code, out, said = run("vouch", "document", "read", *pictures, "--json", "--today", TODAY)
    return code, json.loads(out) if out.strip() else {}, said


def sides(case: Path) -> list[list[Path]]:
    """The pictures of each document: front and back belong together."""
    documents: dict[str, list[Path]] = {}
    for picture in sorted(case.glob("*.jpg")):
        documents.setdefault(re.sub(r"-(front|back)$", "", picture.stem), []).append(picture)
    return list(documents.values())


def is_valid(*, silent_of: tuple[str, ...] = ()) -> Callable[[Path], str]:
    """Documents that are read and valid; none of these fields may be called unreadable."""

    def check(case: Path) -> str:
        for pictures in sides(case):
            code, read, said = document(*pictures)
            for field in silent_of:
                must(f"{field} could not be read" not in said, f"{pictures[0].name}: {last(said)}")
            must(code == 0, f"{pictures[0].name}: exit {code}: {last(said)}")
            must(bool(read), f"{pictures[0].name}: nothing was printed")
        return f"{len(sides(case))} read and valid"

    return check


def french_card(case: Path) -> str:
    """Read by its own layout, or refused as unsupported; never as a forgery."""
    for pictures in sides(case):
        _, read, said = document(*pictures)
        must("check digits are wrong" not in said, last(said))
        must("BERTHIER" in json.dumps(read) or "layout" in said, last(said))
    return "read by its layout"


# Pictures and recordings


def frames(source: Path) -> tuple[dict, str]:
    """What `vouch camera grab` sees; empty when it refuses."""
    code, out, said = run("vouch", "camera", "grab", "--source", source, "--frames", "100", "--json")
    return (json.loads(out) if code == 0 else {}), said


def plays(count: int) -> Callable[[Path], str]:
    """Recordings with this many frames."""

    def check(case: Path) -> str:
        for source in inputs(case):
            report, said = frames(source)
            must(report.get("frames") == count, f"{source.name}: {report.get('frames')} frames: {last(said)}")
        return f"{count} frames each"

    return check


def inputs(case: Path) -> list[Path]:
    """The files, without the texts about the fault."""
    words = {"expected.txt", "got.txt"}
    return [path for path in sorted(case.iterdir()) if path.is_file() and path.name not in words]


def refused(*words: str, recording: bool = True, reference: bool = True) -> Callable[[Path], str]:
    """Files that are refused with one of these messages (regular expressions; all of one entry must match)."""

    def check(case: Path) -> str:
        for source in inputs(case):
            if source.name.startswith("whole"):
                continue
            said = []
            if recording:
                report, words_said = frames(source)
                must(not report, f"{source.name}: taken as a recording of {report.get('frames')} frames")
                said.append(words_said)
            if reference:
                code, words_said = session(source)
                must(code == 2, f"{source.name}: as a reference exit {code}: {last(words_said)}")
                said.append(words_said)
            for text in said:
                must(any(re.search(word, text) for word in words), f"{source.name}: {last(text)}")
        return "refused in words"

    return check


def session(reference: Path) -> tuple[int, str]:
    """A session with a bound portrait, before a grey wall."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "vouch.toml"
        config.write_text(
            f'[device]\nmode = "development"\nstate_dir = "{folder}/state"\n'
            f'[runtime]\nmodels_dir = "{ROOT / "models"}"\n'
        )
        grey = Path(folder) / "grey.ppm"
        grey.write_bytes(b"P6 320 240 255\n" + bytes([128]) * (320 * 240 * 3))
        bound = ("--scheme", "FVBioOnly", "--reference", reference)
        code, _, said = run("vouch", "session", "--config", config, "--source", grey, *bound)
        return code, said


def square_pixels(case: Path) -> str:
    """A picture keeps its proportions."""
    report, said = frames(next(case.glob("*.mp4")))
    must(bool(report), last(said))
    ratio = report["width"] / report["height"]
    must(abs(ratio - 4 / 3) < 0.05, f"{report['width']} x {report['height']}")
    return f"{report['width']} x {report['height']}"


def red(case: Path) -> str:
    """Right colours, or a refusal."""
    report, said = frames(case / "red.jpg")
    if not report:
        must("JPEG" in said, last(said))
        return "refused: " + last(said)
    colour = [round(value) for value in report["mean_rgb"]]
    must(colour[0] > 245 and max(colour[1:]) < 10, f"mean colour {colour}")
    return f"mean colour {colour}"


def camera_frames(case: Path) -> str:
    """A camera's MJPEG frame counts only when all of it is there."""
    for frame in sorted(case.glob("*.jpg")):
        done = subprocess.run(
            [str(PROGRAMS / "examples" / "mjpeg_frame"), "64", "48", str(frame)],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )
        is_whole = frame.stem == "whole"
        must((done.returncode == 0) == is_whole, f"{frame.name}: {done.stdout.strip()}")
    return "only the whole one is a frame"


def little_memory(case: Path) -> str:
    """A small file takes little memory, whatever its header claims."""
    most = 0
    for source in inputs(case):
        command = ["/usr/bin/env", "python3", "-c", MEASURE, str(PROGRAMS / "vouch"), str(source)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        code, kilobytes = (int(word) for word in done.stdout.split()[-2:])
        must(code != 0 or kilobytes < 200_000, f"{source.name}: taken with {kilobytes} KB")
        must(kilobytes < 200_000, f"{source.name}: {kilobytes} KB")
        most = max(most, kilobytes)
    return f"at most {most} KB"


MEASURE = """
import resource, subprocess, sys
grab = [sys.argv[1], "camera", "grab", "--source", sys.argv[2], "--frames", "1", "--json"]
done = subprocess.run(grab, capture_output=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def small_portrait(case: Path) -> str:
    """A face of a dozen pixels is refused, or at least reported."""
    code, said = session(next(case.glob("*.jpg")))
    must(code == 2 and re.search(r"small|pixels", said) is not None, f"exit {code}: {last(said)}")
    return last(said)


# Results


def verify(trust: Path, *results: Path) -> tuple[int, str]:
    """What `vouch verify` says."""
    code, out, said = run("vouch", "verify", "--trust", trust, *results)
    return code, out + said


def twins(case: Path) -> str:
    """A twin of a signature is the same result."""
    trust, one, twin = case / "trust.pem", case / "result.txt", case / "twin.txt"
    must(verify(trust, one)[0] == 0, "the result itself does not verify")
    for results in ((one, twin), (twin, one)):
        code, said = verify(trust, *results)
        must("forked" not in said, last(said))
        must(code == 0, f"exit {code}: {last(said)}")
    return "one result, not two"


def certificates(case: Path) -> str:
    """A certificate that may not sign is refused; one that may is not."""
    for trust in sorted(case.glob("*.pem")):
        code, said = verify(trust, trust.with_suffix(".txt"))
        if trust.stem.endswith("-ok"):
            must(code == 0 or "not supported" in said, f"{trust.stem}: exit {code}: {last(said)}")
        else:
            must(code == 1, f"{trust.stem}: exit {code}: {last(said)}")
        must("NameConstraintViolation" not in said, f"{trust.stem}: {last(said)}")
    return "refused and taken as they should be"


def byte_order_mark(case: Path) -> str:
    """A mark in front changes nothing."""
    for trust in sorted(case.glob("*.pem")):
        for results in sorted(case.glob("[pr]*.txt")):
            code, said = verify(trust, results)
            must(code == 0, f"{trust.name}, {results.name}: exit {code}: {last(said)}")
    return "read"


# Brokers


def with_broker(*modes: tuple[str, str, Callable[[str, list[str]], None]]) -> Callable[[Path], str]:
    """A session (or, for repeated faults, the service) against a broker that behaves this way."""

    def check(case: Path) -> str:
        for mode, command, judge in modes:
            said, seen = against_broker(case, mode, command)
            try:
                judge(said, seen)
            except Fault as fault:
                raise Fault(f"{mode}: {fault}") from None
        return f"{len(modes)} told as they are"

    return check


def against_broker(case: Path, mode: str, command: str) -> tuple[str, list[str]]:
    """What the program says and what the broker sees."""
    text = (case / f"vouch-{mode}.toml").read_text()
    port = re.search(r"^port = (\d+)$", text, re.MULTILINE)
    must(port is not None, "no port in the configuration")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "vouch.toml"
        text = re.sub(r'state_dir = ".*"', f'state_dir = "{folder}/state"', text)
        config.write_text(re.sub(r'models_dir = ".*"', f'models_dir = "{ROOT / "models"}"', text))
        broker = subprocess.Popen(
            [sys.executable, str(case / "broker.py"), mode, port[1], str(BROKER_S)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        try:
            words = [str(PROGRAMS / "vouch"), command, "--config", str(config), "--source", str(case / "grey.png")]
            limit = LIMIT_S if command == "session" else 20
            try:
                done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
                said = done.stderr
            except subprocess.TimeoutExpired as late:
                must(command == "run", "the session does not end")
                said = (late.stderr or b"").decode() if isinstance(late.stderr, bytes) else late.stderr or ""
        finally:
            broker.terminate()
            seen = broker.communicate(timeout=10)[0].splitlines()
    must("panicked" not in said, said[-300:])
    must("event loop dropped" not in said and "is disconnected" not in said, "the client's own words are told")
    return said, seen


def says(*words: str) -> Callable[[str, list[str]], None]:
    """All of these are in the output (regular expressions)."""

    def judge(said: str, _seen: list[str]) -> None:
        for word in words:
            must(re.search(word, said) is not None, f"`{word}` is not said: {last(said)}")

    return judge


def not_delivered(*words: str) -> Callable[[str, list[str]], None]:
    """The result is not called delivered, and the output says why."""

    def judge(said: str, seen: list[str]) -> None:
        must("delivered: the hub has stored" not in said, "called delivered")
        says(*words)(said, seen)

    return judge


def sent(said: str, seen: list[str]) -> None:
    """The result goes out and is stored."""
    must(any("PUBLISH result" in line for line in seen), "the result was not sent")
    must("delivered: the hub has stored" in said, last(said))


def no_qos_1(said: str, seen: list[str]) -> None:
    """Nothing goes out with QoS 1, and the output says why."""
    must(not any("qos 1" in line for line in seen), f"the broker saw {seen}")
    says("QoS")(said, seen)


def short_log(said: str, seen: list[str]) -> None:
    """Thousands of junk messages give a few lines, and the right one counts."""
    lines = sum(" WARN " in line for line in said.splitlines())
    must(lines <= 10, f"{lines} lines of warnings")
    sent(said, seen)


def slowly(*words: str) -> Callable[[str, list[str]], None]:
    """Reported, and not tried again at once."""

    def judge(said: str, seen: list[str]) -> None:
        says(*words)(said, seen)
        tries = sum("CONNECT" in line.split() for line in seen)
        must(tries <= 2, f"{tries} tries within 20 s")

    return judge


CHECKS: dict[str, Callable[[Path], str]] = {
    "01": is_valid(silent_of=("Gender",)),
    "02": is_valid(silent_of=("FirstName",)),
    "03": is_valid(silent_of=("LastName",)),
    "04": is_valid(silent_of=("DateOfBirth",)),
    "05": is_valid(silent_of=("ExpireDate",)),
    "06": french_card,
    "07": with_broker(("refuse", "session", not_delivered("refused", "unknown root"))),
    "08": with_broker(
        ("not-authorised", "run", slowly("(?i)not authori[sz]ed")),
        ("drop-after-connack", "run", says("closed the line")),
        ("no-retain", "run", says("(?i)retain")),
    ),
    "09": with_broker(("packet-limit", "session", sent)),
    "10": with_broker(
        ("connack-never", "session", not_delivered("did not answer")),
        ("suback-never", "session", not_delivered("did not answer")),
        ("mqtt-3.1.1", "session", not_delivered("3.1.1", "5 is needed")),
    ),
    "11": with_broker(("max-qos-0", "session", no_qos_1)),
    "12": with_broker(("junk", "session", short_log)),
    "13": twins,
    "14": certificates,
    "15": plays(5),
    "16": plays(5),
    "17": square_pixels,
    "18": refused("(?i)HEIC|HEIF"),
    "19": red,
    "20": refused("cut off", recording=False),
    "21": refused("(?i)arithmetic|lossless|sampling"),
    "22": refused("(?i)not a video|no video|cover", reference=False),
    "23": camera_frames,
    "24": little_memory,
    "25": small_portrait,
    "27": byte_order_mark,
}


if __name__ == "__main__":
    main()
