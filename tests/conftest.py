"""A model exported for everywhere, which several test modules run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from essentia_ldl.export.deployment import DeployedModel
    from essentia_ldl.export.essentia_answers import Answers
    from essentia_ldl.export.frozen_model import FrozenModel

CLASSES = ("jazz", "pop", "rock")


@pytest.fixture(scope="session")
def head_json(built_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """JSON of a head with random weights on msd-musicnn, exported as training does."""
    from essentia_ldl.export.classifier import export_classifier, head_metadata, model_name
    from essentia_ldl.networks.heads import initial_head
    from essentia_ldl.zoo import find_backbone

    backbone = find_backbone("msd-musicnn", built_models)
    head = initial_head((0,), 200, 100, len(CLASSES))
    metadata = head_metadata(
        head, "genre_demo", CLASSES, backbone,
        dataset={"name": "demo", "size": "3", "metrics": {}}, label_enhancement={}, training={},
    )  # fmt: skip
    embeddings = np.random.default_rng(0).normal(size=(3, 200)).astype(np.float32)
    stem = tmp_path_factory.mktemp("head") / model_name("genre_demo", backbone)
    return export_classifier(head, metadata, stem, embeddings=embeddings).json


@pytest.fixture(scope="session")
def head_model(head_json: Path) -> FrozenModel:
    """The head of `head_json`."""
    from essentia_ldl.export.frozen_model import FrozenModel

    return FrozenModel.read(head_json)


@pytest.fixture(scope="session")
def joined_model(head_model: FrozenModel, built_models: Path) -> FrozenModel:
    """The head joined with its backbone."""
    from essentia_ldl.export.full_model import full_model
    from essentia_ldl.zoo import find_backbone

    return full_model(head_model, find_backbone("msd-musicnn", built_models))


@pytest.fixture(scope="session")
def deployed(joined_model: FrozenModel, tmp_path_factory: pytest.TempPathFactory) -> DeployedModel:
    """The joined model in a folder, in every format."""
    for package in ("onnx", "tf2onnx", "onnxruntime"):
        pytest.importorskip(package, reason="converts models to ONNX, and runs them")
    from essentia_ldl.export.deployment import deploy_model

    folder = tmp_path_factory.mktemp("deployed")
    return deploy_model(joined_model, folder, formats=("onnx", "tfjs"))


@pytest.fixture(scope="session")
def essentia_says(joined_model: FrozenModel) -> Answers:
    """Patches of the probe signal, and what Essentia answers with the joined model."""
    from essentia_ldl.export.essentia_answers import essentia_answers

    return essentia_answers(joined_model, None)


@pytest.fixture(scope="session")
def head_says(head_model: FrozenModel, built_models: Path) -> Answers:
    """Embeddings of the probe signal, and what Essentia answers with the head."""
    from essentia_ldl.export.essentia_answers import essentia_answers
    from essentia_ldl.zoo import find_backbone

    return essentia_answers(head_model, find_backbone("msd-musicnn", built_models))


@pytest.fixture(scope="session")
def probe_wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probe signal as an audio file."""
    soundfile = pytest.importorskip("soundfile", reason="writes the tests' audio")
    from essentia_ldl.export.parity import probe_signal

    path = tmp_path_factory.mktemp("audio") / "audio.wav"
    soundfile.write(path, probe_signal(), 16000, subtype="FLOAT")
    return path
