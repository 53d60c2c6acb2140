# settings.py. INSTALLED_APPS has "mozilla_django_oidc" after "django.contrib.auth",
# MIDDLEWARE has "mozilla_django_oidc.middleware.SessionRefresh" at its end,
# and urls.py has path("oidc/", include("mozilla_django_oidc.urls")).
from urllib.parse import urlencode

ISSUER = "https://id.example.com"

AUTHENTICATION_BACKENDS = ["mozilla_django_oidc.auth.OIDCAuthenticationBackend"]
OIDC_RP_CLIENT_ID = "your-client-id"
OIDC_RP_CLIENT_SECRET = "your-client-secret"
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_RP_SCOPES = "openid email profile"
OIDC_USE_PKCE = True
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ISSUER}/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{ISSUER}/token"
OIDC_OP_USER_ENDPOINT = f"{ISSUER}/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{ISSUER}/jwks"
LOGIN_URL = "oidc_authentication_init"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"  # must be there, though logout_url below decides

# Signing out ends the session at the provider too. The template posts to {% url 'oidc_logout' %}.
OIDC_STORE_ID_TOKEN = True
OIDC_OP_LOGOUT_URL_METHOD = "oidc_settings.logout_url"


def logout_url(request):
    parameters = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": "https://app.example.com/signed-out",
    }
    return f"{ISSUER}/logout?{urlencode(parameters)}"
