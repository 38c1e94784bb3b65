"""Rising numbers, levels and columns of cells ↔ plain digits, as the scripts of the search index hold them.

    encode_number(40) -> "e0"        encode_rising, encode_sections, encode_levels, encode_column
    decode_rising("e0") -> [40]      decode_sections, decode_levels, decode_column

assets/search/index.js reads the same. This module must not know what the numbers stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

#: The digits of a number; one of the first forty ends it.
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_LAST: Final = 40
#: Sections that a digit stands for in a list of many.
_BITS: Final = 6
#: How many levels there are.
LEVELS: Final = 8
#: Digit → what it stands for.
_VALUES: Final[Mapping[str, int]] = {digit: value for value, digit in enumerate(_DIGITS)}


def encode_number(number: int) -> str:
    """Return a number in digits that tell where it ends: 0 → "0", 39 → "d", 40 → "e0"."""
    digits = ""
    while number >= _LAST:
        high, low = divmod(number - _LAST, len(_DIGITS) - _LAST)
        digits += _DIGITS[_LAST + low]
        number = high
    return digits + _DIGITS[number]


#: Numbers up to here are looked up: those of a bundle's sections and of a section's words.
KNOWN: Final = tuple(map(encode_number, range(1 << 14)))


def encode_rising(numbers: Sequence[int]) -> str:
    """Return rising numbers, each as what it is above the one before, less one."""
    steps = [number - last - 1 for last, number in zip((-1, *numbers), numbers, strict=False)]
    try:
        return "".join([KNOWN[step] for step in steps])
    except IndexError:
        return "".join(map(encode_number, steps))


def encode_sections(numbers: Sequence[int]) -> str:
    """Return the numbers of sections: rising, or, where they are many, “.” and a digit for each six sections."""
    digits = numbers[-1] // _BITS + 1
    if len(numbers) <= digits:
        return encode_rising(numbers)
    bits = [0] * digits
    for number in numbers:
        bits[number // _BITS] |= 1 << number % _BITS
    return "." + "".join([_DIGITS[each] for each in bits])


def encode_levels(levels: Sequence[int]) -> str:
    """Return how well sections hold a word, 0–7 each, two in a digit."""
    first, second = levels[::2], [*levels[1::2], 0]
    return "".join([_DIGITS[a + LEVELS * b] for a, b in zip(first, second, strict=False)])


def encode_column(cells: Sequence[tuple[str, ...]]) -> tuple[list[str], str]:
    """Return the values of a facet, the commonest first, and the column: a cell a section, separated by commas.

    A cell holds the numbers of its values, run together; one that repeats is written once, followed by * and how often.
    """
    uses = Counter(value for cell in cells for value in cell)
    values = sorted(uses, key=lambda value: (-uses[value], value))
    numbers = {value: encode_number(number) for number, value in enumerate(values)}
    runs = run(["".join(numbers[value] for value in cell) for cell in cells])
    return values, ",".join(text if count == 1 else f"{text}*{count}" for text, count in runs)


def run(items: Sequence[str]) -> list[tuple[str, int]]:
    """Return the items as runs of equals."""
    runs: list[tuple[str, int]] = []
    for item in items:
        if runs and runs[-1][0] == item:
            runs[-1] = (item, runs[-1][1] + 1)
        else:
            runs.append((item, 1))
    return runs


# ── Back again ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_numbers(text: str) -> Iterator[int]:
    """Yield the numbers that are run together in a text."""
    high: list[int] = []
    for digit in text:
        value = _VALUES[digit]
        if value >= _LAST:
            high.append(value - _LAST)
            continue
        while high:
            value = value * (len(_DIGITS) - _LAST) + high.pop() + _LAST
        yield value


def decode_rising(text: str) -> list[int]:
    """Return the numbers of which `encode_rising` made a text."""
    numbers, last = [], -1
    for step in _read_numbers(text):
        last += step + 1
        numbers.append(last)
    return numbers


def decode_sections(text: str) -> list[int]:
    """Return the numbers of which `encode_sections` made a text."""
    if not text.startswith("."):
        return decode_rising(text)
    masks = enumerate(map(_VALUES.__getitem__, text[1:]))
    return [_BITS * place + bit for place, mask in masks for bit in range(_BITS) if mask >> bit & 1]


def decode_levels(text: str, count: int) -> list[int]:
    """Return the `count` levels of which `encode_levels` made a text."""
    pairs = (divmod(_VALUES[digit], LEVELS) for digit in text)
    return [level for second, first in pairs for level in (first, second)][:count]


def decode_column(values: Sequence[str], text: str) -> list[tuple[str, ...]]:
    """Return the cells of which `encode_column` made values and a text."""
    cells: list[tuple[str, ...]] = []
    for run_of in text.split(","):
        cell, _, count = run_of.partition("*")
        cells += [tuple(values[number] for number in _read_numbers(cell))] * int(count or 1)
    return cells
