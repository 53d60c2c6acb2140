"""The application for `INSTALLED_APPS`."""

from django.apps import AppConfig


class CredenzaConfig(AppConfig):
    """Registers the checks of the settings: `manage.py check`, and every start by `manage.py`, says what is wrong."""

    name = "credenza_connectors.django"
    label = "credenza"
    verbose_name = "Credenza"

    def ready(self) -> None:
        """Register the checks."""
        from credenza_connectors.django import checks, conf

        checks.register()
        conf.register()
