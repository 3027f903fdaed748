from pathlib import Path
from urllib.parse import unquote, urljoin

import numpy as np
import pytest
import soundfile

from essentia_ldl.progress import Silent
from essentia_ldl.report.audit_audio import (
    EXCERPT_SECONDS,
    WHOLE_BYTES,
    audio_url,
    audio_urls,
    copy_audio,
)
from tests.report.audits import make_audit

ODD = [
    "100 %",
    "a#b",
    "who?",
    "日本の音楽",
    "موسيقى",
    "a:b",
    'it\'s "so" <b>',
    "back\\slash",
    "%41",
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("folder", ["/music/out", "/out", "/music/{}"])
def test_a_browser_finds_the_file_from_the_page(name: str, folder: str) -> None:
    out = Path(folder.format(name))
    audio = Path(f"/music/{name}/{name}.wav")
    url = urljoin(f"{out.as_uri()}/audit.html", audio_url(audio, out))
    assert unquote(url.removeprefix("file://")) == str(audio)


def test_every_track_has_its_own_file() -> None:
    assert audio_urls(make_audit(3), Path("/music/out"))[2] == "../artist%201/0002.wav"


def test_small_files_are_copied_and_of_large_ones_the_middle(tmp_path: Path) -> None:
    rate = 22050
    small, large = tmp_path / "1. small.WAV", tmp_path / "large.flac"
    soundfile.write(small, np.zeros(rate), rate)
    noise = np.random.default_rng(0).normal(scale=0.1, size=(90 * rate, 3))
    noise[: 25 * rate] = 0
    soundfile.write(large, noise, rate)
    assert large.stat().st_size > WHOLE_BYTES
    urls = copy_audio(make_audit(3, paths=[small, large, large]), tmp_path / "out")
    assert urls[0] == "audio/00000-1._small.wav"
    assert (tmp_path / "out" / urls[0]).read_bytes() == small.read_bytes()
    samples, _ = soundfile.read(tmp_path / "out" / urls[1])
    assert urls[1].endswith(".mp3")
    assert abs(len(samples) / rate - EXCERPT_SECONDS) < 0.2
    assert samples[: rate // 2].std() > 0.05
    assert len(set(urls.values())) == 3


def test_what_is_no_sound_to_libsndfile_is_copied_and_what_is_not_there_is_told(
    tmp_path: Path,
) -> None:
    odd = tmp_path / "film.m4a"
    odd.write_bytes(bytes(WHOLE_BYTES + 1))
    watched = Silent()
    audit = make_audit(3, paths=[odd, tmp_path / "gone.wav", odd])
    urls = copy_audio(audit, tmp_path / "out", progress=watched)
    assert (tmp_path / "out" / urls[0]).read_bytes() == odd.read_bytes()
    assert list(urls) == [0, 2]
    assert ["gone.wav" in warning for warning in watched.warnings] == [True]
