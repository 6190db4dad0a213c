#!/usr/bin/env python3
"""Makes first inputs for the fuzz targets, into corpus/: whole and nearly whole ones of each kind.

A fuzzer finds its way from a valid input sooner than from nothing. What is here already in the
repository (the default configuration, the manifest) is copied, the rest is written out below.
"""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# A brown picture of 8 x 8 pixels, baseline with its own tables, from Pillow:
# Image.new("RGB", (8, 8), (128, 90, 60)).save(..., "JPEG", quality=20, optimize=True).
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L"
    "2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4"
    "+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAA//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AIgDI//Z"
)


def main() -> None:
    """Writes every seed that isn't there yet."""
    for target, seeds in corpora().items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            (folder / f"seed-{number}").write_bytes(seed)


def corpora() -> dict[str, list[bytes]]:
    """The seeds of each target."""
    return {
        "eye_tell": tells(),
        "eye_ask": asks(),
        "config": configs(),
        "jws": [b"e30.e30.AA", b"", b"\x05\x00A", b"\x00\x01B\x10\x01C"],
        "mqtt": payloads(),
        "models": models(),
        "pictures": pictures(),
        "barcode_payload": barcodes(),
        "zone_text": zones(),
        "document_json": documents(),
        "replay": logs(),
        "mrz_text": [path.read_bytes() for path in sorted((HERE / "seeds/mrz_text").iterdir())],
    }


def documents() -> list[bytes]:
    """A card of UTO: its back, then both sides; the holder is the standard's own example."""
    values = {
        "countryCode": "UTO",
        "documentNumber": "D23145890",
        "firstName": "ANNA MARIA",
        "lastName": "ERIKSSON",
        "gender": "F",
        "dateOfBirth": "1974-08-12",
        "nationality": "UTO",
        "expireDate": "2030-04-15",
        "identificationNumber": "740812400007",
    }
    fields = [
        {"name": name, "value": value, "confidence": 0.98, "source": "mrz"} for name, value in values.items()
    ]
    back = {"format": "TD1", "documentType": "ID_CARD", "fields": fields, "portrait": None}
    zone = [{"name": "dateOfBirth", "value": "1974-08-21", "confidence": 0.9, "source": "zone"}]
    front = {"format": None, "documentType": None, "fields": zone, "portrait": None}
    return [json.dumps(sides).encode() for sides in ([back], [front, back], [])]


def barcodes() -> list[bytes]:
    """A card of North America by AAMVA's annex D, a zone of UTO, an IIN; all invented."""
    elements = "DLDAQT0000007\nDCSSPECIMEN\nDACTESTA\nDADPROBE\nDBB07141990\nDBA07142031\nDBC2\nDCGUSA\r"
    card = f"@\n\x1e\rANSI 636000100101DL0031{len(elements):04}{elements}"
    zone = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    return [card.encode(), zone.encode(), b"900101300007", b""]


def zones() -> list[bytes]:
    """Words, each behind four letters for left, top, width and height of its box."""
    words = [
        (380, 140, 60, 12, "ТЕГІ"),
        (450, 140, 90, 12, "/ФАМИЛИЯ"),
        (380, 160, 150, 26, "ҮЛГІБАЕВ"),
        (380, 300, 200, 12, "ТУҒАН"),
        (590, 300, 60, 12, "КҮНІ"),
        (380, 320, 160, 26, "14.07.1990"),
        (380, 440, 120, 20, "ЖСН/ИИН"),
        (510, 436, 240, 26, "900101300007"),
    ]
    lines = ["".join(map(chr, word[:4])) + word[4] for word in words]
    return ["\n".join(lines).encode(), b"abcdSurname\nabddTESTOV", b""]


def framed(*messages: bytes) -> bytes:
    """Messages of the eye's socket: length in four bytes, then the message."""
    return b"".join(struct.pack("<I", len(message)) + message for message in messages)


def tells() -> list[bytes]:
    """Postcard: the number of the kind, then its fields."""
    sighting = b"\x01" + b"\x07" + b"\x00\x00" + b"\x80\x05\xe0\x03" + b"\x00\x01\x00"
    kept = b"\x02\x07\x00\x01\x00"
    still = b"\x03\x00\x01\x04\xff\xd8\xff\xd9"
    no_face = b"\x04\x01\x01"
    ended = b"\x05\x03end\x01"
    return [framed(sighting), framed(kept, still), framed(no_face, ended), framed(b""), b"\xff\xff\xff\xff"]


def asks() -> list[bytes]:
    """As above, the other way."""
    keep, still, forget, reference = b"\x00\x07\x01\x02\x01", b"\x01\x00", b"\x02", b"\x03\x02\xff\xd8"
    return [framed(keep, still, forget), framed(reference), b"\xff\xff\xff\xff"]


def configs() -> list[bytes]:
    """The default file, and one with the usual slips."""
    return [
        (ROOT / "src/config/default.toml").read_bytes(),
        b'[camera]\nwidht = 640\nrotate = 45\n[fleet]\nport = "8883"\n',
        b"[session.policy.gestures.blink]\nclosed_below = 0.1\n",
    ]


def payloads() -> list[bytes]:
    """One of each message, and topics."""
    digest = "A" * 43
    state = {"v": 1, "online": True, "since": "2026-01-01T00:00:00Z", "firmware": "0.1.0", "lastSeq": 0}
    return [
        json.dumps({"v": 1, "jti": "j", "seq": 1, "jws": "a.b.c"}).encode(),
        json.dumps({"v": 1, "jti": "j", "stored": True, "sha256": digest}).encode(),
        json.dumps({"v": 1, "jti": "j", "stored": False, "sha256": digest, "reason": "no"}).encode(),
        json.dumps(state).encode(),
        b"vouch/v1/acme/gate-1/result",
    ]


def models() -> list[bytes]:
    """The manifest, and the smallest self-test."""
    return [
        (ROOT / "models/manifest.toml").read_bytes(),
        (ROOT / "models/golden/sface_2021dec.json").read_bytes(),
    ]


def pictures() -> list[bytes]:
    """Format, width, height and padding in a byte each, then the buffer."""
    sizes = {0: 16 * 8, 2: 8 * 12, 3: 8 * 8, 4: 24 * 8}
    raw = [bytes([kind, 8, 8, 4]) + bytes(range(256))[:size] for kind, size in sizes.items()]
    return [*raw, bytes([1, 8, 8, 4]) + JPEG, bytes([1, 8, 8, 4]) + JPEG[:-40]]


def logs() -> list[bytes]:
    """A session in front of an empty grey wall; nobody's measures are in it."""
    return [path.read_bytes() for path in sorted((HERE / "seeds").glob("*.jsonl"))]


if __name__ == "__main__":
    main()
