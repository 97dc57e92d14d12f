"""Binder's image without Docker, made once for a whole test run, and a JupyterLab in it for each process."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import recipe
from recipe import Image

from building import once
from repository import tree

TOKEN = "a-test"


@pytest.fixture(scope="session")
def image(tmp_path_factory, worker_id) -> Image:
    def make(folder: Path) -> dict:
        return recipe.make(folder).seconds

    folder, seconds = once(tmp_path_factory.getbasetemp(), worker_id, "binder", make)
    return Image(folder / "environment", folder / "home", seconds)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab. home: the folder it shows."""

    url: str
    home: Path

    def address(self, path: str) -> str:
        """Where the browser opens a file, in a workspace of nobody."""
        return f"{self.url}/lab/tree/{path}?token={TOKEN}&reset"

    def asked(self, path: str, method: str = "GET"):
        """What the server's interface answers."""
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method,
                                         headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def state(self) -> str:
        """The state of the one kernel; `starting` where there is none yet."""
        try:
            kernels = self.asked("kernels")
        except urllib.error.HTTPError:  # now and then the server stumbles over a kernel that is not up yet
            kernels = []
        return kernels[0]["execution_state"] if kernels else "starting"

    def shut_down(self) -> None:
        """End all sessions, so that the next notebook's kernel is the only one."""
        for session in self.asked("sessions"):
            self.asked(f"sessions/{session['id']}", "DELETE")


@pytest.fixture(scope="session")
def lab(image, tmp_path_factory) -> Iterator[Lab]:
    """Start JupyterLab as Binder does, in a copy of the home folder: two processes must not write the same files."""
    folder = tmp_path_factory.mktemp("lab")
    home = tree(folder / "home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [image.environment / "bin" / "jupyter-lab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
             f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={home}",
             f"--IdentityProvider.token={TOKEN}"],
            cwd=home, env=image.variables(HOME=str(folder)), stdout=log, stderr=log,
        )
        started = Lab(f"http://127.0.0.1:{port}", home)
        try:
            _wait_for(started, server, folder / "log")
            yield started
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            lab.asked("status")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
