import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.audit.result import Audit, AuditedTrack
from essentia_ldl.report.audit_table import COLUMNS, audit_table, label_issues
from essentia_ldl.report.audit_writing import write_audit


@pytest.fixture
def audit() -> Audit:
    return Audit(
        "demo",
        ("=jazz", "pop"),
        (
            AuditedTrack("=1+1.wav", "=jazz", "pop", 0.75, 0.8, (0.25, 0.75), (1, 2), 0.5),
            AuditedTrack('q"uo,te.wav', "pop", "pop", 0.1, 0.5, (0.1, 0.9), (2, 0), 0.5),
            AuditedTrack(
                "音楽\udce9.wav", "pop", "pop", 0.4, 0.9, (0.4, 0.6), (1, 0), 0.5, duplicate_of=1
            ),
        ),
    )


def test_every_track_has_a_row_that_reads_back(audit: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(audit_table(audit))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["path"] == "'=1+1.wav"
    assert rows[0]["label"] == rows[0]["given_label"] == "'=jazz"
    assert [row["duplicate_of"] for row in rows] == ["", "", 'q"uo,te.wav']
    assert json.loads(rows[2]["neighbors"]) == ['q"uo,te.wav', "=1+1.wav"]
    assert rows[2]["path"] == "音楽\\udce9.wav"
    for row, track in zip(rows, audit.tracks, strict=True):
        assert float(row["suspicion"]) == track.suspicion
        assert float(row["ambiguity"]) == track.ambiguity
        assert float(row["label_quality"]) == 1 - track.suspicion
        assert row["predicted_label"] == row["suggested_label"]


def test_the_columns_of_cleanlab_are_cleanlabs(rng: np.random.Generator) -> None:
    cleanlab = pytest.importorskip("cleanlab.classification", reason="cleanlab is not installed")
    codes = np.repeat([0, 1], 20)
    probabilities = rng.dirichlet([1, 1], size=40)
    theirs = cleanlab.CleanLearning().find_label_issues(labels=codes, pred_probs=probabilities)
    assert tuple(theirs.columns) == COLUMNS[-4:]
    quality = probabilities[np.arange(40), codes]
    assert np.allclose(theirs.label_quality, quality)


def test_an_issue_is_as_likely_as_its_class_is_on_average() -> None:
    distributions = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8], [0.3, 0.7], [0.45, 0.55]])
    # The mean of the tracks labelled so: 0.6 for the first class, and 0.6 for the second.
    codes = [0, 1, 1, 0, 0]
    assert label_issues(distributions, codes).tolist() == [False, False, False, True, False]


@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_no_issue_without_a_likelier_class(n_tracks: int, n_classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    distributions = rng.dirichlet(np.ones(n_classes), size=n_tracks)
    codes = rng.integers(n_classes, size=n_tracks).tolist()
    issues = label_issues(distributions, codes)
    assert not (issues & (distributions.argmax(axis=1) == codes)).any()


def test_the_same_audit_gives_the_same_bytes(audit: Audit, tmp_path: Path) -> None:
    first = write_audit(tmp_path / "a", audit)
    second = write_audit(tmp_path / "b", audit)
    assert first.csv.read_bytes() == second.csv.read_bytes()
    assert first.json.read_bytes() == second.json.read_bytes()
    content = json.loads(first.json.read_text(encoding="utf-8"))
    assert content["tracks"][0]["distribution"] == [0.25, 0.75]
    assert first.html.read_bytes().startswith(b"<!DOCTYPE html>")
