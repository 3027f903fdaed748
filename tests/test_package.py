import subprocess
import sys

import pytest

import essentia_ldl


def test_import_loads_neither_tensorflow_nor_essentia() -> None:
    code = (
        "import sys, essentia_ldl, essentia_ldl.commands.app; "
        "from essentia_ldl import Classifier, Collection, KNNSmoothing, LMNN, train_classifier; "
        "print([m for m in ('tensorflow', 'keras', 'essentia') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", essentia_ldl.__all__)
def test_public_names_resolve(name: str) -> None:
    assert getattr(essentia_ldl, name).__name__ == name


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Clasifier'"):
        _ = essentia_ldl.Clasifier
