"""Errors a user can act on: each says which thing, what is wrong with it and what to do."""

from __future__ import annotations


class EssentiaLDLError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    reason : str
        What is wrong, in a few words, without a full stop.
    subject : object, optional
        The file, class or value that it is wrong with.
    remedy : str, optional
        What the user can do about it, without a full stop.

    Examples
    --------
    >>> print(EssentiaLDLError("the file is empty", subject="a.mp3", remedy="remove it"))
    a.mp3: the file is empty (remove it)
    """

    def __init__(self, reason: str, *, subject: object = "", remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.subject = str(subject)
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.subject}: " if self.subject else ""
        tail = f" ({self.remedy})" if self.remedy else ""
        return f"{head}{self.reason}{tail}"

    def __reduce__(self) -> tuple[object, tuple[type[EssentiaLDLError], str, str, str]]:
        # Keyword-only arguments do not survive the default pickling between processes.
        return _rebuild, (type(self), self.reason, self.subject, self.remedy)


def _rebuild(
    kind: type[EssentiaLDLError], reason: str, subject: str, remedy: str
) -> EssentiaLDLError:
    return kind(reason, subject=subject, remedy=remedy)


class CollectionError(EssentiaLDLError):
    """A collection that cannot be read, or cannot be trained on."""


class AudioError(EssentiaLDLError):
    """An audio file that yields no usable sound."""


class BackboneError(EssentiaLDLError):
    """A backbone that is unknown, absent, or not what its metadata says."""


class ModelError(EssentiaLDLError):
    """An exported model whose graph or metadata cannot be used."""


class ParityError(ModelError):
    """An exported graph that answers otherwise in Essentia than in training."""


class DownloadError(EssentiaLDLError):
    """A download that failed, was cut short, or brought other bytes than expected."""


class OutputError(EssentiaLDLError):
    """A folder or file that cannot be written."""


class OptionError(EssentiaLDLError):
    """An option whose value cannot be used."""
