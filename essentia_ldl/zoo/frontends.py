"""How Essentia's TensorflowPredict algorithms cut audio into the patches that a network takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FrontEnd:
    """From audio at 16 kHz to patches of mel bands.

    Attributes
    ----------
    frame_size, hop_size : int
        Samples in a frame, and from one frame to the next.
    n_bands : int
        Mel bands of a frame.
    patch_size, patch_hop_size : int
        Frames in a patch, and from one patch to the next (patchSize, patchHopSize).

    Examples
    --------
    >>> MUSICNN.patch_shape
    (187, 96)
    >>> MUSICNN.patch_samples / 16000
    2.9600625
    """

    frame_size: int
    hop_size: int
    n_bands: int
    patch_size: int
    patch_hop_size: int

    @property
    def patch_shape(self) -> tuple[int, int]:
        """Frames and bands of a patch."""
        return self.patch_size, self.n_bands

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch.

        FrameCutter centres its first frame on the signal's first sample and stops at the first
        frame centred behind the last one, so N samples give ceil(N / hop_size) + 1 frames.
        """
        return (self.patch_size - 2) * self.hop_size + 1


# Frames and bands are fixed in the algorithms (tensorflowinputmusicnn.cpp and
# tensorflowinputvggish.cpp have frames and bands, tensorflowpredict*.cpp the hop); patches are
# their parameters' defaults, in Essentia's documentation of each.

#: TensorflowPredictMusiCNN, with the mel bands of TensorflowInputMusiCNN.
MUSICNN = FrontEnd(frame_size=512, hop_size=256, n_bands=96, patch_size=187, patch_hop_size=93)

#: TensorflowPredictVGGish, with the mel bands of TensorflowInputVGGish.
VGGISH = FrontEnd(frame_size=400, hop_size=160, n_bands=64, patch_size=96, patch_hop_size=93)

#: Front ends by the name of the algorithm, as metadata have it in ``inference.algorithm``.
FRONT_ENDS: Mapping[str, FrontEnd] = MappingProxyType(
    {"TensorflowPredictMusiCNN": MUSICNN, "TensorflowPredictVGGish": VGGISH}
)
