"""The repository's address is found where the handbook is built, or left out; never guessed, never with a secret."""

import subprocess

import pytest

from building import ELSEWHERE
from mlpm_sphinx.address import repository_url


@pytest.fixture
def origin(tmp_path, monkeypatch):
    """Make a repository whose origin is at an address; return its folder."""
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)

    def origin(address: str) -> str:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", address], check=True)
        return str(tmp_path)

    return origin


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/owner/name.git", "https://github.com/owner/name"),
        ("git@github.com:owner/name.git", "https://github.com/owner/name"),
        ("ssh://git@gitlab.com/owner/name", "https://gitlab.com/owner/name"),
        ("https://user:secret@github.com/owner/na.me.git", "https://github.com/owner/na.me"),
        ("/home/somebody/name", ""),
        ("https://git.example.org/owner/name", ""),
    ],
)
def test_the_remote_gives_an_address_readers_can_open(origin, address, expected):
    assert repository_url(origin(address)) == expected


def test_a_folder_without_git_gives_none(tmp_path, monkeypatch):
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert repository_url(str(tmp_path)) == ""


def test_ci_knows_better_than_the_remote(origin, monkeypatch):
    folder = origin("https://github.com/fork/name")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    assert repository_url(folder) == "https://github.com/owner/name"
