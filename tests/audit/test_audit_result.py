import json
from dataclasses import replace

import pytest

from essentia_ldl.audit import Audit, AuditedTrack
from essentia_ldl.collection import Skipped


@pytest.fixture
def audit() -> Audit:
    track = AuditedTrack("a.wav", "jazz", "pop", 0.6, 0.97, (0.4, 0.6, 0.0), (1,), 1.0)
    return Audit(
        "demo",
        ("jazz", "pop", "rock"),
        (
            track,
            replace(track, path="b.wav", suspicion=0.9, ambiguity=0.1, neighbors=(0,)),
            replace(track, path="c.wav", label="pop", suspicion=0.6, ambiguity=0.5),
        ),
        skipped=(Skipped("d.wav", "is silent (remove it)"),),
    )


def test_the_worst_come_first_and_equals_in_their_order(audit: Audit) -> None:
    assert audit.most_suspicious(3) == [1, 0, 2]
    assert audit.most_suspicious(1) == [1]
    assert audit.most_ambiguous(9) == [0, 2, 1]


def test_every_class_is_in_the_balance(audit: Audit) -> None:
    assert audit.balance == {"jazz": 2, "pop": 1, "rock": 0}


def test_it_is_plain_json(audit: Audit) -> None:
    content = json.loads(json.dumps(audit.to_dict()))
    assert content["tracks"][1]["suspicion"] == 0.9
    assert content["skipped"] == [{"path": "d.wav", "reason": "is silent (remove it)"}]
    assert content["balance"]["rock"] == 0
