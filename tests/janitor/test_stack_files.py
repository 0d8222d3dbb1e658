"""The janitor can delete every type that a deployment is made of, may delete nothing else, and packs evenly."""

from __future__ import annotations

import ast
import io
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import hcl2
import pytest
from automock_janitor.sweep import KINDS
from hcl2.utils import SerializationOptions

from automock_tui.provisioning.janitor_stack import code_hash, packed_code
from automock_tui.shipped import janitor_folder, stack_folder
from tests.parts import provider_mirror, require_provider, run_terraform

_STYLE = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)

EXCEPTIONS = {
    "ecs:DeregisterTaskDefinition": "ECS knows no resource for it; what is deregistered still exists and runs",
}
"""What it may do to anything, with the reason."""


def parsed(stack: str) -> Iterator[dict[str, Any]]:
    for path in sorted(stack_folder(stack).glob("*.tf")):
        yield hcl2.loads(path.read_text(), serialization_options=_STYLE)


def resource_types(stack: str) -> set[str]:
    return {kind for file in parsed(stack) for block in file.get("resource", []) for kind in block}


def uncovered(types: set[str]) -> set[str]:
    return types - {kind for one in KINDS for kind in one.covers}


def test_every_type_of_the_stack_can_be_deleted():
    types = resource_types("mock")
    assert {"aws_lb", "aws_nat_gateway", "aws_ecs_service"} <= types
    assert uncovered(types) == set(), "the janitor has no way to delete these: add a Kind to automock_janitor"
    assert uncovered(types | {"aws_efs_file_system"}) == {"aws_efs_file_system"}


def test_what_a_kind_needs_comes_before_it():
    seen: set[str] = set()
    for kind in KINDS:
        assert set(kind.needs) <= seen, kind.name
        seen.add(kind.name)


def statements() -> Iterator[dict[str, Any]]:
    for file in parsed("janitor"):
        for block in file.get("data", []):
            policy = block.get("aws_iam_policy_document", {}).get("janitor")
            if policy:
                yield from policy["statement"]
                yield from _dynamic(policy)


def _dynamic(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in policy["dynamic"]:
        yield from block["statement"]["content"]


def reads_only(action: str) -> bool:
    return action.partition(":")[2].startswith(("Describe", "List", "Get"))


def test_nothing_may_be_changed_without_a_limit():
    found = list(statements())
    assert len(found) > 10
    unlimited = {
        action
        for statement in found
        if statement["resources"] == ["*"] and "condition" not in statement
        for action in statement["actions"]
        if not reads_only(action)
    }
    assert unlimited == set(EXCEPTIONS)


def test_no_action_has_a_wildcard_and_every_change_is_limited_by_name_or_tag():
    for statement in statements():
        assert not any("*" in action for action in statement["actions"])
        if all(map(reads_only, statement["actions"])) or set(statement["actions"]) <= set(EXCEPTIONS):
            continue
        limits = str(statement["resources"]) + str(statement.get("condition", ""))
        names = (
            "auto-mock-*",
            "aws:ResourceTag/automock:project",
            "RecordSetsActions",
            "aws_cloudwatch",
            "aws_sqs",
        )
        assert any(name in limits for name in names), statement["sid"]


def test_it_has_no_permission_that_its_code_does_not_use():
    """The calls of the code, in the names of IAM, against the policy."""
    names = {name for name in _called() if "_" in name}
    allowed = {action.partition(":")[2] for statement in statements() for action in statement["actions"]}
    own_log = {"CreateLogStream", "PutLogEvents", "SendMessage"}
    spelled = {"".join(part.capitalize() for part in name.split("_")) for name in names} | {"Publish"}
    in_iam = {"ListBuckets": "ListAllMyBuckets", "GetResources": "GetResources", "CopyObject": "PutObject"}
    used = {in_iam.get(name, name) for name in spelled} | {"ListBucket"}  # so that a missing key is a 404
    assert allowed - own_log - used == set()


def _called() -> Iterator[str]:
    for path in janitor_folder().glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_the_code_needs_boto3_and_the_standard_library_only():
    for path in janitor_folder().glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                top = module.partition(".")[0]
                assert top in sys.stdlib_module_names | {"boto3", "botocore", "automock_janitor"}, path


def test_the_same_source_gives_the_same_zip(monkeypatch):
    first, name = packed_code(), code_hash()
    for path in janitor_folder().glob("*.py"):
        path.touch()
    assert packed_code() == first and code_hash() == name
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert "automock_janitor/handler.py" in archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.part("aws-provider")
def test_the_files_are_formatted_and_valid(tmp_path):
    require_provider()
    for path in stack_folder("janitor").glob("*.tf"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    run_terraform(tmp_path, "fmt", "-check", "-diff")
    run_terraform(tmp_path, "init", "-backend=false", f"-plugin-dir={provider_mirror()}")
    run_terraform(tmp_path, "validate")
