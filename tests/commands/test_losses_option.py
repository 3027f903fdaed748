import pytest

from essentia_ldl.commands.losses import read_losses
from essentia_ldl.errors import OptionError

CE, MAE = "categorical_crossentropy", "mean_absolute_error"


@pytest.mark.parametrize(
    ("text", "losses"),
    [
        ("", {}),
        (MAE, {"": MAE}),
        (f"s_a={CE},{MAE}", {"s_a": CE, "": MAE}),
        (f"s_b:solver=lbfgs={CE}", {"s_b:solver=lbfgs": CE}),
        (f"knn:k=5, blend=0.5={CE}, none = {MAE}", {"knn:k=5,blend=0.5": CE, "none": MAE}),
        ("s_a=mse", {"s_a": "mse"}),  # whether there is such a loss is asked later
    ],
)
def test_losses_are_read_by_variant(text: str, losses: dict[str, str]) -> None:
    assert read_losses(text) == losses


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s_a=", "names no loss"),
        ("knn:k=5", "names no loss after knn:k=5"),
        (f"knn:k=5,none={CE}x", "end it with = and one of categorical_crossentropy"),
        (f"s_a={CE},s_a={MAE}", "names two losses for s_a"),
        (f"{CE},{MAE}", "names two losses for all variants"),
    ],
)
def test_a_variant_without_a_loss_is_refused(text: str, told: str) -> None:
    with pytest.raises(OptionError, match=told):
        read_losses(text)
