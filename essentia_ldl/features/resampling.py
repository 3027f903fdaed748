"""Any stretch of what Essentia's Resample makes of a signal, without the rest of it.

Resample runs libsamplerate, whose sinc converters place output sample m at input position m / ratio
and weigh the input around it by a stored windowed sinc, interpolated linearly. Here the stored
values are read out of libsamplerate once, and the weights, which repeat, are multiplied with many
stretches of the signal at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal

QUALITY = 1
"""MonoLoader's resampleQuality, and libsamplerate's number, for sinc_medium."""

_STEPS = 491
"""Values that libsamplerate's table for sinc_medium holds per sample of the slower signal."""

_MAX_PERIOD = 640  # samples after which weights must repeat, in and out: as many as 192 kHz needs
_MIN_BLOCK = 16  # input samples advanced at a time: wide enough for a fast matrix product
_ROWS = 256  # stretches multiplied at a time: few enough to stay in the processor's cache
_EXACT_EVERY = 1 << 15  # output samples between two exact phases, about
_MAX_RATIO = 256  # libsamplerate's


@dataclass(frozen=True)
class SincResampler:
    """Resample with quality 1 (sinc_medium), MonoLoader's default.

    Parameters
    ----------
    input_rate, output_rate : int
        In Hz.

    Examples
    --------
    >>> resampler = SincResampler(22050, 44100)
    >>> resampler.supported, resampler.n_outputs(100)
    (True, 199)
    >>> first, last = resampler.inputs(80, 90)
    >>> resampler.outputs(np.ones(100, np.float32)[first:last], first, 80, 90).round(3)
    array([1., 1., 1., 1., 1., 1., 1., 1., 1., 1.], dtype=float32)
    """

    input_rate: int
    output_rate: int

    @property
    def supported(self) -> bool:
        """Whether the weights repeat soon enough to be worth storing, as for all usual rates."""
        in_bounds = 1 / _MAX_RATIO <= self.ratio <= _MAX_RATIO
        return in_bounds and max(self._period) <= _MAX_PERIOD

    @cached_property
    def ratio(self) -> float:
        """Output samples per input sample, which Essentia rounds to single precision."""
        return float(np.float32(self.output_rate) / np.float32(self.input_rate))

    def n_outputs(self, n_inputs: int) -> int:
        """Length of a whole resampled signal, of which every sample ends before the input does."""
        if self.ratio == 1:
            return n_inputs
        return max(0, math.ceil(n_inputs * self.ratio) - 1)

    def inputs(self, start: int, stop: int) -> tuple[int, int]:
        """Range of the input samples that outputs `start` to `stop` depend on."""
        if self.ratio == 1:
            return start, stop
        first, last = math.floor(start / self.ratio), math.ceil(stop / self.ratio)
        return max(0, first - self._reach), last + self._reach

    def outputs(self, signal: Signal, first: int, start: int, stop: int) -> Signal:
        """Resample a part of a signal.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            The part. What lies outside counts as zero, as it does in libsamplerate before a
            signal's start and behind its end.
        first : int
            Where in the whole signal the part starts.
        start, stop : int
            The outputs wanted, counted from the start of the whole resampled signal.

        Returns
        -------
        np.ndarray [shape=(stop - start,)], float32
        """
        if self.ratio == 1 or start == stop:
            return signal[start - first : stop - first]
        step_in, step_out = self._block
        n_taps = step_in + 2 * self._reach
        head, tail = start // step_out, math.ceil(stop / step_out)
        blocks = np.empty((tail - head, step_out), dtype=np.float32)
        begin = self._base(head) - self._reach - 1
        end = self._base(tail) + self._reach + 1
        stretches = np.lib.stride_tricks.sliding_window_view(
            _zero_extended(signal, begin - first, end - first), n_taps
        )
        n_rows = max(1, min(_ROWS, _EXACT_EVERY // step_out))
        for batch in range(head - head % n_rows, tail, n_rows):
            row, last = max(head, batch), min(tail, batch + n_rows)
            place = self._base(batch) + (row - batch) * step_in - self._reach - begin
            rows = stretches[place : place + (last - row) * step_in : step_in]
            blocks[row - head : last - head] = self._weigh(rows, row, batch, batch + n_rows)
        skipped = start - head * step_out
        return blocks.ravel()[skipped : skipped + stop - start]

    def _weigh(self, rows: Signal, first: int, start: int, end: int) -> NDArray[np.float64]:
        """Compute blocks from `first` on from their rows of input.

        Phases are exact at the blocks `start` and `end`, between which these lie. Sums are in
        double precision, as libsamplerate's are.
        """
        exact_rows = rows.astype(np.float64)
        at_start, at_end = self._weights(start), self._weights(end)
        sums: NDArray[np.float64] = exact_rows @ at_start
        if at_end is not at_start:
            # The rounded ratio moves the phase with every block, by far less than a sample. To
            # follow it in jumps would be heard in quiet bands; a cross-fade is all but exact.
            share = (np.arange(first, first + len(rows)) - start) / (end - start)
            sums += share[:, None] * (exact_rows @ at_end - sums)
        return sums

    def _base(self, block: int) -> int:
        """Input sample nearest to a block's first output."""
        return round(block * self._block[1] / self.ratio)

    def _weights(self, block: int) -> NDArray[np.float64]:
        phase = block * self._block[1] / self.ratio - self._base(block)
        return _weights(self.ratio, phase, *self._block, self._reach)

    @cached_property
    def _period(self) -> tuple[int, int]:
        ratio = Fraction(self.output_rate, self.input_rate)
        return ratio.denominator, ratio.numerator

    @cached_property
    def _block(self) -> tuple[int, int]:
        """Input and output samples, whole periods, that one row of the matrix product takes."""
        period_in, period_out = self._period
        repeats = math.ceil(_MIN_BLOCK / period_in)
        return period_in * repeats, period_out * repeats

    @cached_property
    def _reach(self) -> int:
        """Input samples on either side that an output can depend on, rounded up by one."""
        return math.ceil(len(_half_sinc()) / (_STEPS * min(1.0, self.ratio))) + 1


def _zero_extended(signal: Signal, start: int, stop: int) -> Signal:
    """``signal[start:stop]``, with zeros where it does not reach."""
    extended = np.zeros(stop - start, dtype=np.float32)
    inside = signal[max(0, start) : max(0, stop)]
    before = min(max(0, -start), extended.size)
    extended[before : before + inside.size] = inside
    return extended


@lru_cache(maxsize=32)  # what an excerpt needs; a few MB at most each
def _weights(
    ratio: float, phase: float, n_inputs: int, n_outputs: int, reach: int
) -> NDArray[np.float64]:
    """Weights of inputs, from `reach` before the first one on, in a block of outputs.

    The block's first output lies at input position `phase`.
    """
    half_sinc, scale = _half_sinc(), min(1.0, ratio)
    positions = phase + np.arange(n_outputs) / ratio
    places = np.arange(-reach, n_inputs + reach)
    distance = np.abs(positions - places[:, None]) * (_STEPS * scale)
    values = np.interp(distance, np.arange(len(half_sinc)), half_sinc)
    return np.asarray(scale * values)


@lru_cache(maxsize=1)
def _half_sinc() -> NDArray[np.float64]:
    """The right half of libsamplerate's sinc_medium, as stored there; it ends with a zero.

    At a ratio of half the table's steps, outputs lie on every second value: those with even
    numbers around an impulse at an even place, and those with odd numbers around one at an odd
    place.
    """
    import samplerate

    reach, even = 50, 50  # input samples that cover the half, and where the impulse has them
    half_sinc = np.zeros(_STEPS * reach)
    for place in (even, even + 1):
        impulse = np.zeros(place + 2 * reach, dtype=np.float32)
        impulse[place] = 1
        response = samplerate.resample(impulse, _STEPS / 2, "sinc_medium")
        numbers = 2 * np.arange(len(response)) - _STEPS * place
        right = (numbers >= 0) & (numbers < half_sinc.size)
        half_sinc[numbers[right]] = response[right]
    return half_sinc[: np.flatnonzero(half_sinc)[-1] + 2]
