import pytest

from essentia_ldl.commands.console import out
from essentia_ldl.labels import DEFAULT_EXPORT, DEFAULT_LABELS, PRESETS
from essentia_ldl.networks.losses import LOSSES
from tests.commands.conftest import Program


def test_every_preset_is_listed_with_its_parameters(program: Program) -> None:
    ended = program("labels")
    assert ended.code == 0
    text = " ".join(ended.out.split())
    for preset in PRESETS.values():
        assert f"{preset.name} {preset.description}" in text
    assert "share=0.1" in text
    assert "nearest neighbours that are averaged" in text


def test_help_of_train_names_the_presets_and_defaults(program: Program) -> None:
    ended = program("train", "--help")
    text = " ".join(ended.out.replace("│", " ").split())
    assert ", ".join(PRESETS) in text
    assert f"[default: {','.join(DEFAULT_LABELS)}]" in text
    assert f"[default: {DEFAULT_EXPORT}]" in text


def test_no_parameter_is_broken_at_80_columns(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "width", 80)
    lines = program("labels").out.splitlines()
    assert max(map(len, lines)) <= 80
    words = " ".join(lines).split()
    for preset in PRESETS.values():
        for entry in preset.parameters:
            assert f"{entry.name}={entry.text(entry.default)}" in words


def test_a_name_with_several_meanings_says_of_which_presets(program: Program) -> None:
    lines = program("labels").out.splitlines()
    assert any(line.startswith("k of s_a, s_b ") for line in lines)
    assert any(line.startswith("blend  ") for line in lines)


def test_the_losses_that_can_be_asked_for_are_listed(program: Program) -> None:
    text = " ".join(program("labels").out.split())
    assert ", ".join(LOSSES) in text


def test_no_word_of_trains_help_is_cut_off(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in program("train", "--help").out
