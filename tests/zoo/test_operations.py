"""The list of allowed operations, against TensorFlow's own descriptions of them."""

import pytest

from essentia_ldl.zoo.operations import ALLOWED_OPERATIONS

# Stateful in TensorFlow's sense, which is: not to be computed once and kept.
_KNOWN_STATEFUL = {"If", "RandomStandardNormal", "RandomUniform", "StatefulPartitionedCall"}


def test_every_operation_exists_and_keeps_no_state() -> None:
    from tensorflow.python.framework import op_def_registry

    for name in ALLOWED_OPERATIONS:
        definition = op_def_registry.get(name)
        assert definition is not None, name
        assert definition.is_stateful == (name in _KNOWN_STATEFUL), name


@pytest.mark.parametrize("part", ["File", "Save", "Restore", "Py", "Read", "Write", "Var", "Lib"])
def test_none_goes_by_a_name_of_those_that_reach_outside(part: str) -> None:
    assert not [name for name in ALLOWED_OPERATIONS if part in name]
