"""One AWS account as a workspace sees it: sessions and clients, made when first used."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from automock_tui.aws.errors import explained
from automock_tui.domain.errors import InvalidInput

if TYPE_CHECKING:
    import boto3

CONNECT_TIMEOUT = 3
READ_TIMEOUT = 20


class AwsAccount:
    """Where AWS requests go and with whose credentials.

    Args:
        profile: An AWS profile, empty for the AWS tools' own rules.
        region: A region, empty for the AWS tools' own rules.
        endpoint_url: Another endpoint for every service, empty for AWS.
        isolated: A whole environment to use instead of this process's: the sandbox's, where the user's own AWS
            configuration must have no say.
    """

    def __init__(
        self,
        *,
        profile: str = "",
        region: str = "",
        endpoint_url: str = "",
        isolated: Mapping[str, str] | None = None,
    ) -> None:
        self.profile = profile
        self.endpoint_url = endpoint_url
        self._region = region
        self._isolated = isolated
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The region of every request.

        Raises:
            InvalidInput: none is configured.
        """
        region = self._region or self.session().region_name
        if not region:
            raise InvalidInput(
                "No AWS region",
                "None is given by --region, AWS_REGION, AWS_DEFAULT_REGION or the profile.",
                "Give one, such as --region eu-central-1.",
            )
        return region

    def session(self) -> boto3.Session:
        """The boto3 session.

        Raises:
            AutomockError: no such profile.
        """
        with self._lock:
            if self._session is None:
                with explained("sts", "session"):
                    self._session = self._make_session()
            return self._session

    def client(self, service: str) -> Any:
        """The client of a service, such as "ecs"; one per service, safe to share between threads."""
        session, region = self.session(), self.region
        with self._lock:
            if service not in self._clients:
                from botocore.config import Config

                self._clients[service] = session.client(
                    service,  # type: ignore[call-overload]  # the stubs want a literal name
                    region_name=region,
                    endpoint_url=self.endpoint_url or None,
                    config=Config(
                        connect_timeout=CONNECT_TIMEOUT,
                        read_timeout=READ_TIMEOUT,
                        max_pool_connections=64,
                        retries={"mode": "standard", "total_max_attempts": 3},
                    ),
                )
            return self._clients[service]

    def identity(self) -> dict[str, str]:
        """Who the credentials are: `Account`, `Arn`, `UserId`.

        Raises:
            AutomockError: no credentials, expired, or no network.
        """
        client = self.client("sts")
        with explained("sts", "GetCallerIdentity"):
            answer = client.get_caller_identity()
        return {name: str(answer[name]) for name in ("Account", "Arn", "UserId")}

    def terraform_environment(self) -> dict[str, str]:
        """The whole environment in which Terraform reaches the same account and region."""
        environment = dict(self._isolated if self._isolated is not None else os.environ)
        given = {
            "AWS_PROFILE": self.profile,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
        }
        return environment | {name: value for name, value in given.items() if value}

    def _make_session(self) -> boto3.Session:
        import boto3
        from botocore.session import Session

        if self._isolated is None:
            return boto3.Session(profile_name=self.profile or None, region_name=self._region or None)
        core = Session(
            session_vars={
                "profile": (None, [], None, None),
                "config_file": (None, [], os.devnull, None),
                "credentials_file": (None, [], os.devnull, None),
            }
        )
        core.set_credentials(self._isolated["AWS_ACCESS_KEY_ID"], self._isolated["AWS_SECRET_ACCESS_KEY"])
        return boto3.Session(botocore_session=core, region_name=self._region)
