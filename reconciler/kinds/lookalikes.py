"""Texts that look alike but differ: an error shows their code points, because the letters would look the same."""

from __future__ import annotations

from unicodedata import category, normalize

# Cyrillic and Greek letters that look like Latin ones.
_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXoav")
MOST = 4


def difference(one: str, other: str) -> str:
    """The differing code points, such as `U+0041 -> U+0410`; "" if the texts visibly differ or are equal."""
    if one == other or _looks(one) != _looks(other):
        return ""
    head = _shared(one, other)
    tail = _shared(one[head:][::-1], other[head:][::-1])
    return " -> ".join(_points(text[head : len(text) - tail]) for text in (one, other))


def _shared(one: str, other: str) -> int:
    """The length of the common prefix."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _looks(text: str) -> str:
    seen = (each for each in normalize("NFKC", text.translate(_LATIN)) if category(each) not in ("Cf", "Mn"))
    return " ".join("".join(seen).split())


def _points(text: str) -> str:
    shown = " ".join(f"U+{ord(each):04X}" for each in text[:MOST])
    return f"{shown} …" if len(text) > MOST else shown or "nothing"
