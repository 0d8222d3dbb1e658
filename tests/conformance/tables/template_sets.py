"""Requests to the templates: for every expectation at least one that it answers."""

from __future__ import annotations

import json

from tests.conformance.wire import Sent

BEARER = {"Authorization": "Bearer demo-access"}
BOUNDARY = "multipart/form-data; boundary=B"


def get(target, **headers):
    return _sent("GET", target, headers)


def delete(target, **headers):
    return _sent("DELETE", target, headers)


def post(target, body=None, **headers):
    return _sent("POST", target, headers, body)


def patch(target, body=None, **headers):
    return _sent("PATCH", target, headers, body)


def _sent(method, target, headers, body=None):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    if body is not None and not isinstance(body, bytes):
        named += (("Content-Type", "application/json"),)
        body = json.dumps(body).encode()
    return Sent(target, method, named, body or b"", waits=4.0)


def upload(filename, **headers):
    lines = [
        "--B",
        f'Content-Disposition: form-data; name="file"; filename="{filename}"',
        "",
        "data",
        "--B--",
        "",
    ]
    return post("/files", "\r\n".join(lines).encode(), Content_Type=BOUNDARY, **headers)


def graphql(query, variables=None, **headers):
    return post("/graphql", {"query": query} | ({"variables": variables} if variables else {}), **headers)


