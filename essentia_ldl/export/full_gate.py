"""Whether a joined model answers in Essentia as its two parts do, one after the other."""

from __future__ import annotations

from essentia_ldl.errors import ParityError
from essentia_ldl.export.essentia_answers import essentia_answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.parity import HEAD_TOLERANCE, max_abs_diff
from essentia_ldl.zoo import Backbone


def check_full_model(full: FrozenModel, head: FrozenModel, backbone: Backbone) -> float:
    """Run both in Essentia, from audio on, and compare the classes' probabilities.

    Parameters
    ----------
    full : FrozenModel
        The joined model, for audio.
    head : FrozenModel
    backbone : Backbone

    Returns
    -------
    float
        The largest absolute difference, over the patches of `probe_signal`.

    Raises
    ------
    ParityError
        If it is above 1e-6.
    ModelError
        If Essentia cannot run one of the graphs.
    """
    one_step = essentia_answers(full, None).outputs[full.predictions.name]
    two_steps = essentia_answers(head, backbone).outputs[head.predictions.name]
    difference = max_abs_diff(one_step, two_steps)
    if difference > HEAD_TOLERANCE:
        raise ParityError(
            f"joined with its backbone, it answers otherwise by {difference:.2g}; at most "
            f"{HEAD_TOLERANCE:.0e} is allowed",
            subject=head.name,
            remedy="use the head and its backbone one after the other",
        )
    return difference
