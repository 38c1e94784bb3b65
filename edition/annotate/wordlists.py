"""Lists of words that stand in the code, written as running text.

This module must not hold a list itself.
"""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Return the words of `text` that white space parts."""
    return frozenset(text.split())


def forms_of(text: str) -> frozenset[str]:
    """Return the forms of `text` that “|” parts; a form may hold spaces."""
    return frozenset(" ".join(form.split()) for form in text.split("|"))
