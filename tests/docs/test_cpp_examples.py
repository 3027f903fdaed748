"""The C++ programs against Essentia's own headers and the Essentia that is installed.

Essentia's wheels have no headers. Those of its last source package on PyPI are taken, which is
older than the wheel's library, but declares what the programs use in the same way. The library is
the wheel's Python module, which exports Essentia's C++ symbols and needs Python's own library.
"""

import sys
import sysconfig
import tarfile
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import DownloadError
from essentia_ldl.export.download import fetch
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.zoo import find_backbone
from tests.clean_process import run
from tests.docs.examples import EXAMPLES, packaged, require, rows

VERSION = "2.1b6.dev234"
SOURCES = (
    "https://files.pythonhosted.org/packages/bd/10/"
    f"57da0f50d2a5e1635a463cc6495089f17ee59508e56d8f7ab4e198f7c08c/essentia-{VERSION}.tar.gz"
)
SHA256 = "3c18d91e21d7bf29aece4f79a4fa25490fd155ce6a8e184c08c50183c6f25a29"


@pytest.fixture(scope="module")
def includes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Compiler options for Essentia's headers, and for the Eigen in TensorFlow's wheel."""
    try:
        archive = fetch(SOURCES, SHA256, f"essentia-{VERSION}.tar.gz")
    except DownloadError as error:
        pytest.skip(f"needs Essentia's headers, which cannot be had: {error}")
    folder = tmp_path_factory.mktemp("essentia")
    with tarfile.open(archive) as sources:
        headers = [member for member in sources if member.name.endswith(".h")]
        sources.extractall(folder, headers, filter="data")
    # Essentia's build writes this one.
    (folder / "version.h").write_text(
        f'#define ESSENTIA_VERSION "{VERSION}"\n#define ESSENTIA_GIT_SHA ""\n'
    )
    source = folder / f"essentia-{VERSION}" / "src"
    eigen = packaged("tensorflow", "__init__.py").parent / "include"
    places = (source, source / "essentia", folder, eigen)
    return [option for place in places for option in ("-isystem", str(place))]


def _build(name: str, includes: list[str], folder: Path) -> Path:
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        pytest.skip("needs a Python that has its library apart, as Essentia's module refers to it")
    library = packaged("essentia-tensorflow", "_essentia")
    python = sysconfig.get_config_var("LIBDIR")
    links = [
        str(library), f"-Wl,-rpath,{library.parent}", "-Wl,--allow-shlib-undefined",
        f"-L{python}", f"-Wl,-rpath,{python}", "-Wl,--no-as-needed",
        f"-lpython{sys.version_info.major}.{sys.version_info.minor}",
    ]  # fmt: skip
    # The wheel was built with the C++ library's old strings, and keeps its variables to itself:
    # without -fPIC the program would have its own copy of Essentia's list of algorithms.
    abi = ["-D_GLIBCXX_USE_CXX11_ABI=0", "-fPIC"]
    built = folder / name
    source = EXAMPLES / "cpp" / f"{name}.cpp"
    run([require("g++"), "-std=c++17", *abi, *includes, source, "-o", built, *links], folder)
    return built


@pytest.mark.parametrize("name", ["full_graph", "two_step"])
def test_they_compile_without_a_warning(name: str, includes: list[str], tmp_path: Path) -> None:
    warnings = ["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    source = EXAMPLES / "cpp" / f"{name}.cpp"
    run([require("g++"), "-std=c++17", *warnings, *includes, source], tmp_path)


def test_the_full_graph_answers_as_in_python(
    includes: list[str],
    joined_model: FrozenModel,
    probe_wav: Path,
    essentia_says: Answers,
    tmp_path: Path,
) -> None:
    program = _build("full_graph", includes, tmp_path)
    pb, _ = joined_model.write(tmp_path)
    printed = run([program, pb, probe_wav], tmp_path)
    assert np.abs(rows(printed) - essentia_says.outputs["model/Softmax"]).max() <= 1e-6


def test_the_two_steps_answer_as_in_python(
    includes: list[str],
    head_json: Path,
    built_models: Path,
    probe_wav: Path,
    essentia_says: Answers,
    tmp_path: Path,
) -> None:
    program = _build("two_step", includes, tmp_path)
    backbone = find_backbone("msd-musicnn", built_models)
    graphs = [backbone.graph, backbone.embedding_output, head_json.with_suffix(".pb")]
    printed = run([program, *graphs, probe_wav], tmp_path)
    assert np.abs(rows(printed) - essentia_says.outputs["model/Softmax"]).max() <= 1e-6
