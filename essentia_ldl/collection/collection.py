"""A collection of labelled music, whatever form it comes in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection.duplicates import split_duplicates
from essentia_ldl.collection.entries import Found, usable_tracks
from essentia_ldl.collection.folder import read_folder
from essentia_ldl.collection.mirdata_source import PREFIX, Address, default_home, read_mirdata
from essentia_ldl.collection.spelling import enumerate_names, safe_name
from essentia_ldl.collection.table import read_table
from essentia_ldl.collection.tasks import Task
from essentia_ldl.collection.track import Skipped, Track
from essentia_ldl.collection.trainable import check_trainable
from essentia_ldl.collection.votes import leading_class, renamed
from essentia_ldl.collection.writing import write_table
from essentia_ldl.errors import CollectionError

_LABELS_SHOWN = 10
_TABLES = frozenset({".csv", ".tsv", ".jsonl"})
_GROUND_TRUTHS = frozenset({".yaml", ".yml"})
_FORMS = (
    "give a folder with one folder per class, a .csv, .tsv or .jsonl table with the columns "
    "path and label, a .yaml ground truth, or a dataset as mirdata:gtzan_genre"
)


@dataclass(frozen=True)
class Collection:
    """Tracks with their labels.

    Read one with `from_path`, which knows every form, or make one of tracks that you have.
    Tracks that were read are sorted by path, so that neither the order of a list nor that of
    the file system shows; what was left out is in `skipped`, with reason and remedy.

    Parameters
    ----------
    name : str
        Fit for file names.
    tracks : tuple of Track
    skipped : tuple of Skipped, optional
    classes : tuple of str, optional
        Every class in the order of a model's outputs; by default those of labels and votes,
        sorted. A class stays when its last track is left out, so that it does not vanish
        unnoticed.

    Raises
    ------
    CollectionError
        If a track's label, or a class that it has votes for, is none of `classes`.

    Examples
    --------
    >>> collection = Collection("demo", (Track(Path("a.wav"), "pop"), Track(Path("b.wav"), "jazz")))
    >>> collection.classes, collection.y
    (('jazz', 'pop'), array([1, 0]))
    """

    name: str
    tracks: tuple[Track, ...]
    skipped: tuple[Skipped, ...] = ()
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = {name for track in self.tracks for name in (track.label, *dict(track.votes or ()))}
        if not self.classes:
            object.__setattr__(self, "classes", tuple(sorted(named)))
        unknown = sorted(named - set(self.classes))
        if unknown:
            raise CollectionError(
                f"has labels or votes of {enumerate_names(unknown)}, which is none of its classes",
                subject=self.name,
                remedy=f"its classes are {', '.join(self.classes)}",
            )

    @property
    def y(self) -> NDArray[np.int64]:
        """Class of each track as its index in `classes`, shape (n_tracks,)."""
        index = {name: i for i, name in enumerate(self.classes)}
        return np.array([index[track.label] for track in self.tracks], dtype=np.int64)

    @property
    def groups(self) -> NDArray[np.str_] | None:
        """Group of each track, shape (n_tracks,); None where no track names one.

        A track without a group, among others that have one, is a group of its own.
        """
        if all(track.group is None for track in self.tracks):
            return None
        return np.array([track.group or str(track.path) for track in self.tracks], dtype=np.str_)

    @property
    def given_distributions(self) -> NDArray[np.float64] | None:
        """Shares of each track's votes, shape (n_tracks, n_classes); None where no track has any.

        Rows are NaN for tracks without votes.

        Examples
        --------
        >>> voted = Track(Path("a.wav"), "pop", votes=(("jazz", 1), ("pop", 3)))
        >>> Collection("demo", (voted, Track(Path("b.wav"), "jazz"))).given_distributions
        array([[0.25, 0.75],
               [ nan,  nan]])
        """
        if all(track.votes is None for track in self.tracks):
            return None
        index = {name: i for i, name in enumerate(self.classes)}
        shares = np.full((len(self.tracks), len(self.classes)), np.nan)
        for row, track in zip(shares, self.tracks, strict=True):
            if track.votes is not None:
                row[:] = 0
                row[[index[name] for name, _ in track.votes]] = [votes for _, votes in track.votes]
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    @classmethod
    def from_path(cls, path: str | os.PathLike[str]) -> Collection:
        """Read a collection in any form: a folder, a table, a ground truth, or a dataset.

        Parameters
        ----------
        path : path
            A folder with one folder per class (`from_folder`), a .csv, .tsv or .jsonl table
            (`from_table`), a .yaml ground truth (`from_groundtruth`), or ``mirdata:NAME``,
            ``mirdata:NAME:FOLDER`` or ``mirdata:NAME@VERSION:FOLDER`` (`from_mirdata`).

        Raises
        ------
        CollectionError
            If there is no such file or folder, it is none of these, or it holds no track that
            can be used.
        """
        if os.fspath(path).startswith(PREFIX):
            return cls.from_mirdata(*Address.parse(os.fspath(path)))
        source = _absolute(path)
        suffix = source.suffix.lower()
        if source.is_dir():
            return cls.from_folder(source)
        if not source.exists():
            raise CollectionError("does not exist", subject=source, remedy=_FORMS)
        if suffix in _TABLES:
            return cls.from_table(source)
        if suffix in _GROUND_TRUTHS:
            return cls.from_groundtruth(source)
        raise CollectionError("is no collection", subject=source, remedy=_FORMS)

    @classmethod
    def from_folder(cls, path: str | os.PathLike[str]) -> Collection:
        """Read a folder with one folder per class; audio may lie deeper inside.

        Hidden files and files that are no audio are passed over; class folders without audio
        and audio outside class folders are recorded as skipped.

        Raises
        ------
        CollectionError
            If a folder cannot be read, or none has audio in it.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     for name in ("rock/1.flac", "rock/live/2.mp3", "jazz/3.wav", "jazz/cover.jpg"):
        ...         file = Path(folder, name)
        ...         file.parent.mkdir(parents=True, exist_ok=True)
        ...         file.touch()
        ...     collection = Collection.from_folder(folder)
        >>> [(track.path.name, track.label) for track in collection.tracks]
        [('3.wav', 'jazz'), ('1.flac', 'rock'), ('2.mp3', 'rock')]
        """
        folder = _absolute(path)
        if not folder.is_dir():
            raise CollectionError("is no folder", subject=folder, remedy=_FORMS)
        return cls._of(
            os.path.basename(os.path.normpath(folder)),
            read_folder(folder),
            source=folder,
            empty="no audio found",
            remedy="expected one folder per class, with audio in it",
        )

    @classmethod
    def from_table(cls, path: str | os.PathLike[str]) -> Collection:
        r"""Read a .csv, .tsv or .jsonl table with columns path, label and optionally group.

        The column artist serves as group too. Column names may be in any case, and other columns
        are ignored. Paths are relative to the table's folder, or absolute, or begin with ``~``.

        Votes are in columns ``votes:CLASS`` (counts) or ``distribution:CLASS`` (shares), in JSON
        also as objects votes and distribution; or, where there is a column annotator, in a line
        for each annotator of a track. The label may be absent beside columns of votes: it is the
        class of most votes then, and of equal ones the first by name.

        Raises
        ------
        CollectionError
            If the table cannot be read, lacks a column, has votes that are negative, not finite
            or all zero or shares that do not sum to 1, or none of its files exists.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Path(folder, "1.flac").touch()
        ...     table = Path(folder, "genres.csv")
        ...     _ = table.write_text("path,label,artist\n1.flac,rock,Nina\n2.flac,jazz,Zoe\n")
        ...     collection = Collection.from_table(table)
        >>> collection.name, [(track.path.name, track.group) for track in collection.tracks]
        ('genres', [('1.flac', 'Nina')])
        >>> collection.skipped[0].reason
        'does not exist (correct the path, or restore the file)'
        """
        table = _absolute(path)
        if table.suffix.lower() not in _TABLES:
            raise CollectionError("is no .csv, .tsv or .jsonl table", subject=table, remedy=_FORMS)
        return cls._of(table.stem, read_table(table), source=table)

    @classmethod
    def from_groundtruth(cls, path: str | os.PathLike[str]) -> Collection:
        r"""Read the YAML ground truth of Essentia's and Gaia's classifier training.

        It maps ids to labels (``groundTruth``). The paths of the ids are under ``filelist`` in
        the same file, or in the file beside it that has "filelist" for "groundtruth" in its
        name; without either, the ids are the paths.

        Raises
        ------
        CollectionError
            If a file cannot be read or is no single-label ground truth, or if it lists
            descriptor files only, or none of its files exists.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Path(folder, "1.flac").touch()
        ...     truth = Path(folder, "groundtruth.yaml")
        ...     _ = truth.write_text(
        ...         "className: mood_party\ntype: singleClass\nversion: 1.0\n"
        ...         "groundTruth: {001: party}\nfilelist: {001: 1.flac}\n"
        ...     )
        ...     collection = Collection.from_groundtruth(truth)
        >>> collection.name, [(track.path.name, track.label) for track in collection.tracks]
        ('mood_party', [('1.flac', 'party')])
        """
        from essentia_ldl.collection.groundtruth import read_groundtruth

        source = _absolute(path)
        truth = read_groundtruth(source)
        return cls._of(truth.class_name or source.stem, truth.found, source=source)

    @classmethod
    def from_mirdata(
        cls, name: str, data_home: str | os.PathLike[str] | None = None, version: str = "default"
    ) -> Collection:
        """Read a dataset of mirdata that lies on this machine; nothing is downloaded.

        Parameters
        ----------
        name : str
            As mirdata calls it; `essentia_ldl.collection.mirdata_table` has those with one
            label for each track.
        data_home : path, optional
            The folder that it was downloaded to, by default mirdata's own,
            ``~/mir_datasets/NAME``. mirdata's index of the dataset may lie there too, where it
            could not be written into mirdata's own package.
        version : str, optional
            One that mirdata has, such as "mini" of gtzan_genre.

        Raises
        ------
        CollectionError
            If mirdata is not installed, does not know the dataset or has no single label for
            its tracks, or if the folder, the index or every track is absent.

        Examples
        --------
        >>> from essentia_ldl.errors import CollectionError
        >>> try:
        ...     Collection.from_mirdata("gtzan")
        ... except CollectionError as error:
        ...     print(error.reason)
        is no dataset of mirdata with one label for each track; the nearest is gtzan_genre
        """
        home = default_home(name) if data_home is None else _absolute(data_home)
        return cls._of(
            name,
            read_mirdata(name, home, version),
            source=home,
            remedy=f"expected are the files of mirdata's dataset {name}",
        )

    def without(self, skips: Iterable[Skipped]) -> Collection:
        """Leave out the tracks whose path is in `skips`, and record these.

        Examples
        --------
        >>> collection = Collection("demo", (Track(Path("a.wav"), "pop"),))
        >>> collection.without([Skipped("a.wav", "is silent (remove it)")]).tracks
        ()
        """
        recorded = tuple(skips)
        paths = {skip.path for skip in recorded}
        kept = tuple(track for track in self.tracks if str(track.path) not in paths)
        return replace(self, tracks=kept, skipped=(*self.skipped, *recorded))

    def without_duplicates(self, digests: Sequence[str]) -> Collection:
        """Leave out tracks that repeat the content of another, and record them.

        Of copies with one label the first stays; copies with several labels all go.

        Parameters
        ----------
        digests : sequence of str, length n_tracks
            Digest of each track's content, in the order of `tracks`.

        Raises
        ------
        ValueError
            If there are not as many digests as tracks.
        """
        kept, repeated = split_duplicates(self.tracks, digests)
        return replace(self, tracks=kept, skipped=(*self.skipped, *repeated))

    def with_task(self, task: Task) -> Collection:
        """Spell labels and votes as a task's classes, and order the classes as the task does.

        Spelling does not count (`Task.match`), so that folders "Hip Hop" and "hip-hop" become
        one class of a task that has it. Classes that a task itself spells alike stay apart
        (`Task.lookalikes`). Classes that the collection lacks are left out of `classes`.

        Raises
        ------
        CollectionError
            If labels are no classes of the task; the first ten are named, each with a track
            that has it and the nearest classes.

        Examples
        --------
        >>> from essentia_ldl.collection import load_task
        >>> tracks = (Track(Path("a.wav"), "Not Happy"), Track(Path("b.wav"), "happy"))
        >>> Collection("demo", tracks).with_task(load_task("mood_happy")).classes
        ('happy', 'non_happy')
        """
        matches = {label: task.match(label) for label in self.classes}
        unknown = [label for label, name in matches.items() if name is None]
        if unknown:
            shown = [
                f"{label!r}{self._where(label)}{task.hint(label)}"
                for label in unknown[:_LABELS_SHOWN]
            ]
            listed = enumerate_names([*shown, *unknown[_LABELS_SHOWN:]], limit=_LABELS_SHOWN)
            raise CollectionError(
                f"has labels that are no classes of {task.name}: {listed}",
                subject=self.name,
                remedy=f"rename them to one of {', '.join(task.classes)}, or name another task",
            )
        spelled = {label: name for label, name in matches.items() if name is not None}
        tracks = tuple(_spelled(track, spelled) for track in self.tracks)
        present = set(spelled.values())
        classes = tuple(name for name in task.classes if name in present)
        return replace(self, tracks=tracks, classes=classes)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the tracks as a table with the columns path, label, group and votes:CLASS.

        Reading it gives these tracks again. Paths are relative where the audio lies in the
        table's folder or below it, and absolute elsewhere. What was skipped, the order of the
        classes, and classes that no track has a label or vote of, are not written.

        Parameters
        ----------
        path : path
            Of a .csv file.

        Raises
        ------
        CollectionError
            If a label or group is one that tables take for a missing value, such as "NA", or a
            name has blanks around it.
        OutputError
            If the file cannot be written, or its name does not end in .csv.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> track = Track(Path("/music/a.wav"), "pop", votes=(("jazz", 1), ("pop", 3)))
        >>> with TemporaryDirectory() as folder:
        ...     Collection("demo", (track,)).to_csv(Path(folder, "demo.csv"))
        ...     print(Path(folder, "demo.csv").read_text(), end="")
        "path","label","group","votes:jazz","votes:pop"
        "/music/a.wav","pop","",1,3
        """
        write_table(self, path)

    def check_trainable(self) -> None:
        """Make sure that there is something to learn: tracks, of two classes or more.

        Whether the classes are large enough for cross-validation depends on the folds, and
        `essentia_ldl.evaluation.make_folds` tells.

        Raises
        ------
        CollectionError
            If there is no track, or one class only, or a track has votes for a class that is
            no track's label, or none for its own.

        Examples
        --------
        >>> from essentia_ldl.errors import CollectionError
        >>> try:
        ...     Collection("demo", (Track(Path("a.wav"), "pop"),)).check_trainable()
        ... except CollectionError as error:
        ...     print(error.reason)
        every track is labelled pop
        """
        check_trainable(self)

    def _where(self, label: str) -> str:
        """Name a track with a label, or with votes for it; empty where all were left out."""
        labelled = (f" of {track.path}" for track in self.tracks if track.label == label)
        voted = (
            f" among the votes on {track.path}"
            for track in self.tracks
            if label in dict(track.votes or ())
        )
        return next(chain(labelled, voted), "")

    @classmethod
    def _of(
        cls,
        name: str,
        found: Found,
        *,
        source: Path,
        empty: str = "lists no track",
        remedy: str = "expected is a path and a label for each track",
    ) -> Collection:
        tracks, skipped = usable_tracks(found)
        if not tracks and skipped:
            first = f"{skipped[0].path} {skipped[0].reason}"
            empty = f"{empty} that can be used; the first of {len(skipped)}: {first}"
        if not tracks:
            raise CollectionError(empty, subject=source, remedy=remedy)
        return cls(safe_name(name), tracks, skipped)


def _spelled(track: Track, spelled: Mapping[str, str]) -> Track:
    label = spelled[track.label]
    if track.votes is None:
        return replace(track, label=label)
    votes = renamed(track.votes, spelled)
    # Where two spellings of one class had shared its votes, it may be the class of most only now.
    if len(votes) < len(track.votes) and track.label == leading_class(track.votes):
        label = leading_class(votes)
    return replace(track, label=label, votes=votes)


def _absolute(path: str | os.PathLike[str]) -> Path:
    # Absolute, since workers may run in another folder. Links stay as they are written, except
    # where ".." needs their targets.
    absolute = Path(path).expanduser().absolute()
    return absolute.resolve() if ".." in absolute.parts else absolute
