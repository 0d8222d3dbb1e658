"""DNS records that can be made again after they were deleted, and of which there is one.

Route 53 refuses to create a record that exists and to delete one that does not. moto looks into its journal of
changes: it refuses to create a record again as long as any other comes after it in its zone, creates a second
one beside a record with another value, and deletes what is long gone.
"""

from __future__ import annotations

from typing import Any

from automock_tui.sandbox.additions.patching import replace_method

_Key = tuple[str, str | None, str | None]


def install() -> None:
    """Complete ChangeResourceRecordSets."""
    from moto.route53.models import Route53Backend as Backend

    def change_what_exists(self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        _check(zone, change_list)
        for made_again in _creations(change_list):
            zone.rr_changes[:] = [old for old in zone.rr_changes if not _is_creation_of(old, made_again)]
        change(self, zoneid, change_list)

    change = replace_method(Backend, "change_resource_record_sets", change_what_exists)


def _check(zone: Any, changes: list[dict[str, Any]]) -> None:
    from moto.route53.exceptions import ResourceRecordAlreadyExists

    there = {_key(record.name, record.type, record.set_identifier) for record in zone.rrsets}
    for change in changes:
        key = _key_of(change)
        if change["Action"] == "CREATE" and key in there:
            raise ResourceRecordAlreadyExists(name=key[0], _type=str(key[1]))
        if change["Action"] == "DELETE" and key not in there:
            raise _not_found(key)
        (there.discard if change["Action"] == "DELETE" else there.add)(key)


def _not_found(key: _Key) -> Exception:
    from moto.route53.exceptions import Route53ClientError

    sentence = f"Tried to delete resource record set [name='{key[0]}', type='{key[1]}'] but it was not found"
    return Route53ClientError("InvalidChangeBatch", sentence)


def _creations(changes: list[dict[str, Any]]) -> list[_Key]:
    return [_key_of(change) for change in changes if change["Action"] == "CREATE"]


def _is_creation_of(change: dict[str, Any], key: _Key) -> bool:
    return change["Action"] == "CREATE" and _key_of(change) == key


def _key_of(change: dict[str, Any]) -> _Key:
    record = change["ResourceRecordSet"]
    return _key(record["Name"], record.get("Type"), record.get("SetIdentifier"))


def _key(name: str, kind: str | None, identifier: str | None) -> _Key:
    return f"{name.strip('.').lower()}.", kind, identifier
