from essentia_ldl.labels import DEFAULT_EXPORT, DEFAULT_LABELS, PRESETS
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
