"""What Schemathesis has to know about the provider that OpenAPI cannot say."""

import itertools
import os
import re

import schemathesis

#: What the run itself stands on.
#: The applications of the person, by their access tokens for the account API.
APPLICATIONS = dict(pair.split("=", 1) for pair in os.environ["OPENAPI_PERSON_TOKENS"].split())
OWN = {os.environ["OPENAPI_CLIENT"], *APPLICATIONS.values(), "default"}
#: The media type of imports and exports.
LINES = "application/x-ndjson"
#: Parameters that say nothing when they are made up: cursors are what an answer before gave, and waiting takes time.
OMITTED = {"cursor", "after", "wait"}
#: Where webhooks lead: the receiver of this run, so that what is sent to them arrives, and nothing leaves the machine.
HOOK = os.environ["OPENAPI_HOOK"]
#: Calls that were made.
COUNT = itertools.count()
#: How many calls in a minute one application may make for one person, and those that were made for the person.
LIMIT = 300
PERSONAL = itertools.count()
#: A list of entity tags (RFC 9110 8.8.3).
TAGS = re.compile(r'(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*')


def referred(document, value):
    """What a reference leads to."""
    for _ in range(8):
        if "$ref" not in value:
            break
        found = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        value = found
    return value


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # It knows what a bearer token is, and not where OAuth gets it.
    schemes = raw_schema["components"]["securitySchemes"]
    schemes["oauth2"] = {"type": "http", "scheme": "bearer"}
    schemes["account"] = {"type": "http", "scheme": "bearer"}
    # After some wrong admin keys, an address has to wait with the right one too.
    del schemes["adminKey"]
    for methods in raw_schema["paths"].values():
        for method, operation in list(methods.items()):
            sent = operation.get("requestBody", {}).get("content", {})
            answers = (referred(raw_schema, answer) for answer in operation["responses"].values())
            answered = [answer.get("content", {}) for answer in answers]
            if any(LINES in content for content in [sent, *answered]):
                # It writes and reads no lines; they have tests of their own.
                del methods[method]
                continue
            operation["security"] = [kind for kind in operation["security"] if "adminKey" not in kind]
            parameters = [(one, referred(raw_schema, one)) for one in operation.get("parameters", [])]
            operation["parameters"] = [one for one, meant in parameters if meant["name"] not in OMITTED]


def led_here(value):
    """The same body, with every address in it the receiver's. What is no address stays what it is."""
    if isinstance(value, list):
        return [led_here(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: HOOK if name == "url" and is_address(one) else led_here(one) for name, one in value.items()}


def is_address(value):
    return isinstance(value, str) and re.match("https?://[^/]", value, re.IGNORECASE) is not None


def by_another(headers):
    """Calls the account API by one application after the other: the limit of one is reached in less than a minute, and a call that
    is refused for that shows nothing."""
    tokens = list(APPLICATIONS)
    if headers.get("Authorization") == f"Bearer {tokens[0]}":
        number = next(PERSONAL) // (LIMIT - 20) % len(tokens)
        headers["Authorization"] = f"Bearer {tokens[number]}"


@schemathesis.hook
def before_call(context, case, kwargs):
    by_another(case.headers or {})
    if isinstance(case.body, dict):
        case.body = led_here(case.body)
        # Nor does the person who asks sign out everywhere.
        if case.body.get("everywhere") is True:
            case.body["everywhere"] = False
    leaves = case.operation.path == "/api/v1/me/sessions" and case.method == "DELETE"
    if leaves and (case.query or {}).get("others") in (None, False, "false"):
        case.query = {**(case.query or {}), "others": "true"}
    # Nothing that is made up deletes the client that asks.
    for name, value in (case.path_parameters or {}).items():
        if value in OWN:
            case.path_parameters[name] = "nobody"
    # A tag that is made up is of no version. What comes after that check is to be reached, too.
    if TAGS.fullmatch(str((case.headers or {}).get("If-Match", ""))):
        case.headers["If-Match"] = "*"
    # With a key that came before, what was made then is answered once more, though it may have been deleted since.
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]([ -~]*[!-~])?", key):
        case.headers["Idempotency-Key"] = f"{key[:240]}.{next(COUNT)}"
