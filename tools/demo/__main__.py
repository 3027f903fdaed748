"""`make demo`: compose music, train on it, and classify clips that are in no collection."""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from essentia_ldl.commands.console import console_progress, err, out, show_error
from essentia_ldl.commands.train import variants_table
from essentia_ldl.errors import EssentiaLDLError, ModelError
from essentia_ldl.progress import Progress
from tools.demo.collection import Clip, Rendered, render_collection, render_fresh

TASK = "demo_acoustic"
ACOUSTIC = "acoustic"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("demo"), help="folder to fill")
    parser.add_argument("--clips", type=int, default=48, help="clips to train on")
    parser.add_argument("--seed", type=int, default=0, help="other seed, other music")
    options = parser.parse_args(arguments)
    try:
        run(options.output, options.clips, options.seed)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        err.print("interrupted: what was made is kept, the same command goes on from there")
        return 130
    return 0


def run(folder: Path, n_clips: int, seed: int) -> None:
    """Do the whole of the demo in `folder`."""
    from essentia_ldl.collection import Collection
    from essentia_ldl.networks.loading import load_tensorflow

    load_tensorflow()
    from essentia_ldl.export.backbone import build_backbone
    from essentia_ldl.training import train_classifier

    start = time.monotonic()
    progress = console_progress()
    _headline(1, "The backbone: MSD-MusiCNN, built from its authors' checkpoint")
    backbone = build_backbone("msd-musicnn", progress=progress)
    _headline(2, "The music: composed by rule, played from a General MIDI sound font")
    rendered = render_collection(
        folder / "collection", n_clips=n_clips, seed=seed, progress=progress
    )
    fresh = render_fresh(folder / "fresh", seed=seed, progress=progress)
    options = f"{rendered.table} -o {folder / 'out'} --task {TASK} --seed {seed}"
    _headline(3, f"The main job: essentia-ldl train {options}")
    result = train_classifier(
        Collection.from_table(rendered.table),
        folder / "out",
        task=TASK,
        seed=seed,
        progress=progress,
    )
    out.print(variants_table(result.report))
    _headline(4, "Clips in no collection, through Essentia with the exported model")
    acoustic = _classify(result.model, fresh, progress)
    _show_fresh(fresh, acoustic)
    _headline(5, f"Done in {time.monotonic() - start:.0f} s. What was made:")
    exported = result.report["exported"]
    for name, path in (
        ("the music", rendered.table),
        ("fresh clips", fresh.table),
        ("the backbone", backbone.graph),
        ("the model", exported["pb"]),
        ("its metadata", exported["json"]),
        ("the report", result.files.html),
    ):
        out.print(f"  {name:<13} {path}", markup=False)
    out.print("\nUse it from Essentia:\n", style="bold")
    out.print(exported["snippet"], markup=False)


def _headline(step: int, text: str) -> None:
    out.print(f"\n[{step}/5] {text}", style="bold", markup=False)


def _classify(model: Path, fresh: Rendered, progress: Progress) -> dict[str, float]:
    """Probability of acoustic that Essentia gives each fresh clip."""
    from essentia_ldl.runtime import Classifier, Prediction

    root = fresh.table.parent
    paths = {str(root / clip.path): clip.path for clip in fresh.clips}
    acoustic = {}
    for result in Classifier(model).predict([Path(path) for path in paths], progress=progress):
        if not isinstance(result, Prediction):
            raise ModelError(result.reason, subject=result.path)
        acoustic[paths[result.path]] = result.probabilities[ACOUSTIC]
    return acoustic


def _show_fresh(fresh: Rendered, acoustic: dict[str, float]) -> None:
    pure = [clip for clip in fresh.clips if clip.kind == "pure"]
    ladder = [clip for clip in fresh.clips if clip.kind != "pure"]
    right = sum((acoustic[clip.path] > 0.5) == (clip.label == ACOUSTIC) for clip in pure)
    clip = pure[0]
    out.print(
        f"A fresh clip, {clip.path} ({clip.title}): acoustic {acoustic[clip.path]:.2f}, "
        f"electronic {1 - acoustic[clip.path]:.2f}; it is {clip.label}. "
        f"{right} of {len(pure)} fresh pure clips are right.",
        markup=False,
    )
    out.print(_ladder_table(ladder, acoustic))
    out.print(
        f"Rank correlation of proportion and prediction: {_correlation(ladder, acoustic):.2f}"
    )


def _ladder_table(ladder: Sequence[Clip], acoustic: dict[str, float]) -> Table:
    by_share: dict[float, list[float]] = defaultdict(list)
    for clip in ladder:
        by_share[clip.proportion_acoustic].append(acoustic[clip.path])
    table = Table(
        title=f"Fresh blends of {len(ladder) // len(by_share)} pieces",
        title_justify="left",
    )
    table.add_column("acoustic share", justify="right")
    table.add_column("predicted, mean", justify="right")
    table.add_column("each piece")
    for share, values in sorted(by_share.items()):
        each = "  ".join(f"{value:.2f}" for value in values)
        table.add_row(f"{share:.2f}", f"{np.mean(values):.2f}", each)
    return table


def _correlation(ladder: Sequence[Clip], acoustic: dict[str, float]) -> float:
    from scipy.stats import spearmanr

    shares = [clip.proportion_acoustic for clip in ladder]
    return float(spearmanr(shares, [acoustic[clip.path] for clip in ladder]).statistic)


if __name__ == "__main__":
    raise SystemExit(main())
