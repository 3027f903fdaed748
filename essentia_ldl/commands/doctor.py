"""`essentia-ldl doctor`: what is installed, what is missing and how to get it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path

import typer
from rich.table import Table

from essentia_ldl.commands.console import out
from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.features.engines import obstacle_to_onnxruntime
from essentia_ldl.features.melbands import MEL_BANDS
from essentia_ldl.versions import (
    OPTIONAL_PACKAGES,
    PACKAGES,
    bundled_libtensorflow,
    package_version,
)
from essentia_ldl.workers import default_jobs, run_in_worker
from essentia_ldl.zoo import Backbone, cache_folder, find_backbone, registered_backbones

_DEMO_PACKAGES = ("pretty_midi", "tinysoundfont")


@dataclass(frozen=True)
class Finding:
    """One line of the diagnosis."""

    subject: str
    state: str
    remedy: str = ""
    required: bool = True


def doctor() -> None:
    """Tell what is installed, what is missing and how to get it.

    Exit code 1 if something that training or prediction needs is missing.
    """
    findings = list(_findings())
    table = Table(box=None, pad_edge=False)
    table.add_column("What", no_wrap=True)
    table.add_column("State", overflow="fold")
    table.add_column("What to do", overflow="fold")
    for finding in findings:
        style = ("red" if finding.required else "yellow") if finding.remedy else ""
        table.add_row(finding.subject, finding.state, finding.remedy, style=style)
    out.print(table)
    if any(finding.remedy and finding.required for finding in findings):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    yield Finding("python", f"{platform.python_version()} on {platform.machine()}")
    for package in PACKAGES:
        yield _package(package)
    yield from _essentia()
    yield from _backbones()
    yield _cache()
    yield Finding("worker processes", f"{default_jobs()} by default")
    for package in OPTIONAL_PACKAGES:
        yield _package(
            package,
            "embeddings take several times longer without it: run "
            "`pip install -e '.[onnxruntime]'` in the project's folder",
        )
    for package in _DEMO_PACKAGES:
        yield _package(package, "only the demo collection needs it: run `make demo`")


def _package(package: str, without: str = "") -> Finding:
    """Tell a package's version; `without` says what to do where one may do without it."""
    number = package_version(package)
    if number:
        return Finding(package, number)
    remedy = without or "run `pip install -e .` in the project's folder"
    return Finding(package, "missing", remedy, required=not without)


def _essentia() -> Iterator[Finding]:
    """Load Essentia in a worker, as the work itself does."""
    try:
        run_in_worker(_load_essentia)
        yield Finding("Essentia in a worker", "loads, without Python's TensorFlow")
        yield Finding("libtensorflow in Essentia", bundled_libtensorflow() or "not found")
    except (OSError, ImportError, RuntimeError, EssentiaLDLError) as error:
        yield Finding(
            "Essentia in a worker",
            f"fails: {error}",
            f"run `pip install --force-reinstall '{_requirement('essentia-tensorflow')}'`",
        )


def _requirement(package: str) -> str:
    """How this package requires another, as in "numpy>=2.2"."""
    listed = requires("essentia_ldl") or ()
    return next((line for line in listed if line.startswith(package)), package)


def _load_essentia() -> None:
    from essentia_ldl.features.algorithms import essentia_standard

    essentia_standard()


def _backbones() -> Iterator[Finding]:
    for name, metadata in registered_backbones().items():
        try:
            backbone = find_backbone(name)
        except EssentiaLDLError as error:
            # An address would be broken into pieces by the table's column.
            remedy = error.remedy if metadata.checkpoint else "`essentia-ldl backbones` tells how"
            yield Finding(f"backbone {name}", error.reason, remedy, required=name == "msd-musicnn")
        else:
            yield Finding(f"backbone {name}", str(backbone.graph))
            if metadata.inference.algorithm in MEL_BANDS:
                yield _onnxruntime(backbone)


def _onnxruntime(backbone: Backbone) -> Finding:
    """Whether onnxruntime runs a backbone; without it everything works, only slower."""
    subject = f"{backbone.name} in onnxruntime"
    obstacle = obstacle_to_onnxruntime(backbone)
    if obstacle is not None:
        return Finding(subject, obstacle.reason, obstacle.remedy, required=False)
    record = backbone.metadata.onnxruntime
    differences = record.max_abs_diff if record else {}
    told = ", ".join(f"{node} within {value:.0e}" for node, value in differences.items())
    return Finding(subject, f"agrees with Essentia: {told}")


def _cache() -> Finding:
    folder = cache_folder()
    place: Path = folder
    while not place.exists():
        place = place.parent
    if os.access(place, os.W_OK):
        return Finding("cache", str(folder))
    return Finding(
        "cache", f"{folder} cannot be written", "set ESSENTIA_LDL_CACHE to a folder of yours"
    )
