"""Prints texts and their Normalization Form C as Python's unicodedata has it, in hexadecimal UTF-8, one pair a line.

Every assigned code point alone, and random sequences of letters and marks that compose, decompose and change places.
"""

import random
import sys
import unicodedata


def is_assigned(code: int) -> bool:
    return unicodedata.category(chr(code)) not in ("Cn", "Cs")


def show(text: str) -> None:
    print(text.encode().hex(), unicodedata.normalize("NFC", text).encode().hex())


def main() -> None:
    chance = random.Random(int(sys.argv[1]))
    assigned = [code for code in range(0x110000) if is_assigned(code) and not 0xE000 <= code <= 0xF8FF and code < 0xF0000]
    changing = [code for code in assigned if unicodedata.decomposition(chr(code)) or unicodedata.combining(chr(code))]
    hangul = [*range(0x1100, 0x1200), *range(0xAC00, 0xD7A4)]
    for code in assigned:
        show(chr(code))
    latin = [ord("a"), ord("e"), 0x301, 0x308, 0x323, 0x327, 0x345, 0x1E0B]
    # Marks that are made of marks.
    tibetan = [0x344, 0xF71, 0xF72, 0xF73, 0xF75, 0xF81, 0x5D2, 0x5BC, 0x1CE8, 0xFB32]
    for _ in range(20000):
        pool = chance.choice([changing, hangul, latin, tibetan])
        show("".join(map(chr, chance.choices(pool, k=chance.randrange(2, 12)))))


main()
