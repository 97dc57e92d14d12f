"""Bring a Chromium for the browser tests and for printing the book, if there is none.

Debian's own package where apt may be used without asking for a password, else playwright's installer.
When neither works: one line that says what to install, and a failure; the browser tests are never skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The shell has no windows: a page opens in a quarter of the time, and none is left undrawn because another covers it.
SHELL, WHOLE = "chromium-headless-shell", "chromium"
ON_PATH = (SHELL, WHOLE, "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium: named in CHROMIUM, on PATH, or brought by playwright; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in ON_PATH:
        if on_path := shutil.which(name):
            return on_path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


def succeeds(*command: str) -> bool:
    """Run a command quietly; say whether it ended well."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


def bring_by_apt() -> bool:
    """Install Debian's chromium as root, or through a sudo that asks for no password."""
    if not shutil.which("apt-get"):
        return False
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if become and not succeeds(*become, "true"):
        return False
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # On Ubuntu the package chromium is a snap: it installs, but nothing appears on PATH.
    return succeeds(*apt, "update") and any(
        succeeds(*apt, "install", "-y", "--no-install-recommends", package) and shutil.which(package)
        for package in (SHELL, WHOLE)
    )


def main() -> int:
    if find_chromium():
        return 0
    if os.environ.get("CHROMIUM"):
        print(f"CHROMIUM names no program: {os.environ['CHROMIUM']}. Unset it or correct it.", file=sys.stderr)
        return 1
    print("Bringing a Chromium for the browser tests (once) …", flush=True)
    if bring_by_apt() or succeeds(sys.executable, "-m", "playwright", "install", "chromium"):
        return 0
    print(
        "The browser tests need Chromium: install it (Debian: apt install chromium), or set CHROMIUM to its path.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
