"""Tags of scalable targets.

Terraform sends tags with RegisterScalableTarget and reads them with ListTagsForResource at once. moto drops the
first and has no second, on which `aws_appautoscaling_target` hangs.
"""

from __future__ import annotations

import json
from typing import Any

from automock_tui.sandbox.additions.patching import add_method, replace_method


def install() -> None:
    """Add List-, Tag- and UntagResource, and keep the tags of a registration."""
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response

    def register_with_tags(self: Any) -> str:
        answer: str = register(self)
        if tags := self._get_param("Tags"):
            _tags_of(self, json.loads(answer)["ScalableTargetARN"]).update(tags)
        return answer

    register = replace_method(Response, "register_scalable_target", register_with_tags)
    add_method(Response, "list_tags_for_resource", _list_tags)
    add_method(Response, "tag_resource", _tag)
    add_method(Response, "untag_resource", _untag)


def _list_tags(self: Any) -> str:
    return json.dumps({"Tags": _tags_of(self, self._get_param("ResourceARN"))})


def _tag(self: Any) -> str:
    _tags_of(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
    return "{}"


def _untag(self: Any) -> str:
    tags = _tags_of(self, self._get_param("ResourceARN"))
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return "{}"


def _tags_of(self: Any, arn: str) -> dict[str, str]:
    """The tags of a target, kept on the target, so that they go when it goes."""
    from moto.core.exceptions import JsonRESTError

    by_dimension = self.applicationautoscaling_backend.targets.values()
    found = [target for targets in by_dimension for target in targets.values() if target.arn == arn]
    if not found:
        raise JsonRESTError("ResourceNotFoundException", f"No scalable target has the ARN {arn}")
    tags: dict[str, str] = found[0].__dict__.setdefault("automock_tags", {})
    return tags
