"""A backup as one file: a tar of a manifest and of a home's files, each with its digest."""

import contextlib
import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 100_000
_PIECE = 1 << 20


class Kept(msgspec.Struct, frozen=True):
    """One file of a backup: its size in bytes and its SHA-256, in hexadecimal."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself: when it was made (ISO 8601), of what, and what is in it."""

    format: int
    made_at: str
    revision: str
    files: dict[str, Kept]


def private(path: Path) -> IO[bytes]:
    """Open a new file for writing that its owner alone may read.

    Raises:
        FileExistsError: there is one.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def settle(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(target: Path, files: Mapping[str, Path], *, made_at: str, revision: str) -> Manifest:
    """Write a backup of these files, by their name in it; it is there whole or not at all.

    Raises:
        FileExistsError: there is a file of that name.
        OSError: it cannot be written.
    """
    kept = {name: _kept(path) for name, path in files.items()}
    manifest = Manifest(FORMAT, made_at, revision, kept)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with private(draft) as output:
            with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as tar:
                text = msgspec.json.format(msgspec.json.encode(manifest))
                _put(tar, MANIFEST, len(text), io.BytesIO(text))
                for name, path in files.items():
                    with path.open("rb") as content:
                        _put(tar, name, kept[name].size, content)
            output.flush()
            os.fsync(output.fileno())
        target.hardlink_to(draft)
        settle(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


class Archive:
    """An opened backup."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def take_out(self, name: str, to: Path) -> None:
        """Write one file of the backup to a new file, for its owner alone.

        Raises:
            ValueError: it is not what the manifest says.
            OSError: it cannot be written.
        """
        kept = self.manifest.files.get(name)
        if kept is None:
            raise ValueError(f"{name}: is not in it")
        content = self._tar.extractfile(self._member(name))
        if content is None:
            raise ValueError(f"{name}: is no file")
        seen = hashlib.sha256()
        size = 0
        with content, private(to) as output:
            while piece := content.read(_PIECE):
                seen.update(piece)
                size += len(piece)
                output.write(piece)
            output.flush()
            os.fsync(output.fileno())
        if (size, seen.hexdigest()) != (kept.size, kept.sha256):
            raise ValueError(f"{name}: is not what was backed up")

    def _member(self, name: str) -> tarfile.TarInfo:
        try:
            return self._tar.getmember(name)
        except KeyError as error:
            raise ValueError(f"{name}: is missing") from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup.

    Raises:
        ValueError: it is none, it is of a later format, or a part of it is missing or changed.
        OSError: it cannot be read.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            yield Archive(tar, _manifest(tar))
    except (tarfile.TarError, EOFError, msgspec.DecodeError) as error:
        raise ValueError(f"it is no backup, or cut off: {error}") from error


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if content is None:
        raise ValueError("it is no backup: it does not begin with a manifest")
    found = msgspec.json.decode(content.read(_LARGEST_MANIFEST), type=Manifest)
    if found.format != FORMAT:
        raise ValueError(f"it is of format {found.format}; this version reads {FORMAT}")
    return found


def _kept(path: Path) -> Kept:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
        return Kept(size=content.tell(), sha256=digest.hexdigest())


def _put(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)
