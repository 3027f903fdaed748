from typing import Any

import pytest

from tools.benchmarks.machine import describe_machine, remarks

IDLE = {"cores": 2, "load": 0.1, "versions": {"onnxruntime": "1"}}


def test_a_description_says_what_figures_depend_on() -> None:
    machine = describe_machine()
    assert machine["cpu"]
    assert machine["memory_bytes"] > 2**28
    assert {"python", "numpy", "essentia-tensorflow", "numba"} <= machine["versions"].keys()


def test_an_idle_machine_with_everything_needs_no_remark() -> None:
    assert list(remarks(IDLE)) == []


@pytest.mark.parametrize(
    ("lack", "remark"),
    [
        ({"cores": 1}, "one core"),
        ({"load": 2.0}, "busy"),
        ({"versions": {}}, "onnxruntime is not installed"),
    ],
)
def test_what_a_machine_lacks_is_said(lack: dict[str, Any], remark: str) -> None:
    (found,) = remarks(IDLE | lack)
    assert remark in found
