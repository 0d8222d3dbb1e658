"""The stack's options as a form and a run see them."""

from __future__ import annotations

import json

import pytest

from automock_tui import shipped
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.options import DeploymentOptions
from automock_tui.provisioning import stack
from automock_tui.provisioning.stack import (
    OptionType,
    copy_stack,
    option_variable,
    option_variables,
    stack_folder,
    tfvars,
)

NUMBERS = [option for option in option_variables() if option.type is OptionType.NUMBER]


def test_model_and_variables_have_the_same_options_and_defaults():
    defaults = DeploymentOptions().model_dump(mode="json")
    assert {option.name: option.default for option in option_variables()} == defaults


def test_model_and_variables_have_the_same_types():
    kinds = {OptionType.TEXT: str, OptionType.NUMBER: int, OptionType.FLAG: bool, OptionType.TEXTS: list}
    defaults = DeploymentOptions().model_dump(mode="json")
    assert {name: type(value) for name, value in defaults.items()} == {
        option.name: kinds[option.type] for option in option_variables()
    }


def test_model_and_variables_have_the_same_bounds():
    schema = DeploymentOptions.model_json_schema()["properties"]
    for option in NUMBERS:
        limits = schema[option.name]
        assert (option.minimum, option.maximum) == (limits.get("minimum"), limits.get("maximum")), option.name
    for name in ("allowed_cidrs", "control_plane_cidrs"):
        assert option_variable(name).maximum == schema[name]["maxItems"]


def test_model_and_variables_have_the_same_choices():
    schema = DeploymentOptions.model_json_schema()
    for option in option_variables():
        named = schema["properties"][option.name].get("$ref", "").rpartition("/")[2]
        if named:
            assert list(option.allowed) == schema["$defs"][named]["enum"], option.name
    assert {option.name for option in option_variables() if option.allowed} == {
        "instance_size", "cpu_architecture", "network_mode", "log_level", "log_retention_days"
    }  # fmt: skip


def test_every_option_is_fit_for_a_form():
    for option in option_variables():
        assert option.description.endswith("."), option.name
        assert option.group
        assert option.rules or option.type is OptionType.FLAG or option.name == "wait_for_steady_state"
        assert all(rule.startswith(option.name) for rule in option.rules), option.name
        assert not option.sensitive


def test_every_variable_is_an_option_in_one_group_or_wired():
    document = stack._parsed(stack_folder() / "variables.tf")
    declared = {name: body for block in document["variable"] for name, body in block.items()}
    grouped = [name for names in document["locals"][0]["option_groups"].values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == {name for name, body in declared.items() if "default" in body}
    assert set(declared) - set(grouped) == {"project", "bucket", "generation"}


def test_groups_are_together():
    groups = [option.group for option in option_variables()]
    starts = [group for before, group in zip([None, *groups], groups, strict=False) if group != before]
    assert len(starts) == len(set(starts))
    assert groups[0] == "Size"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("min_tasks", " 2 ", 2),
        ("alarms", "no", False),
        ("alarms", "TRUE", True),
        ("instance_size", "large", "large"),
        ("log_retention_days", "30", 30),
        ("custom_domain", "", ""),
        ("allowed_cidrs", "10.0.0.0/8, 192.0.2.0/24", ["10.0.0.0/8", "192.0.2.0/24"]),
        ("allowed_cidrs", " 10.0.0.0/8 192.0.2.0/24,", ["10.0.0.0/8", "192.0.2.0/24"]),
        ("control_plane_cidrs", "", []),
    ],
)  # fmt: skip
def test_reads_a_value_as_typed(name, text, value):
    assert option_variable(name).parse(text) == value


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("min_tasks", "two", "whole number"),
        ("min_tasks", "1.5", "whole number"),
        ("alarms", "maybe", "true or false"),
        ("instance_size", "huge", "small, medium, large, xlarge"),
        ("log_retention_days", "2", "1, 3, 5"),
    ],
)
def test_says_what_a_value_must_be(name, text, told):
    with pytest.raises(InvalidInput) as refused:
        option_variable(name).parse(text)
    assert told in refused.value.message
    assert text in refused.value.message


def test_an_unknown_option_names_the_nearest():
    with pytest.raises(InvalidInput, match="Did you mean instance_size"):
        option_variable("instance_siz")


def test_tfvars_hold_every_variable():
    chosen = DeploymentOptions(min_tasks=2, network_mode="private", not_ours="x")
    values = tfvars(chosen, project="petstore", bucket="auto-mock-petstore-abc123", generation=3)
    assert values["project"] == "petstore"
    assert values["bucket"] == "auto-mock-petstore-abc123"
    assert (values["generation"], values["min_tasks"], values["network_mode"]) == (3, 2, "private")
    assert set(values) == {"project", "bucket", "generation", *DeploymentOptions.model_fields}
    assert json.loads(json.dumps(values)) == values


def test_copy_is_whole_and_private(tmp_path):
    copy_stack(tmp_path / "run", {"project": "petstore"})
    copied = {path.relative_to(tmp_path / "run") for path in (tmp_path / "run").rglob("*") if path.is_file()}
    source = {
        path.relative_to(stack_folder()) for path in stack_folder().rglob("*") if path.suffix in (".tf", ".py")
    }
    assert {str(path) for path in copied - source} == {"terraform.tfvars.json"}
    assert source <= copied
    assert json.loads((tmp_path / "run" / "terraform.tfvars.json").read_text()) == {"project": "petstore"}
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "run").rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = [tmp_path / "run", *(path for path in (tmp_path / "run").rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_copy_keeps_what_terraform_made(tmp_path):
    copy_stack(tmp_path, {"generation": 1})
    (tmp_path / ".terraform").mkdir()
    (tmp_path / ".terraform" / "environment").write_text("x")
    copy_stack(tmp_path, {"generation": 2})
    assert (tmp_path / ".terraform" / "environment").read_text() == "x"
    assert json.loads((tmp_path / "terraform.tfvars.json").read_text()) == {"generation": 2}


def test_copy_into_a_file_is_told(tmp_path):
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(AutomockError, match="run"):
        copy_stack(tmp_path / "run", {})


def test_an_installed_package_comes_first(tmp_path, monkeypatch):
    folder = tmp_path / "_terraform" / "mock"
    folder.mkdir(parents=True)
    (folder / "variables.tf").write_text("")
    monkeypatch.setattr(shipped, "_FOLDERS", (tmp_path / "_terraform", *shipped._FOLDERS))
    assert stack_folder() == folder


def test_missing_files_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "_FOLDERS", (tmp_path,))
    with pytest.raises(AutomockError, match="Install automock-tui again"):
        stack_folder()


def test_a_broken_file_is_told(tmp_path):
    (tmp_path / "variables.tf").write_text("variable {{{")
    with pytest.raises(AutomockError, match="Cannot read the deployment options"):
        stack._parsed(tmp_path / "variables.tf")
