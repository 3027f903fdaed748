"""The demo's two folders of clips: one to train on, one to predict."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from essentia_ldl.errors import OptionError
from essentia_ldl.files import sha256_of, write_bytes, write_text
from essentia_ldl.progress import Progress
from tools.demo.effects import SAMPLE_RATE
from tools.demo.loudness import blend, normalise
from tools.demo.plan import Plan, plan_collection, plan_fresh
from tools.demo.render import require, sound_font
from tools.demo.score import Stereo

MIN_CLIPS = 10


@dataclass(frozen=True)
class Clip:
    """A row of the table.

    Parameters
    ----------
    path : str
        Of the audio file, relative to the table's folder.
    label : str
        "acoustic" or "electronic": the side with the greater share.
    proportion_acoustic : float
        Share of the K-weighted energy that the acoustic arrangement has.
    kind : str
        "pure", or "blend" where a piece was arranged both ways.
    piece : str
        Names the composition.
    title : str
        Style, key and tempo.
    """

    path: str
    label: str
    proportion_acoustic: float
    kind: str
    piece: str
    title: str


@dataclass(frozen=True)
class Rendered:
    """What was rendered: the path of the table, and its rows."""

    table: Path
    clips: tuple[Clip, ...]


def render_collection(
    folder: Path, *, n_clips: int = 48, seed: int = 0, progress: Progress
) -> Rendered:
    """Compose and render the collection that the demo trains on.

    A fifth of the clips are blends: a piece in an acoustic and an electronic arrangement, mixed
    in proportions spread evenly over 0.1 to 0.9 and labelled with the greater side.

    Parameters
    ----------
    folder : Path
        Gets the audio files, below clips/, and collection.csv. An audio file that is already
        what it should be is kept.
    n_clips : int
        At least `MIN_CLIPS`.
    seed : int
    progress : Progress

    Raises
    ------
    OptionError
        If `n_clips` is too small.
    EssentiaLDLError
        If the synthesizer or its sound font is not installed.
    OutputError
        If a file cannot be written.
    """
    if n_clips < MIN_CLIPS:
        raise OptionError(
            f"cannot make a collection of {n_clips} clips", remedy=f"ask for {MIN_CLIPS} or more"
        )
    plans = plan_collection(n_clips, seed)
    return _render_all(plans, folder / "collection.csv", "Rendering demo clips", progress)


def render_fresh(
    folder: Path, *, n_pure: int = 6, n_pieces: int = 4, seed: int = 0, progress: Progress
) -> Rendered:
    """Compose and render clips that are in no collection, to be predicted.

    Parameters
    ----------
    folder : Path
        Gets the audio files, below clips/, and fresh.csv.
    n_pure : int
        Pure clips, half of them of each class.
    n_pieces : int
        Pieces to blend in every proportion of `tools.demo.plan.LADDER`; at 0 and 1 the blend is
        one arrangement alone.
    seed : int
    progress : Progress

    Raises
    ------
    EssentiaLDLError, OutputError
        As `render_collection`.
    """
    plans = plan_fresh(n_pure, n_pieces, seed)
    return _render_all(plans, folder / "fresh.csv", "Rendering fresh clips", progress)


def _render_all(plans: Sequence[Plan], table: Path, stage: str, progress: Progress) -> Rendered:
    clips: list[Clip] = []
    with progress.stage(stage, sum(len(plan.proportions) for plan in plans)) as advance:
        for plan in plans:
            wanted = _clips(plan)
            _write_missing(plan, wanted, table.parent)
            clips += wanted
            advance(len(wanted))
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Clip)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(clip) for clip in clips)
    write_text(table, text.getvalue())
    return Rendered(table, tuple(clips))


def _clips(plan: Plan) -> list[Clip]:
    is_blend = len(plan.styles) > 1
    styles = " with ".join(style.name for style in plan.styles)
    return [
        Clip(
            path=f"clips/{plan.name}-{share:.2f}.flac" if is_blend else f"clips/{plan.name}.flac",
            label="acoustic" if share > 0.5 else "electronic",
            proportion_acoustic=share,
            kind="blend" if is_blend else "pure",
            piece=plan.name,
            title=f"{styles} in {plan.compose().key}, {plan.tempo} bpm",
        )
        for share in plan.proportions
    ]


def _write_missing(plan: Plan, clips: Sequence[Clip], folder: Path) -> None:
    recipes = [_recipe(plan, clip) for clip in clips]
    missing = [
        (clip, recipe)
        for clip, recipe in zip(clips, recipes, strict=True)
        if _recipe_of(folder / clip.path) != recipe
    ]
    if not missing:
        return
    sounds = plan.perform()
    for clip, recipe in missing:
        if len(sounds) == 1:
            sound = sounds[0]
        else:
            sound = blend(sounds[0], sounds[1], clip.proportion_acoustic)
        write_bytes(folder / clip.path, _encode(normalise(sound), clip.title, recipe))


def _recipe(plan: Plan, clip: Clip) -> str:
    """Digest of all that a clip's bytes follow from; it is written into the file's tags."""
    content = (_programs_digest(), plan.entropy, clip)
    return hashlib.sha256(repr(content).encode()).hexdigest()


@lru_cache(maxsize=1)
def _programs_digest() -> str:
    sources = sorted(Path(__file__).parent.glob("[!_]*.py"))
    digests = [sha256_of(path) for path in (*sources, sound_font())]
    libraries = ("numpy", "scipy", "soundfile", "tinysoundfont")
    return repr((digests, [(require(name).__name__, version(name)) for name in libraries]))


def _recipe_of(path: Path) -> str | None:
    soundfile = require("soundfile")
    try:
        with soundfile.SoundFile(path) as file:
            return str(file.comment)
    except soundfile.LibsndfileError:
        return None


def _encode(sound: Stereo, title: str, recipe: str) -> bytes:
    soundfile = require("soundfile")
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", SAMPLE_RATE, channels=2, format="FLAC", subtype="PCM_16"
    ) as file:
        file.title = title
        file.comment = recipe
        file.write(sound)
    return buffer.getvalue()
