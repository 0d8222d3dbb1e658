"""Plans of the stack without AWS: `terraform test` with a mocked provider, some two seconds each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automock_tui.provisioning.stack import stack_folder
from tests.parts import require_provider, run_terraform

PROVIDER = """
mock_provider "aws" {
  override_during = plan
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/00000000"
      domain_validation_options = []
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000" }
  }
}
"""
WIRED = {"project": "petstore", "bucket": "auto-mock-petstore-abc123", "generation": 1}


@dataclass
class Plan:
    """One plan: its variables, and either what must hold or which objects must refuse them."""

    name: str
    variables: dict[str, Any] = field(default_factory=dict)
    holds: list[str] = field(default_factory=list)
    refused_by: list[str] = field(default_factory=list)

    def hcl(self) -> str:
        given = "\n".join(f"    {key} = {json.dumps(value)}" for key, value in self.variables.items())
        asserts = "\n".join(
            f'  assert {{\n    condition = {condition}\n    error_message = "{self.name}: {number}"\n  }}'
            for number, condition in enumerate(self.holds)
        )
        refusals = f"  expect_failures = [{', '.join(self.refused_by)}]" if self.refused_by else ""
        body = f"  command = plan\n  variables {{\n{given}\n  }}\n{asserts}\n{refusals}"
        return f'run "{self.name}" {{\n{body}\n}}\n'


def check_plans(folder: Path, plans: Iterable[Plan]) -> None:
    """Make all these plans; the test fails with Terraform's words where one is not as it must be."""
    stack = Path(shutil.copytree(stack_folder(), folder / "mock"))
    tests = stack / "tests"
    tests.mkdir()
    given = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in WIRED.items())
    runs = "\n".join(plan.hcl() for plan in plans)
    (tests / "plans.tftest.hcl").write_text(f"{PROVIDER}\nvariables {{\n{given}\n}}\n{runs}")
    run_terraform(stack, "init", "-backend=false", f"-plugin-dir={require_provider()}")
    run_terraform(stack, "test")
