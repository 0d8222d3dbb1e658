"""One pass of the janitor over an account's deployments in one region."""

from __future__ import annotations

import random
import secrets
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from automock_janitor import mail, rules, store
from automock_janitor.clients import Clients, code_of
from automock_janitor.rules import Action, Record
from automock_janitor.store import Found
from automock_janitor.sweep import UNKNOWN, Overtaken, Pass, remaining, sweep
from automock_janitor.target import Item, Target

PASSES_TO_FAIL = 3
"""After so many passes that were refused the same thing, the deployment's record says `failed`."""
PASSES_TO_WAIT = 12
"""After so many passes that waited for the same thing (an hour of the Lambda's), likewise."""
_LISTED = 200
"""How many deleted things a proof names; it counts them all."""


@dataclass(frozen=True)
class Outcome:
    """What a pass did with one deployment. `trouble` asks for a person."""

    project: str
    bucket: str
    action: str
    detail: str = ""
    left: tuple[str, ...] = ()
    deleted: int = 0
    trouble: bool = False


@dataclass(frozen=True)
class Janitor:
    """Everything a pass needs.

    Args:
        clients: Makes boto3 clients of the region.
        region: The region.
        by: The name in records and history.
        prices: US dollars per hour by kind, as text; empty where the region's are not known.
        comes_again: Whether passes go on by themselves, so that nobody else has to see to the end.
        pause_between: Passes closer to the last one than this do not count towards failing.
        log: Gets a line of what is done.
        trace: Gets the traceback of a failure that nobody thought of.
    """

    clients: Clients
    region: str
    by: str
    prices: Mapping[str, str] = field(default_factory=dict)
    comes_again: bool = False
    pause_between: timedelta = timedelta(minutes=2)
    log: Callable[[str], None] = print
    trace: Callable[[str], None] = lambda text: None

    def run(self, *, project: str = "", has_time: Callable[[], bool] = lambda: True) -> Iterator[Outcome]:
        """One pass over all deployments, or over one project's; an outcome for each that is not at rest."""
        buckets = store.project_buckets(self.clients("s3"), self.region)
        random.shuffle(buckets)  # a run may end before its last one: it must not be the same one each time
        for bucket in buckets:
            name = store.BUCKET.fullmatch(bucket)["project"]  # type: ignore[index]  # they all match
            if project not in ("", name):
                continue
            if not has_time():
                return
            try:
                outcome = self.visit(name, bucket)
            except (
                Exception
            ) as error:  # one deployment's trouble, whatever it is, must not keep the others alive
                self.trace(traceback.format_exc())
                outcome = Outcome(name, bucket, "failed", f"{code_of(error)}: {error}", trouble=True)
            if outcome is not None:
                self.log(f"{outcome.project}: {outcome.action}. {outcome.detail}".rstrip())
                yield outcome

    def visit(self, project: str, bucket: str) -> Outcome | None:
        """Do what is due for one deployment; None where nothing is."""
        s3 = self.clients("s3")
        found = store.read(s3, bucket)
        if found is None or not rules.is_of_region(found.record, self.region):
            return None
        if self.comes_again and rules.is_left_to_others(found.record):
            self._claim(bucket)
        target = target_of(project, bucket, self.region, found.record)
        try:
            locked_at = store.locked_since(s3, bucket) if self._is_over(found) else None
            action = self._decide(found, locked_at)
        except ValueError as error:
            raise store.Unreadable(f"{bucket}/{store.RECORD_KEY}: {error}") from error
        match action:
            case Action.WARN:
                return self._warn(target, found)
            case Action.WAIT:
                return Outcome(project, bucket, "waiting", "its TTL is over, but a run is under way")
            case Action.SWEEP:
                return self._tear_down(target, locked_at)
            case Action.RECORD:
                return self._record_end(target, found)
        return None

    def _claim(self, bucket: str) -> None:
        """It was deployed before there was a janitor; now there is one."""
        store.update(
            self.clients("s3"),
            bucket,
            lambda now: rules.claimed(now.record) if rules.is_left_to_others(now.record) else None,
        )

    def _is_over(self, found: Found) -> bool:
        """Whether a lock could matter: most deployments need no second request."""
        expiry = rules.parse_instant(found.record.get("ttl_expiry"))
        busy = rules.status(found.record) in ("deploying", "destroying")
        return busy and expiry is not None and found.now >= expiry

    def _decide(self, found: Found, locked_at: datetime | None) -> Action:
        return rules.decide(found.record, found.now, locked_at=locked_at, written_at=found.written_at)

    # --- before the end

    def _warn(self, target: Target, found: Found) -> Outcome | None:
        minutes = rules.due_warnings(found.record, found.now)
        expiry = rules.parse_instant(found.record["ttl_expiry"])
        assert expiry is not None  # nothing is due without
        # Sent first: a crash before it is noted sends it twice, which is better than never.
        sent = mail.send(self.clients, target, *mail.warning(target, expiry, expiry - found.now))
        store.update(
            self.clients("s3"),
            target.bucket,
            lambda now: rules.warned(now.record, minutes) if _expires(now.record, expiry) else None,
        )
        told = "" if sent else "; no address to tell"
        ends = f"it ends at {rules.format_instant(expiry)}"
        return Outcome(target.project, target.bucket, "warned", f"{ends}{told}")

    # --- the end

    def _tear_down(self, target: Target, locked_at: datetime | None) -> Outcome | None:
        record = self.begin(target, locked_at)
        if record is None:
            return Outcome(target.project, target.bucket, "left alone", "somebody else came first")
        try:
            return self._sweep(target, record)
        except Overtaken:
            return Outcome(target.project, target.bucket, "left alone", "somebody else finished it")

    def _sweep(self, target: Target, record: Record) -> Outcome:
        def is_ours() -> bool:
            now = store.read(self.clients("s3"), target.bucket)
            return now is not None and rules.is_ours(now.record) and now.record["job_id"] == record["job_id"]

        self._record_expiry(target, record)
        done = sweep(self.clients, target, self._farewell(target, record), is_ours)
        deleted = sorted({*rules.memory(record).get("deleted", []), *done.deleted})
        # Asked once more from the start: what was deleted first may have come back.
        seen = remaining(self.clients, target) if done.is_clean else done
        if not is_ours():
            raise Overtaken
        if seen.is_clean:
            return self._finish(target, deleted)
        return self._note(target, seen, deleted)

    def begin(self, target: Target, locked_at: datetime | None) -> Record | None:
        """Take the teardown; None where it is not, or no longer, to be done.

        Another janitor's teardown is carried on under its own job.
        """
        job_id = f"{rules.OWNER_PREFIX}{secrets.token_hex(4)}"

        def begun(found: Found) -> Record | None:
            if self._decide(found, locked_at) is not Action.SWEEP:
                return None
            return rules.begin(found.record, job_id=job_id, by=self.by, now=found.now)

        return store.update(self.clients("s3"), target.bucket, begun)

    def _record_expiry(self, target: Target, record: Record) -> None:
        began = rules.parse_instant(rules.memory(record).get("began_at"))
        if began is not None:
            summary = "its TTL was over; the janitor takes it down"
            where = (self.clients("s3"), target.bucket)
            store.add_history(*where, "expired", began, by=self.by, summary=summary)

    def _farewell(self, target: Target, record: Record) -> Callable[[Clients, Item, Pass], None]:
        from botocore.exceptions import BotoCoreError, ClientError

        def say(clients: Clients, topic: Item, done: Pass) -> None:
            now = store.read(clients("s3"), target.bucket)
            deleted = {*rules.memory(record).get("deleted", []), *done.deleted}
            try:
                if now is not None:
                    mail.publish(clients, topic.id, *mail.end(target, len(deleted), now.now))
            except (BotoCoreError, ClientError) as error:
                self.log(f"{target.project}: the last mail could not be sent ({code_of(error)})")

        return say

    def _finish(self, target: Target, deleted: list[str]) -> Outcome:
        s3 = self.clients("s3")
        store.remove_state(s3, target.bucket)

        def finished(found: Found) -> Record | None:
            if not rules.is_ours(found.record):
                return None
            proof = {
                "deleted": deleted[:_LISTED],
                "deleted_count": len(deleted),
                "left": 0,
                "checked_at": rules.format_instant(found.now),
            }
            return rules.finish(found.record, by=self.by, now=found.now, proof=proof)

        record = store.update(s3, target.bucket, finished)
        if record is None:
            return Outcome(target.project, target.bucket, "left alone", "somebody else finished it")
        self._settle(target, record)
        return Outcome(
            target.project, target.bucket, "destroyed", f"{len(deleted)} deleted, 0 left", deleted=len(deleted)
        )

    def _record_end(self, target: Target, found: Found) -> Outcome:
        self._settle(target, found.record)
        return Outcome(target.project, target.bucket, "recorded", "its end is in its history now")

    def _settle(self, target: Target, record: Record) -> None:
        """Write the end into the history, then note that it is there."""
        s3 = self.clients("s3")
        at = rules.parse_instant(record["destroyed_at"])
        assert at is not None  # set with the status
        began = rules.parse_instant(rules.memory(record).get("began_at"))
        if began is not None and at <= began:  # S3's clock tells whole seconds
            at = began + timedelta(milliseconds=1)
        proof = rules.memory(record).get("proof", {})
        summary = f"its TTL was over: {proof.get('deleted_count', 0)} deleted, 0 left"
        store.add_history(s3, target.bucket, "destroyed", at, by=self.by, summary=summary, proof=proof)
        store.update(
            s3,
            target.bucket,
            lambda now: rules.settled(now.record) if rules.memory(now.record).get("owed") else None,
        )

    # --- when it does not get on

    def _note(self, target: Target, seen: Pass, deleted: list[str]) -> Outcome:
        reasons: list[str] = []

        def noted(found: Found) -> Record | None:
            reasons.clear()
            if not rules.is_ours(found.record):
                return None
            notes = rules.memory(found.record)
            counts = self._counts(notes, seen, found.now)
            notes |= {"deleted": deleted[:_LISTED], "failures": counts}
            record = rules.remember(found.record, notes)
            reasons.extend(_stuck(counts))
            if not reasons:
                return record
            return rules.give_up_for_now(record, reason=self._reason(seen, reasons), by=self.by)

        before = store.read(self.clients("s3"), target.bucket)
        record = store.update(self.clients("s3"), target.bucket, noted)
        if reasons and record is not None:
            self._tell_stuck(target, before, str(record["failure"]))
        detail = self._reason(seen, reasons) if reasons else f"{len(seen.left)} left: {_some(list(seen.left))}"
        action = "stuck" if reasons else "taking down"
        left = tuple(seen.left)
        return Outcome(
            target.project, target.bucket, action, detail, left, deleted=len(deleted), trouble=bool(reasons)
        )

    def _counts(self, notes: Mapping[str, Any], seen: Pass, now: datetime) -> dict[str, Any]:
        """In how many passes each thing was refused or waited for, by its name."""
        before = notes.get("failures", {})
        counts = {}
        for name in {**seen.left, **seen.failures}:
            old = before.get(name, {})
            last = rules.parse_instant(old.get("at"))
            counted = last is None or now - last >= self.pause_between
            counts[name] = {
                "passes": old.get("passes", 0) + counted,
                "why": seen.failures.get(name, ""),
                "at": rules.format_instant(now) if counted else old["at"],
            }
        return counts

    def _reason(self, seen: Pass, stuck: list[str]) -> str:
        costs = Counter(kind.price for kind in seen.left.values() if kind is not None and kind.price)
        return f"The janitor {_what_fails(stuck)}. {mail.hourly_cost(costs, self.prices)}"

    def _tell_stuck(self, target: Target, before: Found | None, reason: str) -> None:
        """Once: the alarm of the janitor itself goes on."""
        from botocore.exceptions import BotoCoreError, ClientError

        notes = rules.memory(before.record) if before else {}
        if _stuck(notes.get("failures", {})):
            return
        try:
            mail.send(self.clients, target, *mail.stuck(target, reason))
        except (BotoCoreError, ClientError) as error:
            self.log(f"{target.project}: the mail could not be sent ({code_of(error)})")


def target_of(project: str, bucket: str, region: str, record: Record) -> Target:
    """The deployment that a record describes."""
    options = record.get("options")
    chosen = options if isinstance(options, dict) else {}
    return Target(
        project,
        bucket,
        region,
        domain=str(chosen.get("custom_domain") or ""),
        zone=str(chosen.get("hosted_zone_id") or ""),
    )


def _expires(record: Record, expiry: datetime) -> bool:
    return rules.parse_instant(record.get("ttl_expiry")) == expiry


def _stuck(counts: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} ({entry['why']})" if entry["why"] else name
        for name, entry in counts.items()
        if entry["passes"] >= (PASSES_TO_FAIL if entry["why"] else PASSES_TO_WAIT)
    ]


def _what_fails(stuck: list[str]) -> str:
    """What cannot be listed may be there or not: it is told apart from what cannot be deleted."""
    listings = [name.removeprefix("list ") for name in stuck if name.startswith("list ")]
    things = [name for name in stuck if not name.startswith("list ") and not name.endswith(UNKNOWN.id)]
    parts = [f"cannot delete {_some(things)}"] if things or not listings else []
    parts += [f"cannot list {_some(listings)}"] if listings else []
    return " and ".join(parts)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
