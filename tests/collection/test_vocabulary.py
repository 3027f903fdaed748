import pytest

from essentia_ldl.collection import load_task, task_names
from essentia_ldl.collection.vocabulary import Vocabulary
from essentia_ldl.errors import OptionError


@pytest.mark.parametrize("name", task_names())
def test_a_model_of_the_papers_is_known_by_its_name(name: str) -> None:
    classes = load_task(name).classes
    vocabulary = Vocabulary.of(name.replace("_", " ").upper(), classes)
    assert vocabulary.task.name == name
    assert [vocabulary.position(label) for label in classes] == list(range(len(classes)))


@pytest.mark.parametrize("name", task_names())
def test_a_model_of_another_name_is_known_by_its_classes(name: str) -> None:
    assert Vocabulary.of("mine", load_task(name).classes).task.name == name


def test_the_spelling_of_collections_annotations_and_zoo_is_one() -> None:
    genres = ["hiphop", "classical", "blues", "rock", "pop", "metal", "jazz", "disco", "country"]
    vocabulary = Vocabulary.of("gtzan", [*genres, "reggae"])
    assert vocabulary.task.name == "genre_tzanetakis"
    for vote, position in [("hip hop", 0), ("classic", 1), ("blu", 2), ("Rock", 3)]:
        assert vocabulary.position(vote) == position


def test_a_class_that_the_model_lacks_is_no_unknown_label() -> None:
    vocabulary = Vocabulary.of("genre_tzanetakis", ["blues", "jazz"])
    assert vocabulary.position("rock") is None
    with pytest.raises(KeyError):
        vocabulary.position("polka")


def test_classes_of_another_taxonomy_are_listed_with_the_nearest() -> None:
    with pytest.raises(OptionError, match=r"'raggae' \(nearest: reg, for reggae\)") as caught:
        Vocabulary.of("mine", ["blues", "raggae"], "genre_tzanetakis", subject="a.json")
    assert caught.value.subject == "a.json"
    assert "--taxonomy" in caught.value.remedy


def test_two_classes_of_the_model_cannot_be_one_of_the_task() -> None:
    with pytest.raises(OptionError, match="tells apart what is one class"):
        Vocabulary.of("genre_tzanetakis", ["hiphop", "hip-hop", "jazz"])


def test_a_taxonomy_that_the_paper_lacks_has_the_models_classes() -> None:
    vocabulary = Vocabulary.of("danceability", ["danceable", "not_danceable"])
    assert vocabulary.task.name == "danceability"
    assert vocabulary.position("non danceable") == 1


def test_ambiguous_classes_have_the_models_own_task() -> None:
    """Pop and rock are in every genre taxonomy of the paper."""
    assert Vocabulary.of("mine", ["pop", "rock"]).task.name == "mine"


def test_models_of_different_classes_are_not_compared() -> None:
    one = Vocabulary.of("genre_tzanetakis", ["blues", "jazz", "rock"])
    other = Vocabulary.of("genre_tzanetakis", ["rock", "jazz"])
    with pytest.raises(OptionError, match="blu"):
        one.order_of(other)
