"""docs/deploy.md: its Python runs as it stands there, and what it links to exists."""

import re
import shutil
from pathlib import Path

import numpy as np

from essentia_ldl.export.deployment import DeployedModel
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.zoo import find_backbone
from tests.clean_process import python
from tests.docs.examples import EXAMPLES

PAGE = EXAMPLES.parent / "deploy.md"


def test_the_python_on_the_page_runs(
    deployed: DeployedModel,
    head_json: Path,
    built_models: Path,
    probe_wav: Path,
    essentia_says: Answers,
    tmp_path: Path,
) -> None:
    graph = find_backbone("msd-musicnn", built_models).graph
    pairs = [path.with_suffix(end) for path in (head_json, graph) for end in (".pb", ".json")]
    for path in (*pairs, deployed.pb, deployed.converted["onnx"], probe_wav):
        shutil.copy(path, tmp_path / path.name.replace("genre_demo", "moods"))
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert len(blocks) == 4
    collect = "\nrows = [*globals().get('rows', []), *predictions]\n"
    rows = python("".join(block + collect for block in blocks), tmp_path)
    expected = essentia_says.outputs["model/Softmax"]
    # The block that writes patches leaves the predictions of the one before it.
    assert len(rows) == 4 * len(expected)
    for answer in rows.reshape(4, *expected.shape):
        assert np.abs(answer - expected).max() <= 1e-5


def test_what_it_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)h][^)]*)\)", PAGE.read_text())
    assert len(links) >= 6
    for link in links:
        assert (PAGE.parent / link).exists(), link
