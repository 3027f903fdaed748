"""Whole networks on mel patches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.approaches.base import Export, Making
from essentia_ldl.collection import Collection
from essentia_ldl.features import (
    EmbeddingExtractor,
    Features,
    MelBandExtractor,
    MFCCExtractor,
    extract_mel_bands,
)
from essentia_ldl.features.engines import engine_record
from essentia_ldl.networks.architectures import Architecture, find_architecture
from essentia_ldl.networks.modes import find_mode
from essentia_ldl.networks.network_learner import NetworkLearner
from essentia_ldl.networks.training_store import TrainingStore
from essentia_ldl.networks.weights import TrainedNetwork
from essentia_ldl.progress import Progress
from essentia_ldl.zoo import cache_folder, find_backbone
from essentia_ldl.zoo.registry import require_registration


@dataclass(frozen=True)
class NetworkApproach:
    """Trains networks from mel patches on.

    Parameters
    ----------
    learner : NetworkLearner
    mel_bands : MelBandExtractor
    cache_dir : Path or None
        Folder of extracted features.
    backbone : str
        What gives the embeddings that labels may be compared by: a name, or the path of a zoo
        JSON. It is looked for where a variant asks for that space.
    models_dir : Path or None
        Folder of backbones.
    """

    learner: NetworkLearner
    mel_bands: MelBandExtractor
    cache_dir: Path | None
    backbone: str
    models_dir: Path | None

    @classmethod
    def of(
        cls,
        network: str,
        mode: str,
        *,
        backbone: str,
        cache_dir: Path | None,
        models_dir: Path | None,
        progress: Progress,
    ) -> NetworkApproach:
        """Find the network and the mode, and the published weights where the mode needs them.

        Raises
        ------
        OptionError
            If there is no such network or mode.
        DownloadError, OutputError
            If the weights cannot be had.
        """
        architecture, way = find_architecture(network), find_mode(mode)
        inference = require_registration(architecture.backbone).metadata.inference
        return cls(
            NetworkLearner(
                architecture,
                way,
                _published(architecture, progress) if way.pretrained else {},
                TrainingStore((cache_dir or cache_folder()) / "networks"),
            ),
            MelBandExtractor(inference.sample_rate, inference.resample_quality),
            cache_dir,
            backbone,
            models_dir,
        )

    @property
    def default_epochs(self) -> int:
        """The paper's, by mode."""
        return self.learner.mode.epochs

    def extract(
        self,
        collection: Collection,
        mfcc: MFCCExtractor | None,
        *,
        embedding: bool = False,
        jobs: int | None,
        progress: Progress,
    ) -> tuple[Collection, Features]:
        """Extract mel bands, and embeddings beside them; see `extract_mel_bands`."""
        self.learner.store.remove_stale()
        return extract_mel_bands(
            collection,
            mel_bands=self.mel_bands,
            mfcc=mfcc,
            embedding=self._embedding if embedding else None,
            cache_dir=self.cache_dir,
            jobs=jobs,
            progress=progress,
        )

    @property
    def _embedding(self) -> EmbeddingExtractor:
        return EmbeddingExtractor.of(find_backbone(self.backbone, self.models_dir))

    def for_space(self) -> dict[str, Any]:
        """Backbone and engine, which the network itself has nothing to do with."""
        extractor = self._embedding
        backbone = extractor.backbone
        return {
            "backbone": {"name": backbone.name, "sha256": backbone.sha256},
            "engine": engine_record(extractor.engine),
        }

    def for_report(self) -> dict[str, Any]:
        """Network, mode and settings."""
        architecture, mode = self.learner.architecture, self.learner.mode
        return {
            "trained": f"{architecture.title}, {mode.description}",
            **self.for_metadata(),
        }

    def for_metadata(self) -> dict[str, Any]:
        """Network, mode and settings."""
        architecture, mode = self.learner.architecture, self.learner.mode
        return {
            "network": architecture.name,
            "mode": mode.name,
            "weights": f"as published with {architecture.backbone}" if mode.pretrained else "fresh",
            **self.learner.record(),
        }

    def export(
        self, model: TrainedNetwork, features: Features, making: Making, out: Path
    ) -> Export:
        """Write a network and its example script; see `export_network` for its checks."""
        from essentia_ldl.export.example_script import write_example_script
        from essentia_ldl.export.frozen_model import FrozenModel
        from essentia_ldl.export.network import (
            export_network,
            network_metadata,
            network_name,
            network_snippet,
        )

        metadata = network_metadata(
            model,
            making.task,
            making.classes,
            sample_rate=self.mel_bands.sample_rate,
            resample_quality=self.mel_bands.resample_quality,
            dataset=making.dataset,
            label_enhancement=making.label_enhancement,
            training=making.training,
        )
        name = network_name(making.task, model, self.learner.mode)
        folder = out / "classifiers" / making.task
        exported = export_network(model, metadata, name, folder)
        write_example_script(FrozenModel.read(exported.json), None, folder)
        return Export(exported, network_snippet(exported.pb, metadata))


def _published(architecture: Architecture, progress: Progress) -> Any:
    from essentia_ldl.export.published import published_weights

    return published_weights(architecture, progress)
