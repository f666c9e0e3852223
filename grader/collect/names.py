"""When two spellings are one name, and which names may be a folder's: in every script."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["dashed", "fold", "is_safe", "is_word", "slug"]

# Vowel signs, tone marks, accents: in half the world's scripts no name is written without.
MARKS = ("Mn", "Mc", "Me")
# Seen between letters of Persian or Sinhala only; some programs keep them, some do not.
JOINERS = "\u200c\u200d"
# Letters and marks that show nothing.
UNSEEN = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
MAX_CHARACTERS, MAX_BYTES = 100, 200  # a file system takes 255 bytes, with what is added
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file names on Windows


def is_word(character: str) -> bool:
    """Does it belong to a word? As Ruby's [[:word:]], by which Canvas writes names."""
    return character in JOINERS or unicodedata.category(character) == "Pc" or _is_letter(character)


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in MARKS


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def slug(name: str) -> str:
    """Letters and digits in lower case, as Canvas writes names."""
    return "".join(c for c in fold(name) if is_word(c) and c not in JOINERS)


def dashed(name: str) -> str:
    """A full name as an id: ada-lovelace."""
    letters = (
        c if _is_letter(c) else "-" for c in unicodedata.normalize("NFC", name.lower()) if c not in JOINERS
    )
    return re.sub("-+", "-", "".join(letters)).strip("-")


def is_safe(student: str) -> bool:
    """May this be a folder's name, everywhere?"""
    short = 0 < len(student) <= MAX_CHARACTERS and len(student.encode("utf-8", "replace")) <= MAX_BYTES
    plain = all(c in "_.@+-" or _is_letter(c) for c in student) and not UNSEEN.search(student)
    if not (short and plain) or RESERVED.fullmatch(student):
        return False
    return student[0] not in ".-" and student[-1] != "." and unicodedata.category(student[0]) not in MARKS
