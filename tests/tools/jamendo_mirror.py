"""A mirror of a small MTG-Jamendo: archives, lists, and a server with every fault there is."""

import hashlib
import io
import re
import tarfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sound(name: str, size: int = 30_000) -> bytes:
    """Bytes that stand for a track, the same ones for the same name."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).bytes(size)


def tar_of(members: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    """An archive of files, and of members made by hand."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
            else:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@dataclass
class Mirror:
    """A server of files, with faults that tests switch on.

    Attributes
    ----------
    files : dict of str to bytes
        By path.
    ranges : bool
        Whether parts of files are sent.
    head : bool
        Whether it knows the method HEAD.
    cut : callable
        How many bytes of a response are sent before the connection breaks, of the number of the
        response and its length.
    answers : list of tuple
        Status and headers that the next GETs get instead of a file.
    log : list of tuple
        Method, path and Range of every request.
    agents : set of str
    clients : set of tuple
        Addresses that connections came from.
    sent : int
        Bytes of bodies.
    """

    files: dict[str, bytes]
    ranges: bool = True
    head: bool = True
    cut: Callable[[int, int], int] = lambda number, length: length
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    log: list[tuple[str, str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    clients: set[tuple[str, int]] = field(default_factory=set)
    sent: int = 0
    address: str = ""

    def __enter__(self) -> "Mirror":
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def gets(self) -> list[str]:
        return [path for method, path, _ in self.log if method == "GET"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a client went away."""


def _handler(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_HEAD(self) -> None:
            self._note()
            content = mirror.files.get(self.path)
            status = 501 if not mirror.head else 404 if content is None else 200
            self.send_response(status)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()

        def do_GET(self) -> None:
            self._note()
            content = mirror.files.get(self.path)
            if mirror.answers or content is None:
                status, headers = mirror.answers.pop(0) if mirror.answers else (404, {})
                self.send_response(status)
                for name, value in ({"Content-Length": "0"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                return
            asked = _RANGE.fullmatch(self.headers.get("Range", ""))
            start, end = 0, len(content)
            if asked and mirror.ranges:
                start, end = int(asked[1]), min(int(asked[2]) + 1, len(content))
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            else:
                self.send_response(200)
            self._send(content[start:end])

        def _send(self, body: bytes) -> None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            part = body[: mirror.cut(len(mirror.log), len(body))]
            mirror.sent += len(part)
            try:
                self.wfile.write(part)
            except OSError:
                self.close_connection = True
            if len(part) < len(body):
                self.close_connection = True

        def _note(self) -> None:
            mirror.log.append((self.command, self.path, self.headers.get("Range", "")))
            mirror.clients.add(self.client_address[:2])
            mirror.agents.add(self.headers.get("User-Agent", ""))

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@dataclass(frozen=True)
class Dataset:
    """What a mirror has: tracks by name, archives by name, and the lists of their sums."""

    kind: str
    tracks: dict[str, bytes]
    archives: dict[str, bytes]

    @classmethod
    def of(cls, kind: str, names: list[str], size: int = 30_000) -> "Dataset":
        """Pack made-up tracks as the dataset does: a folder, then what is in it."""
        tracks = {name: sound(name, size) for name in names}
        archives = {}
        for number in sorted({name[:2] for name in names}):
            folder = tarfile.TarInfo(number)
            folder.type = tarfile.DIRTYPE
            inside = {name: tracks[name] for name in names if name[:2] == number}
            archives[f"raw_30s_{kind}-{number}.tar"] = tar_of({number: folder, **inside})
        return cls(kind, tracks, archives)

    def lists(self) -> dict[str, bytes]:
        """The dataset's lists by name, in their form."""
        return {
            f"raw_30s_{self.kind}_sha256_{what}.txt": "".join(
                f"{sha256(content)} {name}\n" for name, content in contents.items()
            ).encode()
            for what, contents in (("tars", self.archives), ("tracks", self.tracks))
        }

    def files(self) -> dict[str, bytes]:
        """What a server has of it, by path."""
        archives = {f"/raw_30s/{self.kind}/{name}": c for name, c in self.archives.items()}
        return archives | {f"/lists/{name}": c for name, c in self.lists().items()}


def write_annotations(file: Path, paths: list[str], tags: str = "mood_sad---sad,sad,sad") -> Path:
    """Write an annotation file in the dataset's form."""
    lines = ["TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS"]
    for path in paths:
        number = int(path.split("/")[1].split(".")[0])
        lines.append(f"track_{number:07d}\tartist_000014\talbum_000031\t{path}\t124.6\t{tags}")
    file.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return file
