"""How Essentia's TensorflowPredict algorithms cut audio into the patches that a network takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo.metadata import ModelMetadata

#: Of the sound that all of these algorithms take, in Hz.
SAMPLE_RATE = 16000


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
    uncounted_frames : int
        Frames at a signal's end that the algorithm overlooks when it counts patches.

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
    uncounted_frames: int = 0

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
        return (self.patch_size - 2 + self.uncounted_frames) * self.hop_size + 1


# Frames and bands are fixed in the algorithms (tensorflowinputmusicnn.cpp and
# tensorflowinputvggish.cpp have frames and bands, tensorflowpredict*.cpp the hop); patches are
# their parameters' defaults, in Essentia's documentation of each.

#: TensorflowPredictMusiCNN, with the mel bands of TensorflowInputMusiCNN.
MUSICNN = FrontEnd(frame_size=512, hop_size=256, n_bands=96, patch_size=187, patch_hop_size=93)

#: TensorflowPredictVGGish, with the mel bands of TensorflowInputVGGish.
VGGISH = FrontEnd(frame_size=400, hop_size=160, n_bands=64, patch_size=96, patch_hop_size=93)

#: TensorflowPredictEffnetDiscogs. To fill batches of a fixed size it pads the signal by a count of
#: patches that is a frame short, and gives as many; lastBatchMode "same" is the default.
EFFNET_DISCOGS = FrontEnd(
    frame_size=512, hop_size=256, n_bands=96, patch_size=128, patch_hop_size=62, uncounted_frames=1
)

#: TensorflowPredictMAEST with a network of 30 s.
MAEST = FrontEnd(frame_size=512, hop_size=256, n_bands=96, patch_size=1876, patch_hop_size=1875)

#: Front ends by the name of the algorithm, as metadata have it in ``inference.algorithm``, with
#: the patches that it cuts by default.
FRONT_ENDS: Mapping[str, FrontEnd] = MappingProxyType(
    {
        "TensorflowPredictMusiCNN": MUSICNN,
        "TensorflowPredictVGGish": VGGISH,
        "TensorflowPredictEffnetDiscogs": EFFNET_DISCOGS,
        "TensorflowPredictMAEST": MAEST,
    }
)

#: Other patches that an algorithm is used with: MAEST has networks of 20, 10 and 5 s too.
_OTHER_PATCHES: Mapping[str, Sequence[FrontEnd]] = MappingProxyType(
    {
        "TensorflowPredictMAEST": (
            replace(MAEST, patch_size=1258, patch_hop_size=1250),
            replace(MAEST, patch_size=626, patch_hop_size=625),
            replace(MAEST, patch_size=316, patch_hop_size=313),
        )
    }
)


def front_end_of(metadata: ModelMetadata, subject: object) -> FrontEnd:
    """Return how a model's algorithm cuts the patches that its input takes.

    Parameters
    ----------
    metadata : ModelMetadata
    subject : object
        The model's file, which errors name.

    Raises
    ------
    ModelError
        If the algorithm is not known here, takes another sample rate, or cuts no patches of the
        input's shape.
    """
    algorithm, rate = metadata.inference.algorithm, metadata.inference.sample_rate
    if algorithm not in FRONT_ENDS:
        problem = f"is for {algorithm}, and sound is for {' or '.join(FRONT_ENDS)}"
    elif rate != SAMPLE_RATE:
        problem = f"takes sound at {rate} Hz, and {algorithm} at {SAMPLE_RATE} Hz"
    else:
        known = (FRONT_ENDS[algorithm], *_OTHER_PATCHES.get(algorithm, ()))
        shape = tuple(metadata.schema_.inputs[0].shape[-2:])
        for front_end in known:
            if front_end.patch_shape == shape:
                return front_end
        shapes = " or ".join(str(list(front_end.patch_shape)) for front_end in known)
        problem = f"takes patches of {list(shape)}, and {algorithm} gives {shapes}"
    raise ModelError(
        problem,
        subject=subject,
        remedy="correct the input's shape, or inference, in its JSON",
    )
