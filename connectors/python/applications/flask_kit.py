"""The kit in Flask: every part of it, for the cases that applications of all languages share."""

from __future__ import annotations

import time
from typing import Any

from credenza_connectors.flask import Guard, caller
from credenza_connectors.kit import body_limit, timeout
from credenza_connectors.kit.flask import Kit, answer, json_body
from credenza_connectors.kit.health import LIVE
from credenza_connectors.kit.log import to_stdout
from credenza_connectors.service import ServiceError
from flask import Flask, jsonify, request

import kit_environment as env
import kit_parts as parts

to_stdout()
app = Flask("sample")
guard = Guard(env.ISSUER, env.AUDIENCE)
guard.init_app(app)
Kit(origin=env.ORIGIN, body_limit=1024, timeout=0.3).init_app(app)
OK = {"ok": True}


@app.errorhandler(ServiceError)
def service_error(error: ServiceError) -> Any:
    """Answer what another service did not do."""
    return answer(parts.problem_of(error))


@app.get("/livez")
@timeout(15)
def livez() -> Any:
    """Tell that the process lives."""
    return LIVE[1], LIVE[0]


@app.get("/readyz")
@timeout(15)
def readyz() -> Any:
    """Tell whether what is needed is there."""
    status, document = parts.health.report()
    return document, status


@app.post("/echo")
@timeout(15)
def echo() -> Any:
    """Answer the body."""
    return jsonify(json_body())


@app.post("/upload")
@timeout(15)
@body_limit(65536)
def upload() -> Any:
    """Take more than other routes do."""
    return {"bytes": len(request.get_data())}


@app.get("/slow")
def slow() -> Any:
    """Take some time."""
    time.sleep(float(request.args.get("ms", 0)) / 1000)
    return OK


@app.get("/slower")
@timeout(1)
def slower() -> Any:
    """Take more time than others may."""
    time.sleep(float(request.args.get("ms", 0)) / 1000)
    return OK


@app.get("/fail")
def fail() -> Any:
    """Fail as nobody expected."""
    raise RuntimeError("inside-of-the-handler")


@app.get("/items")
@timeout(15)
@guard.require()
def items() -> Any:
    """List items in pages."""
    return parts.list_items(request.query_string.decode("latin-1"), caller)


@app.get("/limited")
@timeout(15)
@guard.require()
def limited() -> Any:
    """Answer so many times."""
    parts.limits.hit(caller)
    return OK


@app.get("/edit")
@timeout(15)
@guard.require()
def edit() -> Any:
    """Do what needs a permission."""
    parts.roles.need(caller, "items:write")
    return OK


@app.get("/reports")
@timeout(15)
@guard.require()
def reports() -> Any:
    """Do what needs a plan."""
    parts.plans.need(caller, "pro", "enterprise")
    return OK


@app.get("/exports")
@timeout(15)
@guard.require()
def exports() -> Any:
    """Do what a plan includes, or not."""
    parts.features.need(caller, "exports")
    return OK


@app.get("/projects")
@timeout(15)
@guard.require()
def projects() -> Any:
    """Do what a plan includes so many times."""
    parts.features.need_room(caller, "projects", int(request.args.get("used", 0)))
    return OK


@app.post("/hooks/credenza")
@timeout(15)
def hooks() -> Any:
    """Take a message."""
    return "", parts.take_message(request.headers, request.get_data())


@app.get("/hooks/seen")
@timeout(15)
def hooks_seen() -> Any:
    """List the messages that were handled."""
    return env.hooks_seen


@app.get("/events/seen")
@timeout(15)
def events_seen() -> Any:
    """List the events that were handled."""
    return env.events_seen


@app.get("/call/machine")
@timeout(15)
def call_machine() -> Any:
    """Call a service in the name of this one."""
    return jsonify(parts.orders.get("/machine").json())


@app.get("/call/behalf")
@timeout(15)
@guard.require()
def call_behalf() -> Any:
    """Call a service in the name of whoever called."""
    return jsonify(parts.orders.get("/behalf", behalf=request.headers["Authorization"]).json())


@app.post("/call/users")
@timeout(15)
def create_user() -> Any:
    """Make a user."""
    return parts.users.create(json_body()["username"]), 201


@app.get("/call/users")
@timeout(15)
def find_user() -> Any:
    """Find a user by name."""
    return parts.find_user(request.args["username"])


@app.get("/call/users/<user_id>")
@timeout(15)
def get_user(user_id: str) -> Any:
    """Show a user."""
    return parts.users.get(user_id)


@app.post("/call/users/<user_id>/disable")
@timeout(15)
def disable_user(user_id: str) -> Any:
    """Disable a user."""
    return parts.users.disable(user_id)


@app.post("/call/users/<user_id>/enable")
@timeout(15)
def enable_user(user_id: str) -> Any:
    """Enable a user."""
    return parts.users.enable(user_id)


@app.delete("/call/users/<user_id>")
@timeout(15)
def delete_user(user_id: str) -> Any:
    """Delete a user."""
    parts.users.delete(user_id)
    return "", 204


if __name__ == "__main__":
    parts.serve(app)
