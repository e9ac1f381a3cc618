"""Passkeys, in a real browser with a virtual authenticator, against a real server."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cli.test_serve import serving
from tests.web.newcomers import PASSWORD, someone


@pytest.mark.slow
def test_a_passkey_is_added_and_signs_in_without_a_password(tmp_path: Path, browser: Browser) -> None:
    one = someone()
    arguments = ("serve", "--port", "0", "--counter-port", "0", "--no-worker")
    with serving(tmp_path / "log", *arguments) as server, browser.new_context() as context:
        desk = server.wait_for(r"desk: (\S+)\n")[1]
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        authenticator = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        verified = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": {**authenticator, **verified}})

        page.goto(f"{desk}account/login/")
        page.fill("[name=login]", one.user.email)
        page.fill("[name=password]", PASSWORD)
        page.click("form[action='/account/login/'] button[type=submit]")
        page.wait_for_url(desk)
        page.goto(f"{desk}account/2fa/webauthn/add/")
        page.fill("[name=password]", PASSWORD)
        page.click("form[action='/account/reauthenticate/'] button[type=submit]")
        page.wait_for_url(re.compile("webauthn/add"))
        page.fill("[name=name]", "My laptop")
        page.check("[name=passwordless]")
        page.click("#mfa_webauthn_add")
        page.wait_for_url(re.compile("recovery-codes"))
        page.goto(f"{desk}account/2fa/webauthn/")
        listed = page.content()
        context.clear_cookies()
        page.goto(f"{desk}account/login/")
        page.click("#passkey_login")
        page.wait_for_url(desk)
        page.goto(f"{desk}account/2fa/webauthn/")
        used = page.content()

    assert "My laptop" in listed
    assert "Passkey" in listed
    assert "My laptop" in used
    assert not [error for error in errors if "favicon" not in error and "404" not in error], errors
    log = (tmp_path / "log").read_text()
    assert re.search(r'"by": \["mfa"\]|by=\[.mfa.\]', log), log[-2000:]
