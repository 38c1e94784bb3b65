"""Firefox, driven by its own remote protocol, Marionette (length-prefixed JSON over a socket), as Playwright drives
only a Firefox of its own. It must not loosen what a reader's Firefox holds to: the pages of a disk stay strangers.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: What a page from a disk may reach is the point of the tests, so it is set to what readers have, and the rest keeps
#: the browser from calling out and from asking.
PREFERENCES: Mapping[str, object] = {
    "security.fileuri.strict_origin_policy": True,
    # else Marionette sets “recommended” preferences of its own, which include a lax policy for files
    "remote.prefs.recommended": False,
    "marionette.port": 0,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.prefetch-next": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}


def find_firefox() -> str | None:
    """Return the path of an installed Firefox, None where there is none."""
    named = os.environ.get("ROSTRUM_FIREFOX")
    return named or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


class Firefox:
    """A headless Firefox with one window and an empty profile in `folder`."""

    def __init__(self, program: str, folder: Path, patience: float = 60.0) -> None:
        """Start it. `patience`: seconds that an answer may take; TimeoutError where it takes longer."""
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--marionette", "--profile", str(folder), "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        self._asked = 0
        try:
            self._socket = self._connect(folder / "MarionetteActivePort", time.monotonic() + patience)
            self._socket.settimeout(patience)
            self._receive()  # its greeting
            self._ask("WebDriver:NewSession", {"strictFileInteractability": True})
        except BaseException:
            self._process.kill()
            raise

    def open(self, address: str) -> None:
        """Open an address and wait until its page is loaded."""
        self._ask("WebDriver:Navigate", {"url": address})

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript says on the page; a promise is waited for."""
        script = f"const [done] = arguments; Promise.resolve({expression}).then(done, e => done(String(e)));"
        return self._ask("WebDriver:ExecuteAsyncScript", {"script": script, "args": [], "sandbox": None})["value"]

    def back(self) -> None:
        """Go one step back in the history."""
        self._ask("WebDriver:Back", {})

    def close(self) -> None:
        """End the browser."""
        try:
            self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
            self._process.wait(10)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._socket.close()

    def _connect(self, port: Path, deadline: float) -> socket.socket:
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"Firefox ended at once with exit code {self._process.returncode}")
            text = port.read_text("ascii").strip() if port.is_file() else ""
            if text:
                return socket.create_connection(("127.0.0.1", int(text)), timeout=10)
            time.sleep(0.05)
        raise TimeoutError("Firefox did not open its remote port")

    def _ask(self, command: str, parameters: Mapping[str, object]) -> Any:
        self._asked += 1
        data = json.dumps([0, self._asked, command, parameters]).encode()
        self._socket.sendall(str(len(data)).encode() + b":" + data)
        _, number, error, result = self._receive()
        if number != self._asked:
            raise RuntimeError(f"Firefox answered {number} where {self._asked} was asked")
        if error:
            raise RuntimeError(f"Firefox: {command}: {error['message']}")
        return result

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._read(1)
        return json.loads(self._read(int(length[:-1])))

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise RuntimeError("Firefox closed the connection")
            data += piece
        return data
