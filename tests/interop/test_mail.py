# Chart 566: Mail | by SMTP with STARTTLS and a password, as text and HTML; a server that is away or refuses
"""Mail by SMTP, received by aiosmtpd: with TLS and a password, refused, and while the mail server is away."""

import base64
import email
import email.policy
import http.cookiejar
import os
import re
import secrets
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

BIN = os.environ["INTEROP_BIN"]
ADDRESS = "ada@people.test"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Inbox:
    """What a mail server has taken, and what it answers to `RCPT TO`."""

    def __init__(self):
        self.mails, self.answer = [], "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 taken"

    def next(self, number=1):
        """The mail of that number, once it has come."""
        for _ in range(300):
            if len(self.mails) >= number:
                return self.mails[number - 1]
            time.sleep(0.1)
        raise AssertionError(f"{len(self.mails)} mails")


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost, which is its own authority."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    # What is its own authority may not be the certificate of a server as well, for some.
    extra = ["-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run([*new, "-keyout", key, "-out", cert, *subject, *extra], check=True, capture_output=True)
    return key, cert


def mail_test(**settings):
    """`credenza mail test` with these settings of `[mail]`."""
    names = {f"CREDENZA_MAIL__{name.upper()}": str(value) for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if not name.startswith("CREDENZA_")}
    env = {**others, "CREDENZA_MAIL__FROM": "Example <no-reply@example.test>", **names}
    done = subprocess.run([BIN, "mail", "test", ADDRESS], check=False, capture_output=True, text=True, env=env)
    return done.returncode, done.stdout + done.stderr


def test_starttls_and_a_password(certificate):
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    inbox = Inbox()

    def authenticator(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"mailer", b"s3cr&t"), handled=False)

    port = free_port()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticator,
    )
    controller.start()
    try:
        url = f"smtp://mailer:s3cr%26t@localhost:{port}?tls=required"
        code, said = mail_test(smtp_url=url, ca_file=cert)
        assert code == 0, said
        sender, recipients, mail = inbox.next()
        assert (sender, recipients) == ("no-reply@example.test", [ADDRESS])
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"].endswith("@example.test>")
        code, said = mail_test(smtp_url=url.replace("s3cr%26t", "wrong-password"), ca_file=cert)
        assert code != 0 and "wrong-password" not in said and "535" in said, said
        code, said = mail_test(smtp_url=url)
        assert code != 0 and "s3cr" not in said, said
        # Without TLS the server does not take it.
        code, said = mail_test(smtp_url=f"smtp://localhost:{port}")
        assert code != 0, said
        assert len(inbox.mails) == 1
    finally:
        controller.stop()


def test_settings_that_cannot_be():
    for settings, why in [
        ({"smtp_url": "https://user:hidden@example.test"}, "mail.smtp_url"),
        ({"smtp_url": "smtp://localhost", "directory": "/tmp/x"}, "remove one"),
        ({"smtp_url": "smtp://localhost", "from": "nobody"}, "mail.from"),
        ({}, "no mail is sent"),
    ]:
        code, said = mail_test(**settings)
        assert code != 0 and why in said and "hidden" not in said, said


@pytest.fixture
def serve(tmp_path):
    """A provider that sends mail to that port."""
    servers = []

    def start(port):
        own = free_port()
        env = {name: value for name, value in os.environ.items() if not name.startswith("CREDENZA_")}
        env |= {
            "CREDENZA_LISTEN": f"127.0.0.1:{own}",
            "CREDENZA_ISSUER": f"http://127.0.0.1:{own}",
            "CREDENZA_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
            "CREDENZA_DATABASE_URL": f"sqlite:{tmp_path}/credenza.db",
            "CREDENZA_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "CREDENZA_MAIL__FROM": "no-reply@example.test",
            "CREDENZA_MAIL__SMTP_URL": f"smtp://localhost:{port}",
        }
        log = open(tmp_path / "server.log", "w")  # noqa: SIM115 - as long as the server
        server = subprocess.Popen([BIN, "serve", "--insecure-http"], env=env, stdout=log, stderr=log)
        servers.append(server)
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{env['CREDENZA_ISSUER']}/readyz").close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (tmp_path / "server.log").read_text()
                time.sleep(0.2)
        user = [BIN, "user", "create", "--username", "ada", "--email", ADDRESS]
        subprocess.run(user, check=True, capture_output=True, env=env)
        return env

    yield start
    for server in servers:
        server.kill()
        server.wait()


def ask(issuer):
    """Asks for a link as somebody who has forgotten their password."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{issuer}/forgot-password").read().decode()
    hidden = dict(re.findall(r'name="(request|csrf)" value="([^"]*)"', page))
    body = urllib.parse.urlencode({**hidden, "username": "ada"}).encode()
    with browser.open(f"{issuer}/forgot-password", body) as answer:
        return answer.read().decode()


def until(condition):
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)
    return False


def read(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def test_a_link_arrives_and_its_new_password_is_told(serve):
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        env = serve(port)
        issuer = env["CREDENZA_ISSUER"]
        assert 'id="mail-sent"' in ask(issuer)
        _, recipients, mail = inbox.next()
        assert recipients == [ADDRESS] and mail["Subject"] == "Choose a new password for Credenza"
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        link = re.search(rf"{re.escape(issuer)}/reset-password\?token=\S+", text).group()
        assert link in html and "<script" not in html and "<img" not in html
        token = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["token"][0]
        body = urllib.parse.urlencode({"token": token, "password": "seven swans a-swimming"}).encode()
        with urllib.request.urlopen(f"{issuer}/reset-password", body) as answer:
            assert 'id="password-changed"' in answer.read().decode()
        assert inbox.next(2)[2]["Subject"] == "Your password for Credenza was changed"
        assert read(f"{issuer}/readyz") == "ok\nmail: up\n"
        metrics = read(f"http://{env['CREDENZA_METRICS_LISTEN']}/metrics")
        assert 'credenza_mails_total{outcome="sent"} 2' in metrics
    finally:
        controller.stop()


def test_a_mail_server_that_is_away_or_refuses(serve):
    port = free_port()
    env = serve(port)
    issuer, metrics = env["CREDENZA_ISSUER"], f"http://{env['CREDENZA_METRICS_LISTEN']}/metrics"
    # People are told the same, the provider stays ready, and the mail waits.
    assert 'id="mail-sent"' in ask(issuer)
    assert until(lambda: read(f"{issuer}/readyz") == "ok\nmail: down\n")
    assert until(lambda: "credenza_mails_pending 1" in read(metrics))
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        # It is refused for good: given up, and the next one is sent.
        inbox.answer = "550 no such mailbox"
        assert 'id="mail-sent"' in ask(issuer)
        assert until(lambda: 'credenza_mails_total{outcome="given_up"} 1' in read(metrics))
        inbox.answer = "250 OK"
        assert 'id="mail-sent"' in ask(issuer)
        assert inbox.next()[1] == [ADDRESS]
        assert until(lambda: read(f"{issuer}/readyz") == "ok\nmail: up\n")
    finally:
        controller.stop()
