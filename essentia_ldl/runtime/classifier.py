"""Audio in, label distribution out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, check_audible
from essentia_ldl.collection import Skipped
from essentia_ldl.errors import AudioError
from essentia_ldl.features.algorithms import resample
from essentia_ldl.features.decoding import load_audible
from essentia_ldl.features.track import reason_of
from essentia_ldl.progress import Progress, Silent
from essentia_ldl.runtime.model import Model
from essentia_ldl.runtime.prediction import Prediction
from essentia_ldl.workers import WorkerDiedError, WorkerPool, default_jobs

AnyPath = str | os.PathLike[str]


class Classifier:
    """A model on sound: a head with its backbone, or one graph from sound to the answer.

    Essentia runs heads and whole models, one of two engines a backbone. They work in processes of
    their own, so that a program which has loaded TensorFlow can use a classifier too.

    Parameters
    ----------
    model_json : path
        The metadata of an exported model, or of one of the zoo's, its ``.pb`` beside it.
    models_dir : Path, optional
        Folder of backbones, besides the default ones.
    engine : {"essentia", "onnxruntime"}, optional
        What runs the backbone, for single files as for many; by default onnxruntime, where it is
        installed and was seen to agree with Essentia when the backbone was built.
    jobs : int, optional
        Worker processes of `predict`; None for one per core that has memory to work with.
    progress : Progress, optional
        Gets a warning where the backbone's bytes are not those that the head was trained on;
        Python's warnings get it by default.

    Attributes
    ----------
    metadata : ModelMetadata
        The model's.
    classes : tuple of str
        In the order of the model's outputs.
    kind : Kind
        What its values mean: a distribution over classes that exclude each other, tags, ...
    engine : str
        What runs the backbone, or the whole model.
    sample_rate : int
        Of samples from memory, in Hz.

    Raises
    ------
    ModelError
        If the JSON or the graph is absent, damaged or refused, or they do not belong together, or
        a head belongs to another backbone.
    BackboneError
        If the backbone is absent or damaged, or has no graph for the engine. It may lie beside
        the model too.
    OptionError
        If there is no such engine, or it is not installed, or it cannot run a whole model.

    Examples
    --------
    >>> model = "out/classification-heads/my_music/my_music-msd-musicnn-1.json"
    >>> with Classifier(model) as classifier:
    ...     prediction = classifier("song.flac")
    >>> list(prediction.probabilities), prediction.label in classifier.classes
    (['acoustic', 'electronic'], True)
    """

    def __init__(
        self,
        model_json: AnyPath,
        *,
        models_dir: Path | None = None,
        engine: str | None = None,
        jobs: int | None = 1,
        progress: Progress | None = None,
    ) -> None:
        self._model = Model.read(model_json, models_dir, engine)
        self.metadata = self._model.metadata
        self.classes = self._model.classes
        self.kind = self._model.kind
        self.engine = self._model.network.engine
        self.sample_rate = self._model.sample_rate
        self.jobs = jobs or default_jobs()
        self._worker = WorkerPool(jobs=1)
        if self._model.network.doubt:
            doubt = f"{os.fspath(model_json)}: {self._model.network.doubt}"
            progress.warn(doubt) if progress else warnings.warn(doubt, stacklevel=2)

    def __call__(self, audio: AnyPath | NDArray[np.floating]) -> Prediction:
        """Classify one file, or samples from memory.

        A clip shorter than one patch (2.96 s for MusiCNN) is repeated to fill it, with a warning.

        Parameters
        ----------
        audio : path or np.ndarray [shape=(n_samples,)]
            An audio file, or mono samples at `sample_rate`, full scale being 1.

        Raises
        ------
        AudioError
            If the file cannot be decoded, or the sound is empty, silent, not finite or not mono.
        ModelError
            If an engine cannot run a graph.
        """
        if isinstance(audio, np.ndarray):
            name = ""
            patches, repeated = self._worker.call(_classify_signal, self._model, _mono(audio))
        else:
            name = os.fspath(audio)
            patches, repeated = self._call_for_file(Path(name))
        if repeated:
            warnings.warn(self._too_short(name or "the signal"), stacklevel=2)
        return Prediction.of(name, self.classes, patches, self.kind)

    def predict(
        self, paths: Iterable[AnyPath], progress: Progress | None = None
    ) -> Iterator[Prediction | Skipped]:
        """Classify many files in worker processes; a bad file costs no other one its answer.

        Parameters
        ----------
        paths : iterable of path
        progress : Progress, optional
            Gets a stage "Classifying", and a warning for each clip shorter than one patch.

        Yields
        ------
        Prediction or Skipped
            For every path, in their order.

        Raises
        ------
        ModelError
            If an engine cannot run a graph.
        """
        progress = progress or Silent()
        names = [os.fspath(path) for path in paths]
        requests = [_Request(i, Path(name).absolute(), self._model) for i, name in enumerate(names)]
        answers: dict[int, _Answer] = {}
        with (
            progress.stage("Classifying", len(requests)) as advance,
            WorkerPool(max(1, min(self.jobs, len(requests)))) as pool,
        ):
            done = 0
            for answer in pool.map(_answer, requests, on_crash=_crashed):
                answers[answer.index] = answer
                advance(1)
                while done in answers:
                    yield self._result(names[done], answers.pop(done), progress)
                    done += 1

    def close(self) -> None:
        """Stop the worker process that answers single calls; it would leave by itself, later."""
        self._worker.close()

    def __enter__(self) -> Classifier:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _call_for_file(self, path: Path) -> tuple[NDArray[np.float32], bool]:
        try:
            return self._worker.call(_classify_file, self._model, path.absolute())
        except WorkerDiedError as error:
            raise _crash_at(path) from error
        except AudioError as error:
            raise AudioError(error.reason, subject=path, remedy=error.remedy) from error

    def _result(self, path: str, answer: _Answer, progress: Progress) -> Prediction | Skipped:
        if answer.patch_values is None:
            return Skipped(path, answer.reason)
        if answer.repeated:
            progress.warn(self._too_short(path))
        return Prediction.of(path, self.classes, answer.patch_values, self.kind)

    def _too_short(self, name: str) -> str:
        seconds = self._model.network.patch_samples / self.sample_rate
        return (
            f"{name}: is shorter than one patch ({seconds:.2f} s) and was repeated to fill it "
            "(a longer clip gives a sounder answer)"
        )


@dataclass(frozen=True)
class _Request:
    index: int
    path: Path
    model: Model


@dataclass(frozen=True)
class _Answer:
    """Values, or the reason why there are none."""

    index: int
    patch_values: NDArray[np.float32] | None = None
    repeated: bool = False
    reason: str = ""


def _answer(request: _Request) -> _Answer:
    try:
        return _Answer(request.index, *_classify_file(request.model, request.path))
    except AudioError as error:
        return _Answer(request.index, reason=reason_of(error))


def _crashed(request: _Request) -> _Answer:
    return _Answer(request.index, reason=reason_of(_crash_at(request.path)))


def _crash_at(path: Path) -> AudioError:
    return AudioError(
        "crashes the decoder or the model, or needs more memory than there is",
        subject=path,
        remedy="convert it to mono wav or flac, or shorten it; if every file does, the model is "
        "at fault: export or download it again",
    )


def _classify_file(model: Model, path: Path) -> tuple[NDArray[np.float32], bool]:
    if not path.is_file():
        raise AudioError("there is no such file", subject=path, remedy="check the path")
    signal, sample_rate = load_audible(path)
    quality = model.network.resample_quality
    return model.patch_values(resample(signal, sample_rate, model.sample_rate, quality))


def _classify_signal(model: Model, signal: Signal) -> tuple[NDArray[np.float32], bool]:
    return model.patch_values(signal)


def _mono(audio: NDArray[np.floating]) -> Signal:
    if audio.ndim != 1:
        raise AudioError(
            f"expected mono samples of shape (n_samples,), got {audio.shape}",
            remedy="average the channels",
        )
    if not np.issubdtype(audio.dtype, np.floating):
        raise AudioError(
            f"expected floating-point samples, got {audio.dtype}",
            remedy="scale them so that full scale is 1",
        )
    signal = np.asarray(audio, dtype=np.float32)
    check_audible(signal)
    return signal
