"""Flask with a sign-in, for the shared cases."""

from typing import Any

from credenza_connectors.login.flask import Login
from flask import Flask, Response, abort
from werkzeug.serving import make_server

from login_settings import PORT, from_environment, me, page, ready

login = Login(**from_environment())
app = Flask(__name__)
app.url_map.merge_slashes = False
login.init_app(app)


@app.get("/")
def public() -> Response:
    return Response("public", mimetype="text/plain")


@app.get("/me")
@login.required
def whoami() -> dict[str, Any]:
    return me(login.current())


@app.get("/token")
@login.required
def token() -> dict[str, str]:
    return {"access_token": login.current().token()}


@app.get("/<path:name>")
def protected(name: str) -> str:
    if not name.startswith("protected"):
        abort(404)
    return page(login.current())


if __name__ == "__main__":
    server = make_server("127.0.0.1", PORT, app, threaded=True)
    ready()
    server.serve_forever()
