"""What a language model writes: a small part of MockServer's format, typed, and how it becomes expectations."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, Field

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_PARAMETER = re.compile(r"\{([A-Za-z_][\w-]*)\}")


class DescribedRequest(BaseModel):
    """Which requests an expectation answers."""

    method: Method = "GET"
    path: str = Field(description="Starts with /; {name} stands for one segment, such as /pets/{petId}")
    path_parameters: dict[str, str] = Field(
        default_factory=dict, description="A regular expression for each {name} of the path, such as [0-9]+"
    )
    query: dict[str, str] = Field(default_factory=dict, description="Parameters that must be there, as regexes")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers that must be there, as regexes")
    body_contains: dict[str, Any] | None = Field(
        default=None, description="JSON that the body must contain; other fields may be there too"
    )


class DescribedResponse(BaseModel):
    """How it answers."""

    status: int = Field(default=200, ge=100, le=599)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = Field(default=None, description="JSON, believable and complete; a text where it is not JSON")
    delay_milliseconds: int = Field(default=0, ge=0, le=60_000)


class DescribedExpectation(BaseModel):
    """One expectation."""

    id: str = Field(description="Short words with hyphens that say what it is for, such as list-pets")
    priority: int = Field(default=0, description="Higher is asked first; narrower matchers need a higher one")
    request: DescribedRequest
    response: DescribedResponse

    def expectation(self) -> dict[str, Any]:
        """As MockServer reads it."""
        made: dict[str, Any] = {"id": self.id}
        if self.priority:
            made["priority"] = self.priority
        return made | {"httpRequest": _request(self.request), "httpResponse": _response(self.response)}


class DescribedMock(BaseModel):
    """A whole mock."""

    expectations: list[DescribedExpectation] = Field(min_length=1, max_length=200)

    def trees(self) -> list[dict[str, Any]]:
        """The expectations as MockServer reads them."""
        return [one.expectation() for one in self.expectations]


def _request(request: DescribedRequest) -> dict[str, Any]:
    found: dict[str, Any] = {"method": request.method, "path": request.path}
    if names := _PARAMETER.findall(request.path):
        # MockServer matches no path with {name} in it unless the parameter is named here too.
        found["pathParameters"] = {name: [request.path_parameters.get(name, ".+")] for name in names}
    if request.query:
        found["queryStringParameters"] = {name: [value] for name, value in request.query.items()}
    if request.headers:
        found["headers"] = {name: [value] for name, value in request.headers.items()}
    if request.body_contains is not None:
        found["body"] = {"type": "JSON", "json": request.body_contains, "matchType": "ONLY_MATCHING_FIELDS"}
    return found


def _response(response: DescribedResponse) -> dict[str, Any]:
    found: dict[str, Any] = {"statusCode": response.status}
    headers = dict(response.headers)
    is_json = response.body is not None and not isinstance(response.body, str)
    if is_json and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    if headers:
        found["headers"] = {name: [value] for name, value in headers.items()}
    if response.body is not None:
        found["body"] = {"type": "JSON", "json": response.body} if is_json else response.body
    if response.delay_milliseconds:
        found["delay"] = {"timeUnit": "MILLISECONDS", "value": response.delay_milliseconds}
    return found
