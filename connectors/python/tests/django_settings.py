"""Settings of Django for the tests; those of a guard come from each case."""

SECRET_KEY = "of the tests"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = ["credenza_connectors.django"]
CREDENZA = {"issuer": "https://id.example", "audience": "https://api.example"}
ROOT_URLCONF = "django_settings"
urlpatterns: list[object] = []
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
