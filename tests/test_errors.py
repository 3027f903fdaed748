import pickle

from essentia_ldl.errors import AudioError, EssentiaLDLError


def test_message_names_subject_reason_and_remedy() -> None:
    error = AudioError("is silent", subject="a.wav", remedy="remove it")
    assert str(error) == "a.wav: is silent (remove it)"


def test_message_without_remedy_or_subject() -> None:
    assert str(EssentiaLDLError("went wrong")) == "went wrong"


def test_errors_survive_the_way_back_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(AudioError("is silent", subject="a.wav", remedy="remove it")))
    assert isinstance(error, AudioError)
    assert (error.reason, error.subject, error.remedy) == ("is silent", "a.wav", "remove it")
