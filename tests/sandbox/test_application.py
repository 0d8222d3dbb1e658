"""Turns, refusals and conditional writes: what the application around moto guarantees."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from itertools import pairwise

import botocore.exceptions
import pytest

from automock_tui.sandbox import account

from .conftest import client_maker

pytestmark = pytest.mark.part("moto")

HURRIED_SERVER = """
import sys
from automock_tui.sandbox import server
sys.setswitchinterval(1e-6)  # threads change places in the middle of everything
with server.serving(server.build_application("hurried")) as running:
    print(running.server_port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hurried(sandbox):
    """Clients of a sandbox whose threads get in each other's way as often as Python allows."""
    process = subprocess.Popen(
        [sys.executable, "-c", HURRIED_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{process.stdout.readline().strip()}",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "us-east-1",
    }
    yield client_maker(variables)
    process.communicate()


def put(s3, body: bytes, **condition: str) -> bool:
    """Whether a conditional write won."""
    try:
        s3.put_object(Bucket="race", Key="counter", Body=body, **condition)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "PreconditionFailed", error
        return False
    return True


def add_one(s3) -> None:
    while True:
        found = s3.get_object(Bucket="race", Key="counter")
        number = int(found["Body"].read())
        if put(s3, str(number + 1).encode(), IfMatch=found["ETag"]):
            return


def test_compare_and_swap_loses_no_update(hurried):
    s3 = hurried("s3")
    s3.create_bucket(Bucket="race")
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: put(s3, b"0", IfNoneMatch="*"), range(16))) == 1
        for done in [pool.submit(add_one, s3) for _ in range(160)]:
            done.result()
    assert s3.get_object(Bucket="race", Key="counter")["Body"].read() == b"160"


def test_one_of_many_first_writers_wins(hurried):
    s3 = hurried("s3")
    s3.create_bucket(Bucket="race")
    with ThreadPoolExecutor(8) as pool:
        for _ in range(30):
            assert sum(pool.map(lambda _: put(s3, b"0", IfNoneMatch="*"), range(8))) == 1
            s3.delete_object(Bucket="race", Key="counter")


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("ecs", "describe_service_revisions", {"serviceRevisionArns": ["x"]}),  # JSON
        ("cloudwatch", "describe_alarm_history", {}),  # CBOR or query
        (
            "iam",
            "simulate_principal_policy",
            {"PolicySourceArn": "arn:aws:iam::1:role/r", "ActionNames": ["a:b"]},
        ),
        ("ec2", "describe_fast_launch_images", {}),  # EC2's own XML
        ("pricing", "get_products", {"ServiceCode": "AmazonECS"}),  # a service that moto lacks
        ("route53", "test_dns_answer", {"HostedZoneId": "Z1", "RecordName": "a", "RecordType": "A"}),
    ],
)
def test_what_it_cannot_do_it_refuses_at_once_and_for_good(clients, service, operation, arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(clients(service), operation)(**arguments)
    # An SDK sends 500, 502, 503 and 504 again.
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 501)


def test_refusal_names_the_operation_and_is_counted(sandbox, clients):
    with pytest.raises(botocore.exceptions.ClientError, match="cannot do ecs:DescribeServiceRevisions"):
        clients("ecs").describe_service_revisions(serviceRevisionArns=["x"])
    assert account.report(sandbox).unsupported["ecs:DescribeServiceRevisions"] >= 1


def test_slow_sender_holds_up_nobody(sandbox, clients):
    host, port = sandbox.endpoint_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"PUT /slow/key HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        assert "Buckets" in clients("s3").list_buckets()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Credential=/////\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_malformed_requests_harm_nobody(sandbox, clients, request_bytes):
    host, port = sandbox.endpoint_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as hostile:
        hostile.sendall(request_bytes)
        hostile.shutdown(socket.SHUT_WR)
        hostile.recv(65536)
    assert "Buckets" in clients("s3").list_buckets()


def test_pages_of_a_browser_get_no_cors_headers(sandbox):
    import urllib.request

    request = urllib.request.Request(sandbox.endpoint_url, headers={"Origin": "https://example.org"})
    with urllib.request.urlopen(request) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_chunked_upload_arrives_whole(clients):
    s3 = clients("s3")
    s3.create_bucket(Bucket="chunked")
    body = b"x" * 300_000

    def stream():
        yield from (body[start:stop] for start, stop in pairwise(range(0, 300_001, 50_000)))

    import urllib.request

    url = s3.generate_presigned_url("put_object", Params={"Bucket": "chunked", "Key": "k"})
    kind = {"Content-Type": "application/octet-stream"}
    urllib.request.urlopen(urllib.request.Request(url, stream(), kind, method="PUT")).close()
    assert s3.get_object(Bucket="chunked", Key="k")["Body"].read() == body


def test_s3_tells_the_time_for_the_store_clock(clients):
    headers = clients("s3").list_buckets()["ResponseMetadata"]["HTTPHeaders"]
    assert parsedate_to_datetime(headers["date"]).tzinfo is not None
