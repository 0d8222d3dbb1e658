"""Collections of HTTP clients: folders, variables, sign-in, saved answers, and the three shapes of Bruno."""

import json

from automock_tui.importing.convert import convert
from automock_tui.importing.source import Source, open_source
from tests.importing.documents import DATA, from_text, from_tree, imported

ONE = """meta {
  name: one
  type: http
}

get {
  url: {{host}}/users/:id?full=yes
  auth: bearer
}

params:query {
  full: yes
  ~off: 1
}

params:path {
  id: 7
}

auth:bearer {
  token: abc
}

example {
  name: found
  request: {
    url: {{host}}/users/:id
    method: GET
    params:path: {
      id: 7
    }
  }
  response: {
    status: {
      code: 200
    }
    headers: {
      Content-Type: application/json
    }
    body: {
      type: json
      content: '''
        {
          "id": 7
        }
      '''
    }
  }
}
"""


def requests(made):
    return [one["httpRequest"] for one in made.expectations]


def postman(*items, **more):
    info = {"name": "c", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    return {"info": info, "item": list(items)} | more


def answer(name, code, body, request=None):
    saved = {"name": name, "code": code, "header": [], "body": body, "_postman_previewlanguage": "json"}
    return saved | ({"originalRequest": request} if request else {})


def test_variables_folders_and_sign_in_of_postman():
    request = {"method": "GET", "url": {"raw": "{{base}}/{{v}}/me?x={{x}}"}, "header": []}
    other = {
        "method": "GET",
        "url": {"raw": "{{base}}/{{v}}/me?x={{x}}"},
        "header": [],
        "auth": {"type": "noauth"},
    }
    saved = [answer("ok", 200, '{"me": 1}', request), answer("who", 401, "{}", other)]
    item = {"name": "me", "request": request, "response": saved}
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}", "type": "string"}]}
    folder = {"name": "f", "item": [item], "variable": [{"key": "v", "value": "v2"}]}
    tree = postman(
        folder, auth=auth, variable=[{"key": "base", "value": "https://api.test"}, {"key": "t", "value": "t0"}]
    )
    made = from_tree(tree, keep_secrets=True)
    by_status = {one["httpResponse"]["statusCode"]: one for one in made.expectations}
    assert by_status[200]["httpRequest"] == {
        "method": "GET",
        "path": "/v2/me",
        "headers": {"authorization": ["Bearer t0"]},
    }
    assert "headers" not in by_status[401]["httpRequest"]
    assert by_status[200]["priority"] > by_status[401].get("priority", 0)
    assert ("variable x", "not known: its name is used as its value") in {one[1:] for one in made.report}


def test_an_answer_without_example_is_learned_from_what_is_sent():
    url = "https://api.test/pets"
    tree = postman(
        {"name": "list", "request": {"method": "GET", "url": url}},
        {
            "name": "add",
            "request": {"method": "POST", "url": url, "body": {"mode": "raw", "raw": '{"name": "Rex"}'}},
        },
        {"name": "one", "request": {"method": "GET", "url": {"raw": url + "/:id", "variable": []}}},
        {"name": "gone", "request": {"method": "DELETE", "url": url + "/7"}},
    )
    made = from_tree(tree)
    answers = {one["id"]: one["httpResponse"] for one in made.expectations}
    assert answers["get-pets-200"]["body"] == [{"id": 1, "name": "Rex"}]
    assert answers["get-pets-id-200"]["body"] == {"id": 1, "name": "Rex"}
    assert answers["post-pets-201"]["statusCode"] == 201
    assert answers["delete-pets-7-204"] == {"statusCode": 204}
    assert sum(one.construct == "no saved response" for one in made.report) == 4


def test_insomnia_fills_in_the_variables_of_folders():
    made = imported(DATA / "insomnia" / "5-variable-inheritance.yaml")
    assert [one["path"] for one in requests(made)] == ["/test/extra-data"]
    assert {one.construct for one in made.report} == {"no saved response", "secret in Authorization"}


def test_an_insomnia_design_document_without_requests_gives_its_description():
    spec = {
        "openapi": "3.0.0",
        "info": {},
        "paths": {"/a": {"get": {"responses": {"200": {"description": ""}}}}},
    }
    new = from_tree({"type": "spec.insomnia.rest/5.0", "name": "d", "spec": {"contents": spec}})
    resources = [{"_id": "a", "_type": "api_spec", "contents": json.dumps(spec)}]
    old = from_tree({"_type": "export", "__export_format": 4, "resources": resources})
    assert new.expectations == old.expectations
    assert [one["path"] for one in requests(new)] == ["/a"]


