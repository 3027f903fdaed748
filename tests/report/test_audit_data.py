import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.audit_data import audit_data, audit_identity, script_json
from tests.report.audits import make_audit


@given(st.text())
def test_json_in_a_script_is_read_back_and_cannot_end_it(text: str) -> None:
    written = str(script_json([text]))
    assert json.loads(written) == [text]
    assert written.isascii()
    assert not set("<>&") & set(written)


def test_classes_are_indices_and_numbers_are_kept() -> None:
    audit = make_audit()
    data = audit_data(audit, {0: "../a.wav"})
    for track, shown in zip(audit.tracks, data["tracks"], strict=True):
        assert data["classes"][shown["label"]] == track.label
        assert data["classes"][shown["suggested"]] == track.suggested_label
        assert abs(shown["suspicion"] - track.suspicion) < 1e-5
        assert abs(sum(shown["distribution"]) - 1) < 1e-4
    assert [shown["audio"] for shown in data["tracks"][:2]] == ["../a.wav", None]
    assert data["exportName"] == "my_music-corrected.csv"


def test_names_that_are_no_text_are_shown_escaped() -> None:
    audit = make_audit(3, paths=["/m/caf\udce9.wav", "/m/b.wav", "/m/c.wav"])
    data = audit_data(audit, {})
    assert data["tracks"][0]["name"] == "caf\\udce9.wav"


def test_identity_is_of_tracks_and_labels_alone() -> None:
    audit = make_audit()
    scored = replace(audit.tracks[0], suspicion=0.5, position=(0.0, 0.0))
    relabelled = replace(audit.tracks[0], label="rock")
    same = replace(audit, tracks=(scored, *audit.tracks[1:]), warnings=())
    other = replace(audit, tracks=(relabelled, *audit.tracks[1:]))
    assert audit_identity(same) == audit_identity(audit)
    assert len({audit_identity(audit), audit_identity(other), audit_identity(make_audit(9))}) == 3
