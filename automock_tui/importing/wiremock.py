"""WireMock stub mappings: one, a list of them, or a folder with `mappings` and `__files`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.imported import Expectation, Identities, Options, Report
from automock_tui.importing.loose import rows, table, text, whole
from automock_tui.importing.secrets import Secrets
from automock_tui.importing.source import Source
from automock_tui.importing.wiremock_request import Requests
from automock_tui.importing.wiremock_response import Answers

_DEFAULT_PRIORITY = 5
_NOT_MAPPED = ("postServeActions", "serveEventListeners")


class _Mapping(NamedTuple):
    tree: dict[str, Any]
    where: str


def matches(tree: Any) -> bool:
    """Whether the document is a mapping, a list of them, or WireMock's own export."""
    return any(_is_mapping(one) for one in _listed(tree)[:20])


def matches_folder(source: Source) -> bool:
    """Whether the folder holds mappings."""
    assert source.path is not None
    return (source.path / "mappings").is_dir() or source.path.name == "mappings"


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of the mappings; the newest comes first, as WireMock has it."""
    identities = Identities()
    secrets = Secrets(options, report)
    answers, requests = Answers(_files_of(source), secrets, report), Requests(secrets, report)
    found = [_expectation(one, identities, requests, answers, report) for one in _mappings(source, report)]
    return [one for one in reversed(found) if one is not None]


def _listed(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, list):
        return rows(tree)
    found = table(tree)
    return rows(found["mappings"]) if isinstance(found.get("mappings"), list) else [found]


def _is_mapping(tree: dict[str, Any]) -> bool:
    if not isinstance(tree.get("response"), dict) or not isinstance(tree.get("request", {}), dict):
        return False
    names = {"url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate", "method", "bodyPatterns"}
    return not tree.get("request") or bool(names & table(tree, "request").keys())


def _mappings(source: Source, report: Report) -> Iterator[_Mapping]:
    for file in source.files(".json") if source.is_folder else [source]:
        if source.is_folder and "__files" in Path(file.name).parts:
            continue
        try:
            listed = _listed(file.tree)
        except AutomockError as error:
            if not source.is_folder:
                raise
            report.add(file.name, "file", f"left out: {error.title}")
            continue
        for index, one in enumerate(listed):
            where = text(one.get("name")) or f"{file.name} {index + 1}"
            if _is_mapping(one):
                yield _Mapping(one, where)
            else:
                report.add(where, "not a mapping", "left out")


def _files_of(source: Source) -> Path | None:
    """The folder of bodies, `__files` beside `mappings`."""
    if source.path is None:
        return None
    start = source.path if source.is_folder else source.path.parent
    places = (start / "__files", start.parent / "__files")
    return next((one for one in places if one.is_dir()), None)


def _expectation(
    mapping: _Mapping, identities: Identities, requests: Requests, answers: Answers, report: Report
) -> Expectation | None:
    tree, where = mapping
    for name in _NOT_MAPPED:
        if tree.get(name):
            report.add(where, name, "left out")
    request = requests.matcher(table(tree, "request"), where)
    action = answers.of(table(tree, "response"), where)
    if action is None:
        return None
    status = table(action, "httpResponse").get("statusCode", "")
    words = [text(request.get("method")) or "any", text(request.get("path")) or "any", status]
    made: Expectation = {"id": identities.new(*words)}
    priority = _DEFAULT_PRIORITY - whole(tree.get("priority"), _DEFAULT_PRIORITY)
    if priority:
        made["priority"] = priority
    return made | ({"httpRequest": request} if request else {}) | action | _scenario(tree)


def _scenario(tree: dict[str, Any]) -> Expectation:
    """Its scenario; both tools begin one in the state `Started`."""
    if not text(tree.get("scenarioName")):
        return {}
    found = {"scenarioName": text(tree["scenarioName"])}
    if text(tree.get("requiredScenarioState")):
        found["scenarioState"] = text(tree["requiredScenarioState"])
    if text(tree.get("newScenarioState")):
        found["newScenarioState"] = text(tree["newScenarioState"])
    return found
