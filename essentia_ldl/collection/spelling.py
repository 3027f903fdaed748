"""Names whose spelling does not count: labels, classes, files."""

from __future__ import annotations

import re
import unicodedata

_LONGEST_NAME = 100


def clean(text: str) -> str:
    r"""Strip blanks and compose accents, which file systems write in two ways.

    >>> clean(" e\u0301lectronique ") == "électronique"
    True
    """
    return unicodedata.normalize("NFC", text).strip()


def canonical(label: str) -> str:
    """Reduce a label to what is left when spelling does not count.

    Case, blanks and punctuation go, "&" is "and", and the negations that annotations use for
    one another (non, not, no) become one.

    Examples
    --------
    >>> canonical("Hip-Hop"), canonical("folk/country")
    ('hiphop', 'folkcountry')
    >>> canonical("non_happy") == canonical("Not Happy") == canonical("no-happy")
    True
    """
    text = unicodedata.normalize("NFKC", label).casefold().replace("&", "and")
    letters = re.sub(r"[\W_]+", "", text)
    return re.sub(r"^(?:non|not|no)(?=.)", "not", letters)


def safe_name(text: str) -> str:
    """Turn a text into a name for files: letters, digits, ``_``, ``-`` and ``.`` only.

    Examples
    --------
    >>> safe_name("My genres (2024)"), safe_name("..")
    ('My_genres_2024', 'collection')
    """
    words = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", text))
    return words.strip("._-")[:_LONGEST_NAME] or "collection"


def is_text(text: str) -> bool:
    r"""Tell whether a text can be written to a file and handed to a decoder.

    File names that are no UTF-8 reach Python with lone surrogates, which cannot.

    >>> is_text("blues/01.flac"), is_text("blues/\udcff.flac")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def printable(text: str) -> str:
    r"""Return the text with what cannot be written escaped.

    >>> printable("caf\udce9.flac")
    'caf\\udce9.flac'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def enumerate_names(names: list[str], limit: int = 5) -> str:
    """Join names for a message, the first `limit` of them.

    >>> enumerate_names(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    rest = len(names) - limit
    shown = ", ".join(names[:limit])
    return f"{shown} and {rest} more" if rest > 0 else shown
