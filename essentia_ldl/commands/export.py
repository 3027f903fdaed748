"""`essentia-ldl export`: a model for wherever it is to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from essentia_ldl.commands.arguments import Backbones, path
from essentia_ldl.commands.console import console_progress, out
from essentia_ldl.files import check_writable
from essentia_ldl.networks.loading import load_tensorflow

if TYPE_CHECKING:
    from essentia_ldl.export.frozen_model import FrozenModel
    from essentia_ldl.zoo import Backbone

_Model = Annotated[
    Path,
    typer.Argument(
        parser=path, metavar="MODEL.json", help="The JSON metadata of an exported model."
    ),
]
_Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        parser=path,
        metavar="FOLDER",
        help="Folder for the files, by default the model's own.",
    ),
]
_Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Join a head and its backbone in one graph, from mel patches to probabilities.",
    ),
]
_ONNX = Annotated[bool, typer.Option("--onnx", help="Write NAME.onnx, checked with onnxruntime.")]
_TFJS = Annotated[
    bool, typer.Option("--tfjs", help="Write NAME-tfjs/, a graph model for TensorFlow.js.")
]


def export(
    model: _Model,
    *,
    output: _Output = None,
    full: _Full = False,
    onnx: _ONNX = False,
    tfjs: _TFJS = False,
    models: Backbones = None,
) -> None:
    """Write a model for other programs: one graph, ONNX, TensorFlow.js, and an example script.

    What is written was seen to give the numbers of Essentia's own path.

    Example: essentia-ldl export out/classification-heads/moods/moods-msd-musicnn-1.json --full
    """
    from essentia_ldl.export.frozen_model import FrozenModel
    from essentia_ldl.export.onnx_export import require_onnx

    if onnx:
        require_onnx()
    chosen = FrozenModel.read(model)
    backbone = _backbone_of(chosen, model, models)
    folder = output or model.parent
    check_writable(folder)
    load_tensorflow()
    from essentia_ldl.export.deployment import Format, deploy_model
    from essentia_ldl.export.full_model import full_model

    if full and backbone is not None:
        chosen, backbone = full_model(chosen, backbone), None
        difference = chosen.metadata.parity_max_abs_diff
        out.print(f"One graph: differs from the two-step path by {difference:.1e} at most")
    elif full:
        out.print(f"{model}: is one graph already", markup=False)
    wanted: dict[Format, bool] = {"onnx": onnx, "tfjs": tfjs}
    formats = [kind for kind, asked in wanted.items() if asked]
    written = deploy_model(chosen, folder, backbone=backbone, formats=formats)
    out.print(f"Model:          {written.pb}", markup=False)
    out.print(f"Its metadata:   {written.json}", markup=False)
    for kind, place in written.converted.items():
        out.print(f"{_HEADINGS[kind]:<15} {place}", markup=False)
    out.print(f"Example script: {written.script}", markup=False)


_HEADINGS = {"onnx": "ONNX:", "tfjs": "TensorFlow.js:"}


def _backbone_of(chosen: FrozenModel, model_json: Path, models: Path | None) -> Backbone | None:
    """Find a head's backbone, and warn where it has other bytes than in training."""
    from essentia_ldl.runtime.backbone import backbone_of_head, difference_from_training

    wanted = chosen.metadata.inference.embedding_model
    if wanted is None:
        return None
    backbone = backbone_of_head(wanted, model_json, models)
    doubt = difference_from_training(chosen.metadata, backbone)
    if doubt:
        console_progress().warn(f"{model_json}: {doubt}")
    return backbone
