from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import ParityError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.full_gate import check_full_model
from essentia_ldl.export.head_graph import head_graph
from essentia_ldl.networks.heads import initial_head
from essentia_ldl.zoo import find_backbone


def test_another_head_than_the_joined_one_is_found_out(
    joined_model: FrozenModel, head_model: FrozenModel, built_models: Path
) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    head = initial_head((0,), 200, 100, 3)
    head.output_bias[0] += np.float32(1e-4)
    nearly = FrozenModel(head_model.name, head_model.metadata, head_graph(head))
    with pytest.raises(ParityError, match="at most 1e-06 is allowed") as caught:
        check_full_model(joined_model, nearly, backbone)
    assert caught.value.subject == head_model.name
