import os
import subprocess
import sys

import pytest

from essentia_ldl.networks.loading import _held_back_stderr


def test_tensorflow_loads_without_a_word() -> None:
    code = (
        "from essentia_ldl.networks.loading import load_tensorflow; load_tensorflow(); "
        "import tensorflow as tf; print(float(tf.add(1.0, 1.0)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert (result.stdout, result.stderr) == ("2.0\n", "")


def _fail_with_a_message() -> None:
    with _held_back_stderr():
        os.write(2, b"the reason\n")
        raise ImportError("broken")


def test_what_was_held_back_is_shown_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError, match="broken"):
        _fail_with_a_message()
    assert capfd.readouterr().err == "the reason\n"
