from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import OptionError
from tools.planted.command import main
from tools.planted.finders import AUDIT, CLEANLAB, NEIGHBORS, audit, finders
from tools.planted.materials import Material
from tools.planted.measurement import Finding, measure, plant
from tools.planted.tables import AIM, BEGIN, END, LEAST, markdown, verdicts, write_block


@pytest.fixture
def material(rng: np.random.Generator) -> Material:
    codes = np.repeat(np.arange(3), 16)
    X = 2 * np.eye(3)[codes] + rng.normal(scale=0.5, size=(48, 3))
    groups = np.array([f"artist {row // 2}" for row in range(48)])
    return Material("blobs", X, np.array(["a", "b", "c"])[codes], groups)


def test_as_many_labels_as_asked_for_become_wrong() -> None:
    labels = np.repeat(["a", "b", "c"], 20)
    for seed in range(5):
        planted, wrong = plant(labels, 0.1, seed)
        assert wrong.sum() == 6
        assert ((planted != labels) == wrong).all()
        again, _ = plant(labels, 0.1, seed)
        assert (planted == again).all()


def test_planted_errors_are_found(material: Material) -> None:
    found = {each.finder: each for each in measure(material, audit, share=0.1, seeds=range(2))}
    assert set(found) == {AUDIT, NEIGHBORS}
    assert found[AUDIT].n_planted == 5
    assert len(found[AUDIT].auroc) == 2
    assert min(found[AUDIT].auroc) > 0.95


def test_cleanlab_looks_at_the_same(material: Material) -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    labels, wrong = plant(material.labels, 0.1, 0)
    scores = {
        name: suspicion
        for finder in finders()[1:]
        for name, suspicion in finder(material, labels, 0).items()
    }
    assert tuple(scores) == CLEANLAB
    for suspicion in scores.values():
        assert suspicion[wrong].mean() > suspicion[~wrong].mean()


def _finding(finder: str, *auroc: float) -> Finding:
    return Finding("blobs", finder, 48, 5, auroc, auroc)


def test_verdicts_say_what_was_missed() -> None:
    peers = [_finding(name, 0.96, 0.99) for name in CLEANLAB]
    (line,) = verdicts([_finding(AUDIT, 0.98, 0.98), *peers])
    assert f"{LEAST} reached, {AIM} missed" in line
    assert "+0.0050 against" in line
    assert "ahead with 1 of 2 seeds" in line
    (line,) = verdicts([_finding(AUDIT, 0.9, 0.9), *peers])
    assert f"{LEAST} MISSED" in line
    assert "| blobs | 5 | audit | 0.9000 |" in markdown([_finding(AUDIT, 0.9, 0.9), *peers])


def test_results_go_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_block(page, "new \\1\n")
    assert page.read_text() == f"before\n{BEGIN}\n\nnew \\1\n\n{END}\nafter\n"
    (tmp_path / "bare.md").write_text("nothing")
    for path in (tmp_path / "bare.md", tmp_path / "absent.md"):
        with pytest.raises(OptionError):
            write_block(path, "new")


@pytest.mark.parametrize("arguments", [["--share", "0"], ["--share", "1.5"], ["--seeds", "0"]])
def test_options_that_mean_nothing_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert "error: " in capsys.readouterr().err


def test_absent_data_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    assert main(["--data", str(tmp_path)]) == 1
    assert "train.npz" in capsys.readouterr().err
