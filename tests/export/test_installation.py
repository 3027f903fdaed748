import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from essentia_ldl.errors import BackboneError, EssentiaLDLError, ModelError, OutputError
from essentia_ldl.export.installation import download_backbone, install_backbone
from essentia_ldl.files import sha256_of
from essentia_ldl.progress import Silent
from essentia_ldl.zoo import find_backbone

MUSICNN = "feature-extractors/musicnn/msd-musicnn-1.pb"


def test_tensorflow_is_not_loaded() -> None:
    loads = "import sys, essentia_ldl.export.installation; print('tensorflow' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "False"


def test_an_unknown_backbone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="msd-musicnn"):
        install_backbone("msd-mus", tmp_path / "a.pb", tmp_path)
    with pytest.raises(BackboneError, match="msd-musicnn"):
        download_backbone("msd-mus", "http://127.0.0.1:9", "0" * 64, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(built_models: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(OutputError) as caught:
        install_backbone("msd-musicnn", built_models / MUSICNN, tmp_path / "models")
    assert caught.value.subject == str(tmp_path / "models" / MUSICNN)


@pytest.mark.shared
def test_a_zoo_file_is_installed(shared: Path, tmp_path: Path) -> None:
    progress = Silent()
    source = shared / "zoo" / "msd-musicnn-1.pb"
    backbone = install_backbone("msd-musicnn", source, tmp_path, progress)
    assert backbone == find_backbone("msd-musicnn", tmp_path)
    assert backbone.graph == tmp_path / MUSICNN
    assert backbone.metadata.sha256 == sha256_of(source)
    assert backbone.metadata.provenance == {"source": "file msd-musicnn-1.pb"}
    assert not progress.warnings


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda content: content[: len(content) // 2], "no frozen TensorFlow graph"),
        (lambda content: b"", "is empty"),
        (lambda content: b"<html>404</html>", "no frozen TensorFlow graph"),
    ],
)
def test_a_file_that_is_no_graph_is_refused(
    built_models: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], reason: str
) -> None:
    source = tmp_path / "source.pb"
    source.write_bytes(spoil((built_models / MUSICNN).read_bytes()))
    with pytest.raises(ModelError, match=reason) as caught:
        install_backbone("msd-musicnn", source, tmp_path / "models")
    assert caught.value.subject == str(source)
    assert not (tmp_path / "models").exists()


def test_the_graph_of_another_backbone_is_refused(built_vgg: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="model/flatten/Reshape"):
        install_backbone("msd-vgg", built_vgg / MUSICNN, tmp_path)
    with pytest.raises(ModelError, match="no such file"):
        install_backbone("msd-vgg", tmp_path / "absent.pb", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_backbone_is_downloaded(
    built_models: Path,
    tmp_path: Path,
    serve: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "cache"))
    content = (built_models / MUSICNN).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    url = f"{serve({'/a.pb': content})}/a.pb"
    cut = f"{serve({'/a.pb': content}, frozenset({'/a.pb'}))}/a.pb"
    for bad_url, bad_digest in ((cut, digest), (url, "0" * 64)):
        with pytest.raises(EssentiaLDLError, match="download failed"):
            download_backbone("msd-musicnn", bad_url, bad_digest, tmp_path / "models")
    assert not (tmp_path / "models").exists()
    backbone = download_backbone("msd-musicnn", url, digest, tmp_path / "models")
    assert backbone.sha256 == digest
    assert find_backbone("msd-musicnn", tmp_path / "models") == backbone
