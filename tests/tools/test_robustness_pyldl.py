"""PyLDL's enhancers, where there is no PyLDL, and the pipe that they answer through."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import OptionError
from tools.noisy_labels.methods import methods
from tools.noisy_labels.pyldl_peer import PeerError, PyLDLEnhancer, check_pyldl
from tools.noisy_labels.pyldl_serve import read_arrays, write_arrays


def test_messages_are_read_as_they_were_written() -> None:
    stream = io.BytesIO()
    write_arrays(stream, name="KM", X=np.eye(3))
    write_arrays(stream, error="no")
    stream.seek(0)
    first, second, end = (read_arrays(stream) for _ in range(3))
    assert first is not None
    assert str(first["name"]) == "KM"
    np.testing.assert_array_equal(first["X"], np.eye(3))
    assert second == {"error": "no"}
    assert end is None


def test_an_environment_without_pyldl_is_refused() -> None:
    with pytest.raises(OptionError, match="has no PyLDL"):
        check_pyldl(sys.executable)
    with pytest.raises(OptionError, match="has no PyLDL"):
        check_pyldl("/no/such/python")


def test_what_goes_wrong_in_the_other_process_is_said() -> None:
    enhancer = PyLDLEnhancer("KM", python=sys.executable, seconds=120)
    with pytest.raises(PeerError, match="No module named 'pyldl'"):
        enhancer.fit(np.eye(4), [0, 1, 0, 1])


def test_a_process_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    idle = tmp_path / "python"
    idle.write_text("#!/bin/sh\nexec sleep 600\n")
    idle.chmod(0o755)
    enhancer = PyLDLEnhancer("KM", python=str(idle), seconds=0.1)
    with pytest.raises(PeerError, match=r"takes more than 0\.1 s"):
        enhancer.fit(np.eye(4), [0, 1, 0, 1])


def test_peers_take_part_where_there_is_an_interpreter() -> None:
    without, with_peers = methods(), methods(sys.executable)
    assert list(without) == list(with_peers)[: len(without)]
    assert "pyldl-GLLE" in with_peers
    assert with_peers["pyldl-GLLE"].tasks == ("genre",)
    # Where PyLDL lies does not make kept results outdated.
    elsewhere = methods("/other/python")["pyldl-KM"]
    assert elsewhere.describe("genre") == with_peers["pyldl-KM"].describe("genre")
