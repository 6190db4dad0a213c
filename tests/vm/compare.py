#!/usr/bin/env python3
"""Checks the colour bars in the pictures that the guest's Vouch wrote, independently of Vouch's own decoding.

usage: compare.py 20-formats.sh PICTURES

For each `# check: NAME source=... format=... size=WxH` line of the script there must be one PNG in
PICTURES/NAME, of that size, with the eight vertical bars (75 % white, yellow, cyan, green, magenta, red, blue,
black). A bar's colour is compared with the same bar of the RGB24 picture of the same source where there is one
(RGB needs no conversion, so it is the reference), else with the nominal colour. Prints `ok` and `FAIL` lines.
"""
import pathlib
import re
import struct
import sys
import zlib

# Levels out of 255. Chroma subsampling, rounding and JPEG stay below it; swapped planes, a wrong matrix, a
# wrong range or a slanted picture do not.
TOLERANCE = 10
BARS = [(191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191), (0, 0, 0)]
# ffmpeg's pal75bars has the first bar at full white.
FULL_WHITE = (255, 255, 255)


def read_png(path):
    """Width, height and rows of (r, g, b) bytes of an 8-bit RGB or grey PNG without interlace."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG")
    at, packed, head = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    width, height, depth, colour, _, _, interlace = head
    if depth != 8 or colour not in (0, 2) or interlace:
        raise ValueError(f"depth {depth}, colour type {colour}, interlace {interlace}: not the PNG expected")
    channels = 3 if colour == 2 else 1
    raw, stride, rows = zlib.decompress(packed), width * channels, []
    last = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        method, row = raw[start], bytearray(raw[start + 1:start + 1 + stride])
        for i in range(stride):
            left = row[i - channels] if i >= channels else 0
            up = last[i]
            if method == 1:
                row[i] = (row[i] + left) & 255
            elif method == 2:
                row[i] = (row[i] + up) & 255
            elif method == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif method == 4:
                corner = last[i - channels] if i >= channels else 0
                guess = left + up - corner
                choice = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                row[i] = (row[i] + choice[2]) & 255
        rows.append(row if channels == 3 else bytearray(v for v in row for _ in range(3)))
        last = row
    return width, height, rows


def bars(width, rows):
    """Mean colour of the middle of each bar in three bands of rows: a slanted picture fails in one of them."""
    height, found = len(rows), []
    for band in (0.1, 0.5, 0.9):
        means = []
        for bar in range(8):
            left, right = round((bar + 0.3) * width / 8), round((bar + 0.7) * width / 8)
            top = int(band * height)
            total = [0, 0, 0]
            for row in rows[top:top + 4]:
                for x in range(left, right):
                    for c in range(3):
                        total[c] += row[3 * x + c]
            count = (right - left) * len(rows[top:top + 4])
            means.append(tuple(t / count for t in total))
        found.append(means)
    return found


def luma(colour):
    """The grey level that the driver's grey camera gives for a colour (Rec. 709)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2],) * 3


def main():
    script, pictures = sys.argv[1], pathlib.Path(sys.argv[2])
    plan = []
    for name, rest in re.findall(r"^# check: (\S+) (.*)$", pathlib.Path(script).read_text(), re.M):
        plan.append((name, dict(item.split("=", 1) for item in rest.split())))
    reference = {}
    for name, want in plan:
        try:
            files = sorted((pictures / name).glob("*.png"))
            if len(files) != 1:
                raise ValueError(f"{len(files)} pictures")
            width, height, rows = read_png(files[0])
            if f"{width}x{height}" != want["size"]:
                raise ValueError(f"the picture is {width}x{height}")
            nominal = [FULL_WHITE] + BARS[1:] if want["source"] == "loopback" else BARS
            expected = reference.get(want["source"], nominal)
            if want["format"] == "GREY":
                expected = [luma(colour) for colour in expected]
            found = bars(width, rows)
            worst, bar = max((abs(a - b), bar) for band in found for bar in range(8)
                             for a, b in zip(band[bar], expected[bar]))
            if worst > TOLERANCE:
                middle = tuple(round(v) for v in found[1][bar])
                raise ValueError(f"bar {bar} is off by {worst:.0f}: {middle} for {tuple(round(v) for v in expected[bar])}")
            if want["format"] == "RGB24" and want["source"] not in reference:
                reference[want["source"]] = found[1]
            print(f"ok picture-{name} worst {worst:.1f}")
        except (ValueError, OSError, zlib.error, TypeError, struct.error) as error:
            print(f"FAIL picture-{name} {error}")


if __name__ == "__main__":
    main()
