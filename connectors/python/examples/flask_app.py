"""An API of orders with Flask: `ISSUER=http://127.0.0.1:8080 python flask_app.py`."""

import os

from credenza_connectors.flask import Guard, caller
from flask import Flask

app = Flask(__name__)
guard = Guard(os.environ["ISSUER"], "https://api.example")
guard.init_app(app, metadata={"scopes_supported": ["orders:read"]})


@app.get("/orders")
@guard.require(scopes=["orders:read"])
def orders() -> str:
    """Greet a person or a service that may read orders."""
    return f"Hello {caller.sub}" if caller.is_user else f"Hello service {caller.client_id}"


@app.get("/prices")
@guard.require(optional=True)
def prices() -> dict[str, float]:
    """Show prices to everybody, and a discount to those on the plan for it."""
    return {"book": 18.0 if caller and caller.plan == "pro" else 20.0}


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "5000")))
