import subprocess
import sys

import pytest

from essentia_ldl import labels


def test_metric_learn_is_imported_with_lmnn_alone() -> None:
    code = (
        "import sys; import essentia_ldl.labels; before = 'metric_learn' in sys.modules; "
        "essentia_ldl.labels.LMNN; print(before, 'metric_learn' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("name", labels.__all__)
def test_public_names_of_labels_resolve(name: str) -> None:
    assert getattr(labels, name) is not None


def test_unknown_name_in_labels_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'LMNM'"):
        _ = labels.LMNM
