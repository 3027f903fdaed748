"""Uniform smoothing, blends and temperatures: arithmetic on distributions."""

import numpy as np
import pytest

from essentia_ldl.labels import Blend, KNNSmoothing, OneHot, Temperature, UniformSmoothing

X = np.arange(12.0)[:, None]
Y = np.repeat(["jazz", "rock"], 6)


def test_a_share_of_none_or_all_is_one_side_of_the_blend() -> None:
    smoothing = KNNSmoothing(3)
    labels, smoothed = OneHot().fit_transform(X, Y), smoothing.fit_transform(X, Y)
    np.testing.assert_array_equal(Blend(smoothing, share=1).fit_transform(X, Y), labels)
    np.testing.assert_array_equal(Blend(smoothing, share=0).fit_transform(X, Y), smoothed)
    np.testing.assert_allclose(
        Blend(smoothing, share=0.25).fit_transform(X, Y), 0.25 * labels + 0.75 * smoothed
    )


def test_what_is_blended_is_left_as_it_was() -> None:
    smoothing = KNNSmoothing(3)
    blend = Blend(smoothing).fit(X, Y)
    assert not hasattr(smoothing, "classes_")
    np.testing.assert_array_equal(blend.enhancer_.classes_, ["jazz", "rock"])


def test_temperature_flattens_and_sharpens() -> None:
    smoothing = UniformSmoothing(0.5)
    plain = smoothing.fit_transform(X, Y)
    np.testing.assert_allclose(Temperature(smoothing, temperature=1).fit_transform(X, Y), plain)
    flat = Temperature(smoothing, temperature=1000).fit_transform(X, Y)
    np.testing.assert_allclose(flat, 0.5, atol=1e-3)
    sharp = Temperature(smoothing, temperature=1e-3).fit_transform(X, Y)
    np.testing.assert_allclose(sharp, OneHot().fit_transform(X, Y), atol=1e-12)


@pytest.mark.parametrize(
    ("enhancer", "said"),
    [
        (UniformSmoothing(1.5), "share"),
        (Blend(OneHot(), share=-0.1), "share"),
        (Temperature(OneHot(), temperature=0), "temperature"),
        (Blend("robust"), "enhancer"),  # type: ignore[arg-type]
    ],
)
def test_parameters_out_of_range_are_refused(enhancer: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        enhancer.fit(X, Y)  # type: ignore[attr-defined]
