"""How alike two texts are."""

from __future__ import annotations

_PREFIX_WEIGHT = 0.1
_LONGEST_PREFIX = 4
_LONGEST_TEXT = 4096
"""Characters compared; the time grows with the square."""


def jaro_winkler(one: str, other: str) -> float:
    """The Jaro-Winkler similarity, from 0 (nothing in common) to 1 (equal)."""
    one, other = one[:_LONGEST_TEXT], other[:_LONGEST_TEXT]
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    jaro = _jaro(one, other)
    prefix = 0
    for left, right in zip(one[:_LONGEST_PREFIX], other, strict=False):
        if left != right:
            break
        prefix += 1
    return jaro + prefix * _PREFIX_WEIGHT * (1 - jaro)


def _jaro(one: str, other: str) -> float:
    reach = max(len(one), len(other)) // 2 - 1
    taken = [False] * len(other)
    common = []
    for at, char in enumerate(one):
        for n in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if not taken[n] and other[n] == char:
                taken[n] = True
                common.append(char)
                break
    if not common:
        return 0.0
    counterpart = [char for n, char in enumerate(other) if taken[n]]
    swaps = sum(left != right for left, right in zip(common, counterpart, strict=True)) // 2
    count = len(common)
    return (count / len(one) + count / len(other) + (count - swaps) / count) / 3
