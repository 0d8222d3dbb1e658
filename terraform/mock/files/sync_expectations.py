"""Keeps MockServer's expectations file the same as the project's object in S3.

Runs beside MockServer, which watches the file and drops every expectation when it is bad. So the file changes
only to a complete JSON array of objects, in one step, and only when the content differs: a reload resets
counters such as `times`. Whatever fails is tried again, with longer and longer pauses; the mock goes on with
what it has. Every line of the log is a JSON object; `{"event": "replaced", "sha256": ...}` says what that is.
"""

import contextlib
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

sys.path.append("/var/runtime")  # some images of AWS Lambda keep boto3 here

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET = os.environ["AUTOMOCK_BUCKET"]
KEY = os.environ["AUTOMOCK_KEY"]
FILE = Path(os.environ["AUTOMOCK_FILE"])
POLL_SECONDS = float(os.environ["AUTOMOCK_POLL_SECONDS"])
LONGEST_PAUSE_SECONDS = 60.0
LARGEST_BYTES = 12 * 2**20
"""Checking takes about nine times the document, beside 50 MB; the container has 192 MB."""


def log(event: str, **details: Any) -> None:
    """One line for CloudWatch."""
    sys.stdout.write(json.dumps({"event": event, **details}) + "\n")
    sys.stdout.flush()


def connect() -> Any:
    """A client that gives up soon: the loop has its own patience."""
    retries = {"mode": "standard", "total_max_attempts": 2}
    return boto3.client("s3", config=Config(connect_timeout=5, read_timeout=20, retries=retries))


def fetch(s3: Any, etag: str | None) -> tuple[bytes, str] | None:
    """The object's body and ETag, or None where it still has the given ETag."""
    try:
        answer = s3.get_object(Bucket=BUCKET, Key=KEY, **({"IfNoneMatch": etag} if etag else {}))
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
            return None
        raise
    with contextlib.closing(answer["Body"]) as body:
        return body.read(LARGEST_BYTES + 1), answer["ETag"]


def checked(body: bytes) -> tuple[bytes, int]:
    """The document as MockServer can read it and its number of expectations; ValueError where it cannot."""
    if len(body) > LARGEST_BYTES:
        raise ValueError(f"larger than {LARGEST_BYTES} bytes")
    text = body.decode("utf-8-sig")
    document = json.loads(text, parse_constant=refuse)
    if not isinstance(document, list) or not all(isinstance(entry, dict) for entry in document):
        raise ValueError("not a JSON array of objects")
    return text.encode(), len(document)


def refuse(constant: str) -> None:
    """Python reads NaN and Infinity, JSON has neither."""
    raise ValueError(constant + " is not JSON")


def current() -> bytes | None:
    """What MockServer has now, None before the first time."""
    return FILE.read_bytes() if FILE.exists() else None


def replace(content: bytes) -> None:
    """Put the new file in place of the old in one step; MockServer runs as another user and must read it."""
    handle, path = tempfile.mkstemp(dir=FILE.parent, prefix=".expectations-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(path).replace(FILE)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise


def take_over(body: bytes, etag: str) -> None:
    """Make the fetched document MockServer's, unless it has it already."""
    content, count = checked(body)
    same = content == current()
    if not same:
        replace(content)
    digest = hashlib.sha256(content).hexdigest()
    log("unchanged" if same else "replaced", sha256=digest, expectations=count, bytes=len(content), etag=etag)


def reason(error: Exception) -> str:
    """An error in one short line."""
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:300]


def watch(stop: threading.Event) -> None:
    """Look at the object again and again until told to stop."""
    s3 = connect()
    etag = told = None
    pause = POLL_SECONDS
    while not stop.is_set():
        try:
            found = fetch(s3, etag)
            if found:
                etag = found[1]  # a bad document is told once, and looked at again when it changes
                take_over(*found)
            told, pause = None, POLL_SECONDS
        except (ValueError, RecursionError) as error:
            log("refused", reason=reason(error), etag=etag, keeps_serving=FILE.exists())
        except (BotoCoreError, ClientError, OSError) as error:
            etag = None if isinstance(error, OSError) else etag  # not written: fetch it again
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            if told != reason(error):
                told = reason(error)
                log("failed", reason=told, keeps_serving=FILE.exists())
        stop.wait(pause * random.uniform(0.8, 1.2))


def main() -> None:
    """Run until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log("started", bucket=BUCKET, key=KEY, poll_seconds=POLL_SECONDS)
    watch(stop)
    log("stopped")


main()
