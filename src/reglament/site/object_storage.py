"""Files in S3-compatible object storage, with the faults of a disk.

Loaded only where an owner names a bucket; needs the extra `s3`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from reglament.site.environment import Bucket

CONNECT_TIMEOUT, READ_TIMEOUT = 5, 30
"""Seconds to wait for the service, each time that it is tried."""
TRIES = 3


class ObjectStorage(S3Storage):  # type: ignore[misc]  # published without types
    """Objects of one folder of a bucket.

    Once `save` has returned, the service has taken the whole object and answered for it. Where it cannot
    be reached or refuses, OSError is raised, as by a disk that fails; where there is no such object,
    FileNotFoundError. A name that is saved again is overwritten: names here are random, or the digest of
    what they hold.
    """

    def __init__(self, bucket: Bucket, folder: str) -> None:
        options: dict[str, Any] = {
            "bucket_name": bucket.name,
            "location": "/".join(part for part in (bucket.prefix, folder) if part),
            "endpoint_url": bucket.endpoint or None,
            "region_name": bucket.region or None,
            "file_overwrite": True,
            "client_config": Config(
                # Services other than Amazon's often have no certificate for a host per bucket.
                s3={"addressing_style": "path" if bucket.endpoint else "auto"},
                signature_version="s3v4",
                connect_timeout=CONNECT_TIMEOUT,
                read_timeout=READ_TIMEOUT,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                # The newer checksums are refused by services that do not know them yet.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
        if bucket.access_key:
            # Nothing that the machine's environment says of another account is mixed with these keys.
            options |= {
                "access_key": bucket.access_key,
                "secret_key": bucket.secret_key,
                "security_token": None,
                "session_profile": None,
            }
        super().__init__(**options)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        # Read at once, so that whatever fails does so here; nothing that is kept is large.
        if mode != "rb":
            raise ValueError(f"{name}: objects are opened for reading, and written by save")
        with _faults_of_a_disk(name):
            content: bytes = self.bucket.Object(self._normalize_name(name)).get()["Body"].read()
        return ContentFile(content, name)

    def _save(self, name: str, content: File[bytes]) -> str:
        with _faults_of_a_disk(name):
            saved: str = super()._save(name, content)
        return saved

    def delete(self, name: str) -> None:
        """Remove an object; one that is not there is removed already."""
        with _faults_of_a_disk(name):
            super().delete(name)


@contextmanager
def _faults_of_a_disk(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as fault:
        code = fault.response.get("Error", {}).get("Code")
        if code == "NoSuchKey":
            raise FileNotFoundError(f"{name}: there is no such object") from fault
        raise OSError(f"{name}: the object storage answered {code}") from fault
    except BotoCoreError as fault:
        raise OSError(f"{name}: the object storage cannot be used ({type(fault).__name__})") from fault