def test_bruno_is_the_same_in_all_its_shapes(tmp_path):
    bundle = json.loads((DATA / "bruno" / "opencollection-link-example.json").read_text())
    yaml = "opencollection: 1.0.0\nitems: " + json.dumps(bundle["items"])
    folder = tmp_path / "c" / "users"
    folder.mkdir(parents=True)
    (tmp_path / "c" / "bruno.json").write_text("{}")
    (tmp_path / "c" / "environments").mkdir()
    (tmp_path / "c" / "environments" / "e.bru").write_text("vars {\n  host: http://api.test\n}\n")
    (folder / "one.bru").write_text(ONE)
    (made,) = imported(tmp_path / "c").expectations
    assert made["httpRequest"] == {"method": "GET", "path": "/users/{id}", "pathParameters": {"id": [".+"]}}
    assert made["httpResponse"]["body"] == {"id": 7}
    assert len(from_text(yaml).expectations) == 6


def test_a_file_of_a_folder_that_cannot_be_read_is_reported(tmp_path):
    (tmp_path / "bruno.json").write_text("{}")
    (tmp_path / "bad.bru").write_bytes(b"get {\n  url: \xff\n}\n")
    (tmp_path / "good.bru").write_text("get {\n  url: http://api.test/a\n}\n")
    made = imported(tmp_path)
    assert [one["path"] for one in requests(made)] == ["/a"]
    assert "bad.bru" in {one.where for one in made.report}


def test_a_recording_leaves_out_assets_and_repeats():
    def entry(url, text="x", kind="application/json", status=200):
        content = {"mimeType": kind, "text": text}
        return {"request": {"method": "GET", "url": url}, "response": {"status": status, "content": content}}

    entries = [
        entry("https://a.test/app.js", kind="text/javascript"),
        entry("https://a.test/logo.png"),
        entry("https://a.test/api"),
        entry("https://a.test/api"),
        entry("https://a.test/api", text="later"),
        entry("https://a.test/blocked", status=0),
        entry("data:text/plain,x"),
    ]
    made = from_tree({"log": {"entries": entries}})
    (one,) = made.expectations
    assert [part["body"] for part in one["httpResponses"]] == ["x", "later"]
    done = [finding.construct for finding in made.report]
    assert done.count("static asset") == 2
    assert {"no response", "repeated request", "several answers to one request"} <= set(done)


def test_secrets_do_not_reach_the_expectations_or_the_report():
    secret = "s3cr3t-v4lue-0123456789"
    headers = [{"name": "Authorization", "value": f"Bearer {secret}"}, {"name": "X-Api-Key", "value": secret}]
    asked = {
        "method": "POST",
        "url": f"https://a.test/login?access_token={secret}",
        "headers": headers,
        "postData": {"mimeType": "application/json", "text": json.dumps({"password": secret})},
    }
    other = {"method": "POST", "url": "https://a.test/login"}
    content = {"mimeType": "application/json", "text": json.dumps({"access_token": secret})}
    response = {
        "status": 200,
        "headers": [{"name": "Set-Cookie", "value": f"sid={secret}"}],
        "content": content,
    }
    entries = [{"request": asked, "response": response}, {"request": other, "response": {"status": 401}}]
    made = from_tree({"log": {"entries": entries}})
    assert secret not in json.dumps(made.expectations) + json.dumps(made.report)
    kept = from_tree({"log": {"entries": entries}}, keep_secrets=True)
    assert json.dumps(kept.expectations).count(secret) == 6


def test_the_name_of_the_file_does_not_count():
    tree = open_source(DATA / "har" / "full.har")
    assert convert(Source("openapi.yaml", tree.data)).format == "har"


def test_answers_of_one_status_and_one_name_can_all_be_asked_for():
    request = {"method": "GET", "url": "https://a.test/a"}
    saved = [answer("same", 200, json.dumps({"n": n}), request) for n in range(3)]
    made = from_tree(postman({"name": "a", "request": request, "response": saved})).expectations
    asked = [one["httpRequest"].get("headers", {}).get("x-mock-response-name", [""])[0] for one in made]
    assert sorted(asked) == ["", "same 2", "same 3"]
