"""Write what an audit found: for programs, for spreadsheets, and for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.audit.result import Audit
from essentia_ldl.files import write_json, write_text
from essentia_ldl.progress import Progress
from essentia_ldl.report.audit_table import audit_table
from essentia_ldl.report.plain import plain


@dataclass(frozen=True)
class AuditFiles:
    """Where the parts of an audit were written."""

    csv: Path
    json: Path
    html: Path


def write_audit(
    out: Path, audit: Audit, *, copy_audio: bool = False, progress: Progress | None = None
) -> AuditFiles:
    """Write audit.csv, audit.json and audit.html into the folder `out`.

    The same audit gives the same bytes.

    Parameters
    ----------
    out : Path
        Folder, made where absent.
    audit : Audit
    copy_audio : bool
        Write a preview of each track beside the page, so that both can be moved.
    progress : Progress, optional
        Gets a stage for the previews.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    # Late, since jinja2 takes longer to import than everything else here.
    from essentia_ldl.report import audit_audio
    from essentia_ldl.report.audit_page import write_audit_page

    files = AuditFiles(out / "audit.csv", out / "audit.json", out / "audit.html")
    write_text(files.csv, audit_table(audit))
    write_json(files.json, plain(audit.to_dict()))
    audio = audit_audio.copy_audio(audit, out, progress=progress) if copy_audio else None
    write_audit_page(audit, out, audio=audio)
    return files
