"""The programs for Node, with TensorFlow.js, give Essentia's numbers."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.export.deployment import deploy_model
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.parity import probe_signal
from essentia_ldl.export.tfjs import OPERATIONS
from essentia_ldl.zoo import find_backbone
from tests.clean_process import run
from tests.docs.examples import EXAMPLES, require

JAVASCRIPT = EXAMPLES / "javascript"


@pytest.fixture(scope="module")
def node() -> str:
    found = require("node")
    if not (JAVASCRIPT / "node_modules").is_dir():
        pytest.skip("needs TensorFlow.js: run `make javascript`")
    return found


@pytest.fixture(scope="module")
def joined_tfjs(joined_model: FrozenModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tfjs")
    return deploy_model(joined_model, folder, formats=["tfjs"]).converted["tfjs"].parent


def _answer(node: str, program: str, *arguments: object) -> NDArray[np.float64]:
    return np.array(json.loads(run([node, JAVASCRIPT / program, *arguments], JAVASCRIPT)))


def test_every_output_of_a_full_model(
    node: str, joined_tfjs: Path, essentia_says: Answers, tmp_path: Path
) -> None:
    patches = tmp_path / "patches.f32"
    essentia_says.inputs[:4].astype("<f4").tofile(patches)
    for name, expected in essentia_says.outputs.items():
        answer = _answer(node, "classify_patches.mjs", joined_tfjs, patches, name)
        scale = max(1.0, float(np.abs(expected).max()))
        assert np.abs(answer - expected[:4]).max() / scale <= 1e-5, name


def test_a_head(
    node: str, head_model: FrozenModel, built_models: Path, head_says: Answers, tmp_path: Path
) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    folder = deploy_model(head_model, tmp_path, backbone=backbone, formats=["tfjs"])
    head_says.inputs.astype("<f4").tofile(tmp_path / "embeddings.f32")
    answer = _answer(
        node, "classify_patches.mjs", folder.converted["tfjs"].parent, tmp_path / "embeddings.f32"
    )
    assert np.abs(answer - head_says.outputs["model/Softmax"]).max() <= 1e-5


def test_from_sound_on_with_essentia_js(
    node: str, joined_tfjs: Path, essentia_says: Answers, tmp_path: Path
) -> None:
    probe_signal().astype("<f4").tofile(tmp_path / "signal.f32")
    answer = _answer(node, "classify_signal.mjs", joined_tfjs, tmp_path / "signal.f32")
    assert np.abs(answer - essentia_says.outputs["model/Softmax"]).max() <= 1e-5


def test_essentia_js_runs_it_with_its_own_class(
    node: str, joined_tfjs: Path, essentia_says: Answers, tmp_path: Path
) -> None:
    essentia_says.inputs[:1].astype("<f4").tofile(tmp_path / "patch.f32")
    # Of TensorFlow.js's core alone, tensors lack as3D, which essentia.js calls.
    code = """
    import * as core from '@tensorflow/tfjs-core';
    import essentia from 'essentia.js';
    import { answer, loadModel, readFloats } from './graph_model.mjs';

    const [folder, file] = process.argv.slice(1);
    await answer(async () => {
      await core.setBackend('wasm');
      core.Tensor.prototype.as3D = function (...shape) { return core.reshape(this, shape); };
      const tf = { ...core, loadGraphModel: loadModel };
      const network = new essentia.EssentiaModel.TensorflowMusiCNN(tf, folder);
      await network.initialize();
      const melSpectrum = await readFloats(file);
      const patch = { melSpectrum, frameSize: 187, melBandsSize: 96, patchSize: 187 };
      return network.predict(patch, true);
    });
    """
    command = [node, "--input-type=module", "-e", code, joined_tfjs, tmp_path / "patch.f32"]
    answer = np.array(json.loads(run(command, JAVASCRIPT)))
    assert np.abs(answer - essentia_says.outputs["model/Softmax"][:1]).max() <= 1e-5


def test_mistakes_end_in_one_line(node: str, joined_tfjs: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.f32").write_bytes(b"\0" * 100)
    for program, arguments, message in (
        ("classify_patches.mjs", [], "needs NAME-tfjs"),
        ("classify_patches.mjs", [tmp_path / "none", "a.f32"], "no such file"),
        ("classify_patches.mjs", [joined_tfjs, tmp_path / "cut.f32"], "25 values are no whole"),
        ("classify_signal.mjs", [joined_tfjs, tmp_path / "cut.f32"], "shorter than one patch"),
    ):
        ended = subprocess.run(
            [node, JAVASCRIPT / program, *arguments], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 1
        assert message in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_tensorflow_js_knows_the_operations(node: str) -> None:
    code = """
    const fs = require('fs');
    const folder = 'node_modules/@tensorflow/tfjs-converter/dist/operations/op_list/';
    const names = fs.readdirSync(folder).filter((name) => /^[a-z_]+\\.js$/.test(name)).flatMap(
      (name) => [...fs.readFileSync(folder + name, 'utf8').matchAll(/tfOpName['"]?: ['"](\\w+)/g)]);
    console.log(names.map((match) => match[1]).join(' '));
    """
    assert set(run([node, "-e", code], JAVASCRIPT).split()) >= OPERATIONS


def test_no_address_is_pinned() -> None:
    lock = json.loads((JAVASCRIPT / "package-lock.json").read_text())
    assert lock["packages"]
    assert not any("resolved" in package for package in lock["packages"].values())
