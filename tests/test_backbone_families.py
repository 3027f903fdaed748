"""Each family of backbones from sound to an exported head's answers, on small graphs of its form.

The zoo's own files of three families are not at hand here; these graphs have their nodes, shapes
and batches. Of the VGGish family there is a real one too.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.collection import Collection
from essentia_ldl.errors import BackboneError, ModelError
from essentia_ldl.export.snippet import essentia_snippet
from essentia_ldl.features.algorithms import essentia_standard, run_backbone
from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.engines import choose_engine
from essentia_ldl.files import write_json
from essentia_ldl.runtime import Classifier, Prediction
from essentia_ldl.training import train_classifier
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import Backbone, find_backbone
from essentia_ldl.zoo.frontends import EFFNET_DISCOGS, MAEST
from essentia_ldl.zoo.registry import require_registration
from tests.small_graphs import N_VALUES, small_metadata, write_effnet, write_maest, write_vggish
from tests.small_vggish import SMALL_VGGISH

Values = NDArray[np.float32]
WRITE: dict[str, Callable[[Path], Path]] = {
    "audioset-vggish": write_vggish,
    "discogs-effnet-bs64": write_effnet,
    "discogs-maest-30s-pw": write_maest,
}
VALUES = {
    "audioset-vggish": 128,
    "discogs-effnet-bs64": N_VALUES,
    "discogs-maest-30s-pw": 3 * N_VALUES,
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder in the zoo's layout with a small graph of every family."""
    folder = tmp_path_factory.mktemp("families")
    for name, write in WRITE.items():
        graph = require_registration(name).graph_in(folder)
        graph.parent.mkdir(parents=True)
        write(graph)
        write_json(graph.with_suffix(".json"), small_metadata(name).to_dict())
    return folder


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of two classes of noise, three clips each, 4 s long."""
    import soundfile

    folder = tmp_path_factory.mktemp("songs")
    rng = np.random.default_rng(5)
    for label, smooth in (("bright", 1), ("dark", 8)):
        (folder / label).mkdir()
        for number in range(3):
            noise = np.convolve(rng.standard_normal(64000), np.ones(smooth) / smooth, "same")
            soundfile.write(folder / label / f"{number}.wav", 0.1 * noise, 16000)
    return folder


def _noise(n_samples: int) -> Values:
    return np.asarray(0.1 * np.random.default_rng(1).standard_normal(n_samples), dtype=np.float32)


def _embed(extractor: EmbeddingExtractor, signal: Values) -> tuple[Values, bool]:
    return extractor.embed(signal)


def _as_users_write_it(backbone: Backbone, signal: Values) -> Values:
    inference = backbone.metadata.inference
    model = getattr(essentia_standard(), inference.algorithm)(
        graphFilename=str(backbone.graph),
        input=backbone.metadata.schema_.inputs[0].name,
        output=backbone.embedding_output,
    )
    return np.array(model(signal))


@pytest.mark.parametrize("name", WRITE)
def test_embeddings_are_those_of_plain_essentia(models: Path, name: str) -> None:
    backbone = find_backbone(name, models)
    extractor = EmbeddingExtractor.of(backbone)
    signal = _noise(2 * extractor.patch_samples)
    embeddings, repeated = run_in_worker(_embed, extractor, signal)
    assert not repeated
    assert embeddings.shape[1] == backbone.embedding_size == VALUES[name]
    theirs = run_in_worker(_as_users_write_it, backbone, signal)
    if theirs.ndim == 4:  # MAEST's tokens
        rows = [theirs[:, 0, 0], theirs[:, 0, 1], theirs[:, 0, 2:].mean(axis=1)]
        theirs = np.concatenate(rows, axis=1)
    np.testing.assert_allclose(embeddings, theirs, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", WRITE)
def test_the_shortest_signal_gives_a_patch_and_a_shorter_one_is_repeated(
    models: Path, name: str
) -> None:
    extractor = EmbeddingExtractor.of(find_backbone(name, models))
    for n_samples, expected in ((extractor.patch_samples, False), (12000, True)):
        embeddings, repeated = run_in_worker(_embed, extractor, _noise(n_samples))
        assert len(embeddings) == 1
        assert repeated == expected
    assert (
        extractor.patch_samples
        == {
            "audioset-vggish": (96 - 2) * 160 + 1,
            "discogs-effnet-bs64": (128 - 1) * 256 + 1,
            "discogs-maest-30s-pw": (1876 - 2) * 256 + 1,
        }[name]
    )


@pytest.mark.parametrize(
    ("n_patches", "more"), [(1, 0), (2, 0), (63, 100), (64, 0), (64, 256), (65, 0), (129, 0)]
)
def test_batches_of_exactly_64_are_filled(models: Path, n_patches: int, more: int) -> None:
    """Every patch has an answer, and what fills the last batch has none."""
    backbone = find_backbone("discogs-effnet-bs64", models)
    hop = EFFNET_DISCOGS.patch_hop_size * EFFNET_DISCOGS.hop_size
    signal = _noise(EFFNET_DISCOGS.patch_samples + (n_patches - 1) * hop + more)
    arguments = backbone.graph, backbone.metadata, backbone.embedding_output
    values = run_in_worker(run_backbone, signal, *arguments)
    assert values.shape == (n_patches, N_VALUES)
    if n_patches > 1:
        alone = run_in_worker(run_backbone, signal[hop:], *arguments)
        # But for the first frames, which the start of the signal cuts into.
        np.testing.assert_allclose(values[1:], alone, rtol=0, atol=0.2)
        np.testing.assert_array_equal(values[2:], alone[1:])


@pytest.mark.parametrize("n_frames", [626, 316])
def test_shorter_maests_get_their_own_patches(tmp_path: Path, n_frames: int) -> None:
    graph = write_maest(tmp_path / "my-maest-1.pb", n_frames)
    content = small_metadata("discogs-maest-30s-pw").to_dict()
    content["schema"]["inputs"][0]["shape"] = [1, n_frames, 96]
    write_json(graph.with_suffix(".json"), content)
    extractor = EmbeddingExtractor.of(find_backbone("my-maest-1", tmp_path))
    assert extractor.patch_samples == (n_frames - 2) * MAEST.hop_size + 1
    # Two hops on, there are three patches: networks of 10 and 5 s hop by as much.
    hop = {626: 625, 316: 313}[n_frames] * MAEST.hop_size
    signal = _noise(extractor.patch_samples + 2 * hop)
    embeddings, _ = run_in_worker(_embed, extractor, signal)
    assert embeddings.shape == (3, 3 * N_VALUES)


@pytest.mark.parametrize("name", WRITE)
def test_a_head_is_trained_exported_and_asked(
    models: Path, songs: Path, tmp_path: Path, name: str
) -> None:
    _train_and_ask(songs, tmp_path, name, models)


@pytest.mark.shared
def test_a_head_on_a_real_graph_of_the_vggish_family(
    shared: Path, songs: Path, tmp_path: Path
) -> None:
    graph = tmp_path / "small-vggish-1.pb"
    shutil.copy(shared / "zoo" / "small_vggish_init.pb", graph)
    write_json(graph.with_suffix(".json"), SMALL_VGGISH.to_dict())
    _train_and_ask(songs, tmp_path, "small-vggish-1", tmp_path)


def _train_and_ask(songs: Path, folder: Path, name: str, models: Path) -> None:
    """Train a head on a backbone, and compare its answers with those of the code that is shown."""
    import soundfile

    long = folder / "long.wav"
    soundfile.write(long, _noise(32 * 16000), 16000)
    result = train_classifier(
        Collection.from_folder(songs),
        folder / "out",
        labels=["none"],
        backbone=name,
        folds=2,
        epochs=3,
        jobs=1,
        models_dir=models,
        cache_dir=folder / "cache",
    )
    backbone = find_backbone(name, models)
    with Classifier(result.model, models_dir=models) as classifier:
        assert classifier.engine == "essentia"
        assert classifier.metadata.schema_.inputs[0].shape == [backbone.embedding_size]
        embedding_model = classifier.metadata.inference.embedding_model
        assert embedding_model is not None
        assert embedding_model.model_name == backbone.model_name
        (prediction,) = classifier.predict([long])
    assert isinstance(prediction, Prediction)
    assert prediction.label in {"bright", "dark"}
    code = essentia_snippet(result.model.with_suffix(".pb"), backbone, str(long))
    plain = run_in_worker(_predictions_of, code)
    np.testing.assert_allclose(prediction.patch_values, plain, rtol=0, atol=1e-6)


def _predictions_of(code: str) -> Values:
    names: dict[str, Any] = {}
    exec(code, names)
    return np.asarray(names["predictions"])


@pytest.mark.parametrize("name", ["discogs-effnet-bs64", "discogs-maest-30s-pw"])
def test_onnxruntime_is_refused_with_a_reason(models: Path, name: str) -> None:
    backbone = find_backbone(name, models)
    assert choose_engine(backbone) == "essentia"
    with pytest.raises(BackboneError, match="onnxruntime computes no patches of") as caught:
        choose_engine(backbone, "onnxruntime")
    assert "essentia" in caught.value.remedy


@pytest.mark.parametrize("name", WRITE)
def test_the_zoos_file_is_installed_with_its_metadata(
    models: Path, tmp_path: Path, name: str
) -> None:
    """As `backbones build NAME --from FILE` does; the small graphs lack the sizes of the zoo's."""
    from essentia_ldl.export.installation import install_backbone

    graph = find_backbone(name, models).graph
    if name == "audioset-vggish":
        installed = install_backbone(name, graph, tmp_path)
        assert installed.graph == require_registration(name).graph_in(tmp_path)
        assert installed.embedding_size == 128
        return
    with pytest.raises(ModelError, match="does not give") as caught:
        install_backbone(name, graph, tmp_path)
    assert caught.value.subject == str(graph)
    assert not list(tmp_path.rglob("*.pb"))


def test_an_embedding_of_another_size_is_refused(tmp_path: Path) -> None:
    content: dict[str, Any] = small_metadata("audioset-vggish").to_dict()
    content["schema"]["outputs"][0]["shape"] = [64]
    graph = write_vggish(tmp_path / "mine-1.pb")
    write_json(graph.with_suffix(".json"), content)
    extractor = EmbeddingExtractor.of(find_backbone("mine-1", tmp_path))
    with pytest.raises(ModelError, match="gives 128 values a patch, and its JSON says 64"):
        run_in_worker(_embed, extractor, _noise(32000))
