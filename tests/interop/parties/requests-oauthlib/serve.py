"""Serves the application on a port of the loopback, with a page that shows its tokens."""

import sys

from app import app, session, tokens


@app.get("/tokens")
def show():
    return tokens[session["id"]]


app.run("127.0.0.1", int(sys.argv[1]))
