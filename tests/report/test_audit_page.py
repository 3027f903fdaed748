"""The audit's page as text: what holds before any browser opens it."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

from essentia_ldl.audit.result import Audit
from essentia_ldl.report.audit_page import render_audit, write_audit_page
from tests.report.audits import make_audit

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "日本の音楽", "موسيقى")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_admits_this_script_and_this_style_alone() -> None:
    page = render_audit(make_audit(), {})
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert f"script-src {_hash(script)};" in policy[0]
    assert f"style-src {_hash(style)};" in policy[0]
    assert "unsafe" not in policy[0]
    assert not re.search(r" (style|on\w+)=", page)


def test_nothing_is_loaded_from_anywhere() -> None:
    page = render_audit(make_audit(), {})
    assert not re.search(r"https?:|url\(|@import|<link(?! rel=\"icon\" href=\"data:,\")", page)
    assert not re.search(r"<[^>]* src=", page)


def test_the_same_audit_gives_the_same_bytes(tmp_path: Path) -> None:
    pages = [write_audit_page(make_audit(), tmp_path / name) for name in ("a", "b")]
    assert pages[0] == tmp_path / "a" / "audit.html"
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_text_from_outside_is_never_markup() -> None:
    audit = make_audit(8, HOSTILE, [f"/m/</script>{name}\u2028.wav" for name in HOSTILE * 2])
    audit = replace(audit, name=HOSTILE[0], warnings=HOSTILE, settings={HOSTILE[0]: HOSTILE[1]})
    page = render_audit(audit, {})
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<img" not in page
    (data,) = re.findall(r'id="audit-data">(.*?)</script>', page)
    assert json.loads(data)["classes"] == list(HOSTILE)


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    audit = make_audit(3, paths=["/m/caf\udce9.wav", "/m/b.wav", "/m/c.wav"])
    audit = replace(audit, name="caf\udce9", warnings=("caf\udce9",))
    page = write_audit_page(audit, tmp_path).read_text()
    assert page.count("caf\\udce9") >= 4


def test_what_is_not_there_leaves_no_trace() -> None:
    audit = make_audit()
    bare = Audit(audit.name, audit.classes, audit.tracks)
    page = render_audit(bare, {})
    for heading in ("One recording", "taken for each other", "Warnings</", "Skipped files"):
        assert heading in render_audit(audit, {})
        assert heading not in page


def test_an_audit_without_tracks_is_a_page() -> None:
    assert "0 tracks in 2 classes" in render_audit(Audit("none", ("a", "b"), ()), {})
