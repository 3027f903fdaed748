"""The command line of tools/jamendo_audio.py."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.commands.console import console_progress, err, out, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError, OutputError
from essentia_ldl.progress import Progress
from tools.jamendo.client import Client
from tools.jamendo.fetching import Fetched, Fetcher
from tools.jamendo.lists import LISTS, load_checksums
from tools.jamendo.needs import Needs, find_needs, needed_paths, share_of_archive
from tools.jamendo.patience import Manners

#: The mirror that the dataset's own download script names first.
MIRROR = "https://cdn.freesound.org/mtg-jamendo"

_GIGABYTE = 1e9
_SHOWN = 10

_DESCRIPTION = """\
Download the audio of MTG-Jamendo that annotation files need, and no more.

The dataset comes as a hundred archives. Where the server sends parts of files, only the tracks
needed are fetched out of them; otherwise the archives that hold any are read through. Each track
is checked against the dataset's SHA-256 sums. The same command goes on where it stopped."""

_EPILOG = """\
examples:
  python tools/jamendo_audio.py music-classification-annotations-clean.tsv -o jamendo --dry-run
  python tools/jamendo_audio.py music-classification-annotations-clean.tsv -o jamendo \\
      --taxonomy genre_tzanetakis --type audio-low"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Download, and return the exit code: 0 where everything is there."""
    options = _parser().parse_intermixed_args(arguments)
    progress = console_progress()
    try:
        return _run(options, progress)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        err.print("interrupted: what came is kept, the same command goes on from there")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tools/jamendo_audio.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "annotations", type=Path, nargs="+", metavar="FILE.tsv", help="annotation files"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FOLDER", help="for the audio"
    )
    parser.add_argument(
        "--type",
        choices=["audio", "audio-low"],
        default="audio",
        help="full quality, the default, or the dataset's smaller files",
    )
    parser.add_argument(
        "--taxonomy",
        action="append",
        default=[],
        metavar="NAME",
        help="only tracks with votes in it, as mood_happy; can be given again",
    )
    parser.add_argument("--mirror", default=MIRROR, metavar="URL", help=f"by default {MIRROR}")
    parser.add_argument(
        "--lists",
        default=LISTS,
        metavar="FOLDER|URL",
        help="the dataset's SHA-256 lists: data/download of its repository, by default from there",
    )
    parser.add_argument(
        "--keep", action="store_true", help="download whole archives, and keep them"
    )
    parser.add_argument(
        "--pause",
        type=float,
        default=Manners.pause,
        metavar="SECONDS",
        help=f"between requests, by default {Manners.pause}",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say how much there is to fetch, and stop"
    )
    return parser


def _run(options: argparse.Namespace, progress: Progress) -> int:
    folder: Path = options.output
    if not 0 <= options.pause < float("inf"):
        raise OptionError("is no time in seconds", subject=f"--pause {options.pause}")
    paths = needed_paths(options.annotations, options.taxonomy)
    _make(folder)
    client = Client(Manners(pause=options.pause, warn=progress.warn))
    checksums = load_checksums(options.lists, options.type, folder, client)
    needs = find_needs(paths, checksums, folder, progress)
    address = f"{options.mirror.rstrip('/')}/raw_30s/{options.type}"
    fetcher = Fetcher(client, address, folder, checksums, progress)
    sizes = fetcher.sizes(needs)
    shares = share_of_archive(needs, checksums)
    if options.keep:
        shares = dict.fromkeys(shares, 1.0)
    _announce(needs, sizes, shares, folder, progress)
    if options.dry_run:
        return 0
    fetch = fetcher.fetch_archives if options.keep else fetcher.fetch
    return _conclude(needs, fetch(needs, sizes), folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot be made: {error.strerror}", subject=folder, remedy="choose another folder"
        ) from error


def _announce(
    needs: Needs,
    sizes: dict[str, int | None],
    shares: dict[str, float],
    folder: Path,
    progress: Progress,
) -> None:
    """Tell how much there is to fetch, before it starts."""
    out.print(f"{needs.present} tracks are there; {needs.n_tracks} to fetch")
    if not sizes:
        return
    known = {name: size for name, size in sizes.items() if size is not None}
    whole = sum(known.values()) / _GIGABYTE
    needed = sum(size * shares[name] for name, size in known.items()) / _GIGABYTE
    estimate = f"about {needed:.2f} of their {whole:.2f} GB" if known else "of unknown size"
    out.print(f"Archives that hold them: {len(sizes)}; to fetch from these: {estimate}")
    free = shutil.disk_usage(folder).free / _GIGABYTE
    if needed > free:
        progress.warn(f"{folder}: {free:.2f} GB are free, which is not enough")


def _conclude(needs: Needs, fetched: Fetched, folder: Path) -> int:
    """Tell what became of everything, and return the exit code."""
    reasons = [f"{skip.path}: {skip.reason}" for skip in fetched.failed]
    reasons += [f"{path}: is in none of the dataset's lists" for path in needs.unlisted]
    for reason in reasons[:_SHOWN]:
        err.print(reason, markup=False)
    if len(reasons) > _SHOWN:
        err.print(f"... and {len(reasons) - _SHOWN} more")
    here = needs.present + len(fetched.tracks)
    out.print(
        f"{here} of {here + len(reasons)} tracks are in {folder}; {len(fetched.tracks)} of them "
        "were fetched now",
        markup=False,
    )
    return 1 if reasons else 0
