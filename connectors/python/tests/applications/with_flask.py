"""Flask, by the decorator."""

from __future__ import annotations

from typing import Any

from cases import settings_of, shown
from flask import Flask, Response, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from credenza_connectors.flask import Guard, caller


def make(case: dict[str, Any]) -> Any:
    settings, route = settings_of(case), case["route"]
    hosts = case.get("guard", {}).get("hosts")
    if hosts:
        settings["issuer_of"] = lambda request: hosts.get(request.host)
    guard, app = Guard(), Flask("sample")
    app.config.update({f"CREDENZA_{name.upper()}": value for name, value in settings.items()})
    guard.init_app(app, metadata=case["metadata"] if case.get("kind") == "metadata" else None)

    @app.route(route["path"], methods=route["methods"])
    @guard.require(optional=route["optional"], **route["needs"])
    def handler() -> Any:
        if request.method == "OPTIONS" and "Origin" in request.headers:
            return Response(status=204, headers={"Access-Control-Allow-Origin": "https://app.example"})
        return jsonify(shown(caller))

    if "prefix" in route:
        return DispatcherMiddleware(Flask("outer"), {route["prefix"]: app})
    return app
