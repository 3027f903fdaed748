"""Heads on a backbone's embeddings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from essentia_ldl.approaches.base import Export, Making
from essentia_ldl.collection import Collection
from essentia_ldl.features import Features, MFCCExtractor, extract_features
from essentia_ldl.features.engines import Engine, choose_engine, engine_record
from essentia_ldl.networks.heads import Head
from essentia_ldl.networks.learner import HeadLearner
from essentia_ldl.progress import Progress
from essentia_ldl.zoo import Backbone, find_backbone


@dataclass(frozen=True)
class HeadApproach:
    """Trains heads on the embeddings of a backbone.

    Parameters
    ----------
    backbone : Backbone
    engine : {"essentia", "onnxruntime"}
        What computes the embeddings.
    cache_dir : Path or None
        Folder of extracted features.
    learner : HeadLearner
    """

    backbone: Backbone
    engine: Engine
    cache_dir: Path | None
    learner: HeadLearner = field(default_factory=HeadLearner)

    @classmethod
    def of(
        cls, backbone: str, engine: str | None, *, cache_dir: Path | None, models_dir: Path | None
    ) -> HeadApproach:
        """Find the backbone, and the engine to run it with.

        Raises
        ------
        BackboneError, ModelError, OptionError
            If one of them cannot be had.
        """
        found = find_backbone(backbone, models_dir)
        return cls(found, choose_engine(found, engine), cache_dir)

    @property
    def default_epochs(self) -> int:
        """The paper's, for transfer learning."""
        return 150

    def extract(
        self,
        collection: Collection,
        mfcc: MFCCExtractor | None,
        *,
        embedding: bool = False,
        jobs: int | None,
        progress: Progress,
    ) -> tuple[Collection, Features]:
        """Extract embeddings, which are needed anyway; see `extract_features`."""
        return extract_features(
            collection,
            backbone=self.backbone,
            engine=self.engine,
            mfcc=mfcc,
            cache_dir=self.cache_dir,
            jobs=jobs,
            progress=progress,
        )

    def for_space(self) -> dict[str, Any]:
        """Backbone and engine that the heads learn from, too."""
        return {
            "backbone": {"name": self.backbone.name, "sha256": self.backbone.sha256},
            "engine": engine_record(self.engine),
        }

    def for_report(self) -> dict[str, Any]:
        """Backbone, engine and settings."""
        return {
            "trained": f"heads on {self.backbone.name} embeddings",
            "backbone": self.backbone.name,
            "engine": engine_record(self.engine),
            **self.learner.record(),
        }

    def for_metadata(self) -> dict[str, Any]:
        """Settings, backbone and engine."""
        return {
            **self.learner.record(),
            **self.for_space(),
        }

    def export(self, model: Head, features: Features, making: Making, out: Path) -> Export:
        """Write a head and its example script; see `export_classifier` for its checks."""
        from essentia_ldl.export.classifier import export_classifier, head_metadata, model_name
        from essentia_ldl.export.example_script import write_example_script
        from essentia_ldl.export.frozen_model import FrozenModel
        from essentia_ldl.export.snippet import essentia_snippet

        metadata = head_metadata(
            model,
            making.task,
            making.classes,
            self.backbone,
            dataset=making.dataset,
            label_enhancement=making.label_enhancement,
            training=making.training,
        )
        stem = out / "classification-heads" / making.task / model_name(making.task, self.backbone)
        embeddings = np.concatenate(features.embeddings)
        exported = export_classifier(model, metadata, stem, embeddings=embeddings)
        write_example_script(FrozenModel.read(exported.json), self.backbone, stem.parent)
        return Export(exported, essentia_snippet(exported.pb, self.backbone))
