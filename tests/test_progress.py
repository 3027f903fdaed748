from essentia_ldl.progress import Recorder, Renamed
from tests.recorder import Recorder as Watched


def test_what_is_recorded_is_passed_on() -> None:
    watched = Watched()
    recorder = Recorder(watched)
    with recorder.stage("Working", 3) as advance:
        assert not recorder.seconds, "it has not ended"
        advance(2)
    recorder.warn("careful")
    assert watched.stages == [("Working", 3, [2])]
    assert watched.warnings == recorder.warnings == ["careful"]
    assert recorder.seconds["Working"] >= 0


def test_some_of_many_are_told_and_none_is_recorded() -> None:
    watched = Watched()
    recorder = Recorder(watched)
    recorder.tell_some("missing:", ["a: is absent", "b: is absent"])
    assert watched.warnings == ["missing: a: is absent", "missing: b: is absent"]
    recorder.tell_some("skipped", [str(n) for n in range(21)])
    assert watched.warnings[-2:] == ["skipped 19", "skipped 1 more"]
    assert not recorder.warnings


def test_stages_are_renamed_and_warnings_are_not() -> None:
    watched = Watched()
    renamed = Renamed(watched, ": model-1")
    with renamed.stage("Classifying", 1) as advance:
        advance(1)
    renamed.warn("short")
    assert watched.stages == [("Classifying: model-1", 1, [1])]
    assert watched.warnings == ["short"]
