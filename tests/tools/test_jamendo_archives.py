"""Archives read in parts, in one go and from disk; members that are refused."""

import io
import tarfile
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.jamendo_mirror import Mirror, sound, tar_of
from tools.jamendo.archives import (
    Archive,
    KeptArchive,
    RangedArchive,
    StreamedArchive,
    members,
    refusal,
)
from tools.jamendo.client import Client, CutShortError
from tools.jamendo.patience import Manners

LONG = "14/" + "a" * 200 + ".mp3"
FILES = {"14/1.mp3": sound("1", 1000), LONG: sound("2", 512), "./14/3.mp3": sound("3", 70_000)}
TAR = tar_of({**FILES})


def streamed(content: bytes, sizes: list[int]) -> StreamedArchive:
    """An archive that comes in pieces of these sizes, one after another."""

    def chunks() -> Iterator[bytes]:
        position = 0
        while position < len(content):
            size = sizes[position % len(sizes)]
            yield content[position : position + size]
            position += size

    return StreamedArchive("http://mirror/x.tar", chunks())


def contents(archive: Archive) -> dict[str, bytes]:
    return {
        name: b"".join(archive.chunks(member.offset_data + 10, member.offset_data + member.size))
        for name, member in members(archive)
    }


EXPECTED = {name.removeprefix("./"): content[10:] for name, content in FILES.items()}


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=5))
def test_pieces_of_any_size_give_the_members(sizes: list[int]) -> None:
    assert contents(streamed(TAR, sizes)) == EXPECTED


def test_archives_on_disk_give_the_members() -> None:
    assert contents(KeptArchive(io.BytesIO(TAR))) == EXPECTED


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_headers_are_fetched_without_what_lies_between(kind: int) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=kind) as tar:
        for number in range(40):
            info = tarfile.TarInfo(f"14/{number}é.mp3")
            info.size = 50_000
            tar.addfile(info, io.BytesIO(bytes(50_000)))
    content = buffer.getvalue()
    with Mirror({"/x.tar": content}) as mirror:
        client = Client(Manners(pause=0))
        archive = RangedArchive(client, f"{mirror.address}/x.tar", len(content))
        names = [name for name, _ in members(archive)]
        assert names == [f"14/{number}é.mp3" for number in range(40)]
        assert mirror.sent < 0.06 * len(content)


def test_what_has_gone_by_has_to_be_sent_again() -> None:
    archive = streamed(TAR, [100])
    list(archive.chunks(0, 600))
    with pytest.raises(CutShortError, match="has to be sent again"):
        archive.chunks(10, 20)


@pytest.mark.parametrize("size", [10**12, 1 << 21])
def test_a_header_that_claims_to_be_huge_is_refused(size: int) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = size
    content = info.tobuf(tarfile.GNU_FORMAT) + bytes(10_000)
    for archive in (KeptArchive(io.BytesIO(content)), streamed(content, [999])):
        with pytest.raises(tarfile.TarError, match="a header of"):
            list(members(archive))


def special(change: Callable[[tarfile.TarInfo], object]) -> tarfile.TarInfo:
    info = tarfile.TarInfo("14/214.mp3")
    change(info)
    return info


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (tarfile.TarInfo("../214.mp3"), "points outside the folder"),
        (tarfile.TarInfo("14/../../214.mp3"), "points outside the folder"),
        (tarfile.TarInfo("/etc/passwd"), "points outside the folder"),
        (tarfile.TarInfo("..\\214.mp3"), "points outside the folder"),
        (tarfile.TarInfo("C:\\214.mp3"), "points outside the folder"),
        (special(lambda info: setattr(info, "type", tarfile.SYMTYPE)), "is a link"),
        (special(lambda info: setattr(info, "type", tarfile.LNKTYPE)), "is a link"),
        (special(lambda info: setattr(info, "type", tarfile.CHRTYPE)), "is a device or another"),
        (special(lambda info: setattr(info, "type", tarfile.FIFOTYPE)), "is a device or another"),
        (special(lambda info: setattr(info, "type", tarfile.DIRTYPE)), ""),
        (tarfile.TarInfo("14/..214.mp3"), ""),
    ],
)
def test_what_points_outside_or_is_no_file_is_refused(member: tarfile.TarInfo, reason: str) -> None:
    assert refusal(member).startswith(reason)
    assert bool(refusal(member)) == bool(reason)
