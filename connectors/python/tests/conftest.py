"""What all tests share: Django is set up once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The cases too, for what signs their proofs.
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "tests/vectors/connectors")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_settings")

import django  # noqa: E402

django.setup()
