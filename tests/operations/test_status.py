from dataclasses import replace
from datetime import timedelta

from automock_tui.domain.deployment import DeploymentStatus, Urgency
from automock_tui.operations.status import overview, status


def test_no_projects_is_an_empty_table(workspace):
    assert list(status(workspace).rows) == []


def test_a_row_tells_the_deployment(workspace, deployed):
    deployed(hours=2)
    table = status(workspace)
    (row,) = table.rows
    shown = row.as_json(table.now())
    assert row.status is DeploymentStatus.DEPLOYED
    assert shown["address"] == "http://mock.example"
    assert 7190 <= shown["ttl_remaining_seconds"] <= 7200
    assert shown["hourly_usd"] is not None
    assert (shown["version"], shown["deployed_version"], shown["generation"]) == ("v1", "v1", 1)


def test_a_project_that_cannot_be_read_is_a_row_of_its_own(workspace, deployed, folders):
    deployed("petstore")
    workspace.projects.create("broken", b"[]\n")
    (bucket,) = folders.projects.glob("auto-mock-broken-*")
    path = bucket / "deployment-metadata.json"
    path.write_bytes(b'{"deployment_status": 7')
    rows = {row.name: row for row in status(workspace).rows}
    assert rows["petstore"].status is DeploymentStatus.DEPLOYED
    assert rows["broken"].status is None
    assert "deployment-metadata.json" in rows["broken"].error
    assert path.read_bytes() == b'{"deployment_status": 7'


def test_the_overview_counts_what_runs_and_what_ends_soon(workspace, deployed):
    deployed("petstore", hours=2)
    deployed("orders", hours=0.2)
    table = status(workspace)
    text = overview(table, table.now())
    assert "$0." in text
    assert "2 running" in text
    assert "1 ends within 15 min" in text
    late = table.now() + timedelta(hours=1)
    assert {row.urgency(late) for row in table.rows} == {Urgency.SOON, Urgency.EXPIRED}


def test_a_mock_in_the_sandbox_with_a_domain_of_its_own_says_where_it_answers(workspace, deployed):
    name = deployed()

    def with_domain(metadata, now):
        there = replace(
            metadata.infrastructure, mockserver_url="https://mock.example.com", alb_dns="127.0.0.1:20123"
        )
        return replace(metadata, infrastructure=there)

    workspace.projects.update_deployment(name, with_domain)
    (row,) = status(workspace).rows
    assert row.address == "https://mock.example.com"
    assert row.note == "in the sandbox it answers at http://127.0.0.1:20123"