PAY = {"order_id": "ord-1002", "card": "card-visa"}
REVIEW = "mutation Add($stars: Int!) { addReview(film: 1, stars: $stars) { id stars } }"
REQUESTS = {
    "petstore": [
        ("health", get("/health")),
        ("login", post("/login", {"username": "ann", "password": "pets"})),
        ("login-without-credentials", post("/login", {"username": "ann"})),
        ("write-without-token", post("/pets", {"name": "Bella", "species": "dog"})),
        ("list-pets", get("/pets")),
        ("list-pets-page-2", get("/pets?page=2")),
        ("search-sold-pets", get("/pets?status=sold")),
        ("get-pet", get("/pets/1")),
        ("pet-not-found", get("/pets/99")),
        ("create-pet", post("/pets", {"name": "Bella", "species": "dog"}, **BEARER)),
        ("create-pet-invalid", post("/pets", {"name": "Bella"}, **BEARER)),
        ("update-pet", _sent("PUT", "/pets/1", BEARER, {"status": "sold"})),
        ("delete-pet", delete("/pets/1", **BEARER)),
        ("slow-inventory", get("/store/inventory")),
    ],
    "auth-users": [
        ("login", post("/auth/login", {"email": "ada@example.com", "password": "right"})),
        ("login-wrong-password", post("/auth/login", {"email": "ada@example.com", "password": "wrong"})),
        ("login-locked", post("/auth/login", {"email": "locked@example.com", "password": "wrong"})),
        ("login-incomplete", post("/auth/login", {"email": "ada@example.com"})),
        ("refresh", post("/auth/refresh", {"refresh_token": "demo-refresh"})),
        ("refresh-expired", post("/auth/refresh", {"refresh_token": "expired"})),
        ("refresh-incomplete", post("/auth/refresh")),
        ("logout", post("/auth/logout", **BEARER)),
        ("not-signed-in", get("/users")),
        ("not-signed-in", delete("/users/1")),
        ("viewer-may-not-write", delete("/users/1", Authorization="Bearer demo-viewer")),
        ("me", get("/auth/me", **BEARER)),
        ("list-users", get("/users", **BEARER)),
        ("list-admins", get("/users?role=admin", **BEARER)),
        ("get-user", get("/users/4", **BEARER)),
        ("create-user", post("/users", {"name": "Grace", "email": "g@example.com"}, **BEARER)),
        ("create-user-duplicate", post("/users", {"name": "Ada", "email": "ada@example.com"}, **BEARER)),
        ("create-user-invalid", post("/users", {"name": "Ada"}, **BEARER)),
        ("update-user", patch("/users/1", {"name": "Ada King"}, **BEARER)),
        ("delete-user", delete("/users/2", **BEARER)),
        ("user-not-found", get("/users/77", **BEARER)),
    ],
    "orders-payments": [
        ("list-products", get("/products")),
        ("list-orders", get("/orders")),
        ("list-open-orders", get("/orders?status=open")),
        ("get-order", get("/orders/ord-1002")),
        ("order-not-found", get("/orders/ord-9")),
        ("create-order", post("/orders", {"lines": [{"sku": "TEA-EARL-100", "quantity": 2}]})),
        ("create-order-out-of-stock", post("/orders", {"lines": [{"sku": "MUG-BLUE", "quantity": 1}]})),
        ("create-order-invalid", post("/orders", {"lines": []})),
        ("cancel-order", delete("/orders/ord-1002")),
        ("cancel-paid-order", delete("/orders/ord-1001")),
        ("pay", post("/payments", PAY, Idempotency_Key="key-1")),
        ("pay-declined", post("/payments", PAY | {"card": "card-declined"}, Idempotency_Key="key-2")),
        ("pay-needs-3ds", post("/payments", PAY | {"card": "card-3ds"}, Idempotency_Key="key-3")),
        ("pay-same-key-again", post("/payments", PAY, Idempotency_Key="key-used")),
        ("pay-without-key", post("/payments", PAY)),
        ("get-payment", get("/payments/pay-7001")),
        ("payment-not-found", get("/payments/pay-1")),
        ("refund", post("/payments/pay-7001/refunds", {"amount": 7.9})),
        ("refund-of-unknown", post("/payments/pay-1/refunds", {"amount": 7.9})),
    ],
    "pagination-search": [
        ("articles-page-1", get("/articles")),
        ("articles-page-1-by-number", get("/articles?page=1")),
        ("articles-page-2", get("/articles?page=2")),
        ("articles-page-3", get("/articles?page=3")),
        ("articles-page-beyond", get("/articles?page=17")),
        ("articles-bad-page", get("/articles?page=two")),
        ("articles-page-too-large", get("/articles?page=2&page_size=500")),
        ("articles-newest-first", get("/articles?sort=-published")),
        ("articles-by-tag", get("/articles?tag=tea")),
        ("articles-unknown-sort", get("/articles?sort=colour")),
        ("search", get("/search?q=green%20tea")),
        ("search-nothing-found", get("/search?q=beer")),
        ("search-without-query", get("/search")),
        ("feed-first", get("/feed")),
        ("feed-rest", get("/feed?cursor=c-0004")),
        ("feed-stale-cursor", get("/feed?cursor=c-0001")),
    ],
    "file-upload": [
        ("list-files", get("/files")),
        ("upload", upload("notes.txt")),
        ("upload-image", upload("cat.png")),
        ("upload-program", upload("setup.exe")),
        ("upload-too-large", upload("film.mp4", X_File_Size="20971520")),
        ("upload-without-file", post("/files", {"name": "notes.txt"})),
        ("file-info", get("/files/f-100")),
        ("download-image", get("/files/f-100/content")),
        ("download-text", get("/files/f-101/content")),
        ("download-not-ready", get("/files/f-102/content")),
        ("delete-file", delete("/files/f-100")),
        ("file-not-found", get("/files/f-9")),
        ("content-not-found", get("/files/f-9/content")),
    ],
    "webhooks": [
        ("list-webhooks", get("/webhooks")),
        ("create-webhook", post("/webhooks", {"url": "https://a.example.com", "events": ["order.paid"]})),
        ("create-webhook-duplicate",
         post("/webhooks", {"url": "https://hooks.example.com/orders", "events": ["order.paid"]})),
        ("create-webhook-invalid", post("/webhooks", {"url": "http://a.example.com", "events": ["order.paid"]})),
        ("get-webhook", get("/webhooks/wh-1")),
        ("pause-webhook", patch("/webhooks/wh-1", {"active": False})),
        ("update-webhook", patch("/webhooks/wh-1", {"events": ["order.paid"]})),
        ("delete-webhook", delete("/webhooks/wh-1")),
        ("webhook-not-found", get("/webhooks/wh-9")),
        ("list-deliveries", get("/webhooks/wh-1/deliveries")),
        ("list-failed-deliveries", get("/webhooks/wh-1/deliveries?status=failed")),
        ("redeliver", post("/deliveries/dl-9002/attempts")),
        ("redeliver-delivered", post("/deliveries/dl-9001/attempts")),
        ("send-test-event", post("/webhooks/wh-1/test")),
        ("receive", post("/receiver", {}, X_Hook_Signature="sha256=0a1b", X_Hook_Event="order.paid")),
        ("receive-busy", post("/receiver", {}, X_Hook_Signature="sha256=0a1b", X_Hook_Event="simulate.busy")),
        ("receive-unsigned", post("/receiver", {}, X_Hook_Event="order.paid")),
    ],
    "graphql": [
        ("not-json", post("/graphql", b"films")),
        ("unknown-operation", graphql("query { actors { id } }")),
        ("films", graphql("query { films { id title } }")),
        ("films", graphql("query Films { films { title year director { name } } }")),
        ("films-of-a-year", graphql("query($year: Int) { films(year: $year) { title } }", {"year": 1927})),
        ("film", graphql("query($id: ID!) { film(id: $id) { title } }", {"id": "1"})),
        ("film-2", graphql("query($id: ID!) { film(id: $id) { title } }", {"id": "2"})),
        ("film-not-found", graphql("query($id: ID!) { film(id: $id) { title } }", {"id": "404"})),
        ("director", graphql('query { director(id: "d1") { name films { title } } }')),
        ("add-review", graphql(REVIEW, {"stars": 5}, **BEARER)),
        ("add-review-too-many-stars", graphql(REVIEW, {"stars": 6}, **BEARER)),
        ("delete-film-forbidden", graphql("mutation { deleteFilm(id: 1) { id } }", **BEARER)),
        ("not-signed-in", graphql(REVIEW, {"stars": 5})),
    ],
    "flaky": [
        ("health", get("/health")),
        ("slow", get("/reports/daily")),
        ("latency-of-a-busy-server", get("/search")),
        ("jitter", get("/prices")),
        ("rate-limited", get("/limited")),
        ("fails-twice-then-works", post("/payments")),
        ("fails-twice-then-works", post("/payments")),
        ("fails-twice-then-works", post("/payments")),
        ("job-started", post("/jobs")),
        *[("job-in-progress", get("/jobs/job-1"))] * 3,
        *[("rate-limited", get("/limited"))] * 5,
        ("connection-lost", get("/lost")),
        ("answer-cut-off", get("/cut-off")),
        ("answer-is-no-json", get("/garbage")),
        ("bad-gateway", get("/bad-gateway")),
        ("unavailable", get("/unavailable")),
        ("gateway-timeout", get("/gateway-timeout")),
        ("never-in-time", Sent("/timeout", waits=0.5)),
    ],
    "health-errors": [
        ("live", get("/health/live")),
        ("ready", get("/health/ready")),
        ("ready-degraded", get("/health/ready?simulate=degraded")),
        ("version", get("/version")),
        ("redirect", get("/old-home")),
        ("catalog", get("/catalog")),
        ("not-modified", get("/catalog", If_None_Match='"catalog-7"')),
        *[(f"error-{code}", get(f"/errors/{code}"))
          for code in (400, 401, 403, 404, 405, 409, 410, 415, 422, 429, 500, 502, 503)],
    ],
}  # fmt: skip
AT_RANDOM = {"flaky": ("one-in-five-fails", get("/quotes"))}
"""What answers by chance: compared by the answers that it gives in many tries."""
