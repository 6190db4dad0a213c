"""Texts of machine readable zones that nobody has: right formats, right check digits, random content."""

from __future__ import annotations

import random

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
ALPHABET = LETTERS + DIGITS + "<"
WEIGHTS = (7, 3, 1)  # ICAO 9303 part 3, section 4.9

# Letters of names roughly as often as in Latin-script names, so that the rare ones still occur.
NAME_LETTERS = "AAAAAAEEEEEIIIIOOOOUUUNNNNRRRRSSSSTTTTLLLLKKMMDDVVBBHHZZGGYYJJCCPPFFWQX"


def check_digit(text: str) -> str:
    """The check digit of ICAO 9303 part 3."""
    total = sum(value(c) * WEIGHTS[i % 3] for i, c in enumerate(text))
    return str(total % 10)


def value(character: str) -> int:
    """0 to 9 for digits, 10 to 35 for letters, 0 for the filler."""
    return 0 if character == "<" else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(character)


def zone(rng: random.Random) -> list[str]:
    """The lines of one zone: TD1, TD2, TD3 or a visa."""
    kind = rng.choice(("td1", "td1", "td2", "td3", "td3", "td3", "visa"))
    state, holder = "".join(rng.choices(LETTERS, k=3)), "".join(rng.choices(LETTERS, k=3))
    number = _number(rng)
    birth, expiry = _date(rng), _date(rng)
    sex = rng.choice("MF<")
    middle = birth + check_digit(birth) + sex + expiry + check_digit(expiry)
    numbered = number + check_digit(number)
    if kind == "td1":
        first = rng.choice(("I<", "ID", "AR", "IR", "C<")) + state + numbered + _optional(rng, 15)
        second = middle + holder + _optional(rng, 11)
        checked = first[5:] + second[:7] + second[8:15] + second[18:29]
        return [first, second + check_digit(checked), _names(rng, 30)]
    width = {"td2": 36, "td3": 44, "visa": rng.choice((36, 44))}[kind]
    letter = {"td2": "I", "td3": "P", "visa": "V"}[kind]
    first = letter + rng.choice("<" * 4 + LETTERS) + state + _names(rng, width - 5)
    second = numbered + holder + middle
    if kind == "td2":
        second += _optional(rng, 7)
        checked = second[:10] + second[13:20] + second[21:35]
    elif kind == "td3":
        personal = _optional(rng, 14)
        second += personal + (check_digit(personal) if personal.strip("<") else rng.choice("0<"))
        checked = second[:10] + second[13:20] + second[21:43]
    else:
        return [first, second + _optional(rng, width - 28)]
    return [first, second + check_digit(checked)]


def window(rng: random.Random, length: int) -> str:
    """`length` characters: part of a zone's line, or characters in no order at all."""
    kind = rng.random()
    if kind < 0.6:
        line = rng.choice(zone(rng))
        start = rng.randrange(0, max(1, len(line) - length + 1))
        return line[start : start + length]
    if kind < 0.85:
        return "".join(rng.choices(ALPHABET, k=length))
    text = ""
    while len(text) < length:  # runs of one kind
        text += "".join(rng.choices(rng.choice((LETTERS, DIGITS, "<")), k=rng.randrange(1, 7)))
    return text[:length]


def _number(rng: random.Random) -> str:
    letters = rng.choice((0, 0, 1, 1, 2, 9))
    length = rng.choice((7, 8, 9, 9, 9, 9))
    text = "".join(
        rng.choice(LETTERS if i < letters and (letters < 9 or rng.random() < 0.5) else DIGITS)
        for i in range(length)
    )
    return text.ljust(9, "<")


def _date(rng: random.Random) -> str:
    return f"{rng.randrange(100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"


def _optional(rng: random.Random, length: int) -> str:
    used = rng.choice((0, 0, length, length - 2, rng.randrange(length + 1)))
    alphabet = rng.choice((DIGITS, DIGITS, DIGITS + LETTERS))
    text = "".join(rng.choices(alphabet, k=used))
    return text.ljust(length, "<")


def _names(rng: random.Random, length: int) -> str:
    def word() -> str:
        return "".join(rng.choices(NAME_LETTERS, k=rng.randrange(2, 12)))

    surname = "<".join(word() for _ in range(rng.choice((1, 1, 1, 2))))
    given = "<".join(word() for _ in range(rng.choice((1, 1, 2, 3))))
    return f"{surname}<<{given}"[:length].ljust(length, "<")
