"""Collections that are a dataset of mirdata, which lies on this machine already."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from essentia_ldl.collection.entries import Entry, Found
from essentia_ldl.collection.mirdata_table import DATASETS, LabelledDataset
from essentia_ldl.collection.spelling import enumerate_names, printable
from essentia_ldl.collection.track import Skipped
from essentia_ldl.errors import CollectionError

#: What a collection of mirdata begins with where a path is expected.
PREFIX = "mirdata:"


def split_address(text: str) -> tuple[str, str | None]:
    """Split ``mirdata:NAME`` or ``mirdata:NAME:FOLDER`` into the name and the folder.

    Examples
    --------
    >>> split_address("mirdata:gtzan_genre"), split_address("mirdata:irmas:/music/irmas")
    (('gtzan_genre', None), ('irmas', '/music/irmas'))
    """
    name, _, folder = text.removeprefix(PREFIX).partition(":")
    return name.strip(), folder or None


def default_home(name: str) -> Path:
    """Return the folder in which mirdata keeps a dataset where it is told no other."""
    return Path.home() / "mir_datasets" / name


def read_mirdata(name: str, data_home: Path) -> Found:
    """List the tracks of a dataset that lie in a folder; nothing is downloaded.

    Tracks whose audio is not there, or that have no single label, are recorded as skipped in
    one line each kind.

    Parameters
    ----------
    name : str
        As mirdata calls it.
    data_home : Path
        The folder that mirdata downloaded it to, or that holds its audio in mirdata's layout.

    Raises
    ------
    CollectionError
        If mirdata is not installed, has no such dataset or one without single labels, or if the
        folder, the dataset's index or its metadata is absent.
    """
    dataset_of_table = _listed(name)
    try:
        import mirdata
    except ImportError as error:
        raise CollectionError(
            f"needs the package mirdata, which cannot be loaded: {error}",
            subject=PREFIX + name,
            remedy='pip install "essentia_ldl[datasets]"',
        ) from error
    if not data_home.is_dir():
        raise CollectionError(
            f"is no folder, and {name} was to be in it", subject=data_home, remedy=_download(name)
        )
    dataset = mirdata.initialize(name, data_home=str(data_home))
    _find_index(dataset, data_home)
    try:
        return Found.of(_items(dataset, dataset_of_table, data_home))
    except FileNotFoundError as error:
        raise CollectionError(
            f"lacks the metadata that names the labels of {name}: {error}",
            subject=data_home,
            remedy=_download(name),
        ) from error
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise CollectionError(
            f"has an index or metadata that mirdata cannot read as {name}: {error!r}",
            subject=data_home,
            remedy="remove the index and the metadata, and let mirdata download them again",
        ) from error


def _listed(name: str) -> LabelledDataset:
    if name in DATASETS:
        return DATASETS[name]
    near = get_close_matches(name, DATASETS, n=1)
    raise CollectionError(
        "is no dataset of mirdata with one label for each track"
        + (f"; the nearest is {near[0]}" if near else ""),
        subject=PREFIX + name,
        remedy=f"those are {', '.join(DATASETS)}; any other music can be given as a folder",
    )


def _find_index(dataset: Any, data_home: Path) -> None:
    """Point the dataset to its index, which may lie beside the audio.

    mirdata keeps indexes within its own package, where not everyone may write.
    """
    installed = Path(dataset.index_path)
    beside = data_home / installed.name
    if not installed.is_file() and beside.is_file():
        dataset.index_path = str(beside)
    elif not installed.is_file():
        raise CollectionError(
            f"mirdata has not downloaded its index of {dataset.name}",
            subject=data_home,
            remedy=f"put {installed.name} into the folder, or "
            + _download(dataset.name, "partial_download=['index']"),
        )


def _download(name: str, arguments: str = "") -> str:
    return f"run python -c \"import mirdata; mirdata.initialize('{name}').download({arguments})\""


def _items(dataset: Any, listed: LabelledDataset, home: Path) -> Iterator[Entry | Skipped]:
    missing, unlabelled = [], []
    for track_id in dataset.track_ids:
        track = dataset.track(track_id)
        audio = getattr(track, listed.audio)
        if audio is None or not os.path.lexists(audio):
            missing.append(track_id)
        elif track_id in listed.unreadable:
            yield Skipped(printable(audio), f"{listed.unreadable[track_id]} (nothing to do)")
        elif not isinstance(label := getattr(track, listed.label), str):
            unlabelled.append(track_id)
        else:
            yield Entry(Path(audio), label, _group(track, listed))
    total = len(dataset.track_ids)
    if missing:
        reason = "are not there (let mirdata download them, or go on without)"
        yield _summary(home, dataset.name, missing, total, reason)
    if unlabelled:
        reason = f"have no single {listed.label} (nothing to do)"
        yield _summary(home, dataset.name, unlabelled, total, reason)


def _group(track: Any, listed: LabelledDataset) -> str | None:
    if listed.group is None:
        return None
    found = re.match(listed.group_pattern, str(getattr(track, listed.group)))
    return found[0] if found else None


def _summary(home: Path, name: str, ids: Sequence[str], total: int, reason: str) -> Skipped:
    listed = enumerate_names(list(ids), limit=3)
    return Skipped(
        printable(str(home)), f"{len(ids)} of {total} tracks of {name} ({listed}) {reason}"
    )
