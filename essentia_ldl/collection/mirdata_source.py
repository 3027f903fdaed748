"""Collections that are a dataset of mirdata, which lies on this machine already."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from essentia_ldl.collection.entries import Entry, Found
from essentia_ldl.collection.mirdata_table import DATASETS, LabelledDataset
from essentia_ldl.collection.spelling import enumerate_names, printable
from essentia_ldl.collection.track import Skipped
from essentia_ldl.errors import CollectionError

#: What a collection of mirdata begins with where a path is expected.
PREFIX = "mirdata:"


class Address(NamedTuple):
    """Which dataset of mirdata, and where it lies.

    Attributes
    ----------
    name : str
        As mirdata calls it.
    data_home : str or None
        The folder that it was downloaded to; None for mirdata's own.
    version : str
        One that mirdata has; "default" is its newest.
    """

    name: str
    data_home: str | None
    version: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``mirdata:NAME``, with ``@VERSION`` and ``:FOLDER`` behind it where wanted.

        Examples
        --------
        >>> Address.parse("mirdata:irmas")
        Address(name='irmas', data_home=None, version='default')
        >>> Address.parse("mirdata:gtzan_genre@mini:/music/gtzan")
        Address(name='gtzan_genre', data_home='/music/gtzan', version='mini')
        """
        dataset, _, folder = text.removeprefix(PREFIX).partition(":")
        name, _, version = dataset.partition("@")
        return cls(name.strip(), folder or None, version.strip() or "default")


def default_home(name: str) -> Path:
    """Return the folder in which mirdata keeps a dataset where it is told no other."""
    return Path.home() / "mir_datasets" / name


def read_mirdata(name: str, data_home: Path, version: str = "default") -> Found:
    """List the tracks of a dataset that lie in a folder; nothing is downloaded.

    Tracks whose audio is not there, or that have no single label, are recorded as skipped in
    one line each kind.

    Parameters
    ----------
    name : str
        As mirdata calls it.
    data_home : Path
        The folder that mirdata downloaded it to, or that holds its audio in mirdata's layout.
    version : str, optional
        One that mirdata has.

    Raises
    ------
    CollectionError
        If mirdata is not installed, has no such dataset or version, or one without single
        labels, or if the folder, the dataset's index or its metadata is absent.
    """
    listed = _listed(name)
    dataset = _initialize(name, data_home, version)
    _find_index(dataset, data_home)
    try:
        return Found.of(_items(dataset, listed, data_home))
    except FileNotFoundError as error:
        raise CollectionError(
            f"lacks the metadata that names the labels of {name}: {error}",
            subject=data_home,
            remedy=_download(dataset),
        ) from error
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise CollectionError(
            f"has an index or metadata that mirdata cannot read as {name}: {error!r}",
            subject=data_home,
            remedy="remove the index and the metadata, and let mirdata download them again",
        ) from error


def _initialize(name: str, data_home: Path, version: str) -> Any:
    try:
        import mirdata
    except ImportError as error:
        raise CollectionError(
            f"needs the package mirdata, which cannot be loaded: {error}",
            subject=PREFIX + name,
            remedy='pip install "essentia_ldl[datasets]"',
        ) from error
    try:
        dataset = mirdata.initialize(name, data_home=str(data_home), version=version)
    except ValueError as error:
        raise CollectionError(
            f"mirdata has no version {version} of it",
            subject=PREFIX + name,
            remedy=mirdata.list_dataset_versions(name),
        ) from error
    if not data_home.is_dir():
        raise CollectionError(
            f"is no folder, and {name} was to be in it",
            subject=data_home,
            remedy=_download(dataset),
        )
    return dataset


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
            + _download(dataset, "partial_download=['index']"),
        )


def _download(dataset: Any, arguments: str = "") -> str:
    initialized = f"{dataset.name!r}, {dataset.data_home!r}, {dataset.version!r}"
    return (
        f'run python -c "import mirdata; mirdata.initialize({initialized}).download({arguments})"'
    )


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
