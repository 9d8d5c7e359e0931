"""A large upload while it arrives in a form: in our own private folder, and refused in words where the disk is full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from anxin.intake.files import StorageFull, full_disk_refused, uploading_folder

FULL_DISK = "anxin.full_disk"


class PrivateUpload(TemporaryUploadedFile):
    """Beside the other files of submissions: the system's folder for temporary files is open to others."""

    def __init__(self, name: str | None, content_type: str | None, charset: str | None, extra: Any) -> None:
        UploadedFile.__init__(self, _unnamed(), name, content_type, 0, charset, extra)


def _unnamed() -> Any:
    return NamedTemporaryFile(dir=uploading_folder(), suffix=".upload")


class PrivateFile(TemporaryFileUploadHandler):
    """Writes large uploads down. Where the disk is full the file is dropped, and `refuse_full_disk` says so."""

    file: TemporaryUploadedFile

    def new_file(self, *arguments: Any, **named: Any) -> None:
        """Begin a file."""
        FileUploadHandler.new_file(self, *arguments, **named)
        self.file = self._or_stop(self._begun)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a block."""
        self._or_stop(lambda: self.file.write(raw_data))
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The whole file."""
        complete: UploadedFile[bytes] | None = self._or_stop(lambda: self._completed(file_size))
        return complete

    def _begun(self) -> PrivateUpload:
        return PrivateUpload(self.file_name, self.content_type, self.charset, self.content_type_extra)

    def _completed(self, file_size: int) -> UploadedFile[bytes] | None:
        return super().file_complete(file_size)

    def _or_stop(self, act: Callable[[], Any]) -> Any:
        try:
            with full_disk_refused():
                return act()
        except StorageFull as refusal:
            if self.request is not None:
                self.request.META[FULL_DISK] = True
            # The rest is read and thrown away, so that whoever sends it hears the answer.
            raise StopUpload(connection_reset=False) from refusal


def refuse_full_disk(meta: Mapping[str, Any]) -> None:
    """Raises `StorageFull` where the disk was full while the form of that request (`META`) arrived."""
    if FULL_DISK in meta:
        raise StorageFull
