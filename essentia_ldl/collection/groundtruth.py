"""Collections in the form of Essentia's and Gaia's classifier training: YAML ground truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from essentia_ldl.collection.entries import Entry, Found, listed_path
from essentia_ldl.collection.spelling import enumerate_names, printable
from essentia_ldl.collection.text import read_text
from essentia_ldl.collection.track import Skipped
from essentia_ldl.errors import CollectionError

_DESCRIPTORS = frozenset({".sig", ".yaml", ".yml", ".json"})
_FORM = "expected are className, type: singleClass and groundTruth: {id: label}"

# libyaml's parser reads long lists twenty times faster, where PyYAML was built with it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class GroundTruth:
    """What a ground-truth file holds; `class_name` is its className, "" where it has none."""

    class_name: str
    found: Found


def read_groundtruth(path: Path) -> GroundTruth:
    """Read a ground truth of Gaia: labels by id, and audio paths by id.

    The paths are under ``filelist`` in the same file, or in the file beside it whose name has
    "filelist" for "groundtruth"; without either, the ids are the paths. Paths are relative to
    the file that names them.

    Raises
    ------
    CollectionError
        If a file cannot be read, is no YAML, or is no single-label ground truth.

    Notes
    -----
    The form is that of `GroundTruth.load` and `train_model.py` in Gaia, whose file lists name
    descriptor files (.sig); here they have to name audio.
    """
    content = _mapping(path)
    kind = _text(content.get("type"))
    if kind and kind.casefold() != "singleclass":
        raise CollectionError(
            f"is a ground truth of type {kind}", subject=path, remedy="use one of type singleClass"
        )
    labels = content.get("groundTruth")
    if not isinstance(labels, yaml.MappingNode):
        keys = enumerate_names(list(content)) or "none"
        raise CollectionError(
            f"has no groundTruth mapping; its keys are {keys}", subject=path, remedy=_FORM
        )
    source, files = _filelist(path, content)
    found = Found.of(_entry(key, label, source, files) for key, label in _pairs(labels))
    return GroundTruth(_text(content.get("className")) or "", found)


def _entry(
    identifier: str, node: yaml.Node, source: Path, files: dict[str, str] | None
) -> Entry | Skipped:
    listed = identifier if files is None else files.get(identifier)
    if not listed:
        return Skipped(printable(identifier), f"has no path in {source} (add it there)")
    path = listed_path(listed, source.parent)
    label = _text(node)
    if label is None:
        return Skipped(printable(str(path)), "has no single label (give it one)")
    if path.suffix.lower() in _DESCRIPTORS:
        return Skipped(
            printable(str(path)), "is a descriptor file, not audio (list the audio file instead)"
        )
    return Entry(path, label)


def _filelist(path: Path, content: dict[str, yaml.Node]) -> tuple[Path, dict[str, str] | None]:
    """Return the file that names the paths, and the paths by id; None where ids are paths."""
    if "filelist" in content:
        source, node = path, content["filelist"]
        if not isinstance(node, yaml.MappingNode):
            raise CollectionError(
                "its filelist is no mapping", subject=path, remedy="expected is {id: path}"
            )
        pairs = list(_pairs(node))
    else:
        sibling = _sibling(path)
        if sibling is None:
            return path, None
        source, pairs = sibling, list(_mapping(sibling).items())
    return source, {identifier: _text(value) or "" for identifier, value in pairs}


def _sibling(path: Path) -> Path | None:
    stem = path.stem.casefold()
    if "groundtruth" not in stem:
        return None
    wanted = stem.replace("groundtruth", "filelist")
    candidates = sorted(path.parent.glob("*"))
    return next(
        (
            file
            for file in candidates
            if file.stem.casefold() == wanted and file.suffix.lower() in {".yaml", ".yml"}
        ),
        None,
    )


def _mapping(path: Path) -> dict[str, yaml.Node]:
    """Read a YAML file whose top is a mapping.

    Nodes instead of values: ids like 00 and labels like "no" stay as they are written, which
    YAML 1.1 would turn into 0 and False, and an id that is there twice is seen twice.
    """
    try:
        node = yaml.compose(read_text(path), Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise CollectionError(
            f"is not YAML: {place}{problem}", subject=path, remedy="correct it, or export it again"
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise CollectionError("is no YAML mapping", subject=path, remedy=_FORM)
    return dict(_pairs(node))


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in node.value:
        yield _text(key) or "", value


def _text(node: yaml.Node | None) -> str | None:
    """Text of a scalar, or of a list of one, "" for null; None for anything else."""
    if isinstance(node, yaml.SequenceNode) and len(node.value) == 1:
        return _text(node.value[0])
    if not isinstance(node, yaml.ScalarNode):
        return None
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)
