"""The rest of a Django project, in one file, served on a port of the loopback."""

import sys

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

import oidc_settings

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mozilla_django_oidc.middleware.SessionRefresh",
]
APPS = ["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.auth", "mozilla_django_oidc"]
DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}
CONSOLE = {"class": "logging.StreamHandler"}
HOME = """<p>Signed in as {{ user.email }}</p>
<form method="post" action="{% url 'oidc_logout' %}">{% csrf_token %}<button id="sign-out">Sign out</button></form>"""

if not settings.configured:
    own = {name: value for name, value in vars(oidc_settings).items() if name.isupper()}
    settings.configure(
        SECRET_KEY="a-long-random-secret",
        ALLOWED_HOSTS=["localhost"],
        INSTALLED_APPS=APPS,
        MIDDLEWARE=MIDDLEWARE,
        DATABASES={"default": DATABASE},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        ROOT_URLCONF=__name__,
        LOGGING={"version": 1, "disable_existing_loggers": False, "handlers": {"console": CONSOLE}, "root": {"handlers": ["console"]}},
        OIDC_STORE_ACCESS_TOKEN=True,
        **own,
    )
    django.setup()


def home(request):
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    return HttpResponse(engines["django"].from_string(HOME).render({"user": request.user}, request))


def tokens(request):
    return JsonResponse({"access_token": request.session["oidc_access_token"]})


def expire(request):
    """As if the quarter of an hour were over after which SessionRefresh asks the provider again."""
    request.session["oidc_id_token_expiration"] = 0
    return redirect("/")


urlpatterns = [
    path("", home),
    path("tokens", tokens),
    path("expire", expire),
    path("signed-out", lambda request: HttpResponse("Signed out")),
    path("oidc/", include("mozilla_django_oidc.urls")),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    execute_from_command_line(["serve.py", "runserver", "--noreload", f"127.0.0.1:{sys.argv[1]}"])
