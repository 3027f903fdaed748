"""Which of mirdata's datasets have one label for each track, and where mirdata keeps it.

The attributes are those of the datasets' ``Track`` classes in mirdata 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LabelledDataset:
    """A dataset of mirdata that a classifier can be trained on.

    Parameters
    ----------
    label : str
        The attribute of a track that holds its class.
    group : str, optional
        The attribute that tells tracks that belong together: one player, one recording.
    group_pattern : str, optional
        Regular expression whose match in the group's value is the group.
    audio : str, optional
        The attribute that holds the path of the audio.
    unreadable : mapping of str to str, optional
        Tracks that are faulty in the dataset itself, with what is wrong with them.
    """

    label: str
    group: str | None = None
    group_pattern: str = ".+"
    audio: str = "audio_path"
    unreadable: Mapping[str, str] = field(default_factory=dict, hash=False)


DATASETS: Mapping[str, LabelledDataset] = {
    "ballroom": LabelledDataset("genre"),
    "gtzan_genre": LabelledDataset(
        "genre",
        # Sturm, "An analysis of the GTZAN music genre dataset", MIRUM 2012. Artists are unknown
        # to mirdata.
        unreadable={"jazz.00054": "cannot be decoded in the copies that circulate"},
    ),
    "guitarset": LabelledDataset("style", group="player_id", audio="audio_mic_path"),
    # Excerpts of one recording share the number before "__". The test tracks have several
    # instruments, and so no predominant one.
    "irmas": LabelledDataset("predominant_instrument", "track_id", group_pattern=".+?(?=__)"),
    "medley_solos_db": LabelledDataset("instrument", group="song_id"),
    "mridangam_stroke": LabelledDataset("stroke_name"),
    "tinysol": LabelledDataset("instrument_full"),
}
