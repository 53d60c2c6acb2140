"""Tasks of Celery in forked workers, with folders as the broker; as a program, it asks for twenty and waits."""

import os

from celery import Celery
from credenza import Validator

folder = os.environ["FOLDER"]
app = Celery("tasks", broker="filesystem://", backend=f"file://{folder}")
app.conf.broker_transport_options = {
    "data_folder_in": f"{folder}/in",
    "data_folder_out": f"{folder}/in",
    "control_folder": folder,
}
validator = Validator(os.environ["ISSUER"], os.environ["AUDIENCE"])
# Warm in the process that forks, so that the workers inherit its keys and have to do without.
validator.validate(os.environ["TOKEN"])


@app.task
def subject(token: str) -> str | None:
    """Tell whose token it is."""
    return validator.validate(token).sub


if __name__ == "__main__":
    from tasks import subject as task

    results = [task.delay(os.environ["TOKEN"]) for _ in range(20)]
    assert [result.get(timeout=30, interval=0.05) for result in results] == ["user"] * 20
