"""Where the site and its repository live: from the environment, from CI or from git, or left out."""

import os
import re
import subprocess
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

_HOSTS = ("github.com", "gitlab.com", "bitbucket.org")

_NO_SUCH_PAGE = """<h1>No such page</h1>
<p>This address leads nowhere; the page may have moved. Search, or go to the <a href="{}index.html">front door</a>.</p>
"""


def repository_url(folder: str) -> str:
    """Return the web address of the repository, or nothing if it has none that readers can open."""
    server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and name:
        return f"{server}/{name}"
    if os.environ.get("CI_PROJECT_URL"):
        return os.environ["CI_PROJECT_URL"]
    try:
        git = subprocess.run(
            ["git", "-C", folder, "remote", "get-url", "origin"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:  # a download without git
        return ""
    # git@host:owner/name.git, ssh://git@host/owner/name.git and https://user:token@host/owner/name.git are one address.
    found = re.fullmatch(r"(?:\w+://)?(?:[^@/]+@)?([\w.-]+)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", git.stdout.strip())
    return f"https://{found[1]}/{found[2]}" if found and found[1] in _HOSTS else ""


def configure(app: Sphinx, config: Config) -> None:
    """Put the addresses where Sphinx, the theme and the 404 page look for them."""
    if config.html_baseurl:
        config.html_baseurl = config.html_baseurl.rstrip("/") + "/"
    prefix = urlsplit(config.html_baseurl).path or "/"
    config.notfound_urls_prefix = prefix
    config.notfound_context = {"title": "No such page", "body": _NO_SUCH_PAGE.format(prefix)}
    repository = repository_url(str(app.srcdir))
    if repository and urlsplit(repository).netloc in _HOSTS:
        config.html_theme_options |= {
            "repository_url": repository,
            "use_repository_button": True,
            "use_edit_page_button": True,
            "use_issues_button": "bitbucket" not in repository,
        }
        if "github.com" in repository:
            config.html_theme_options["launch_buttons"] = {
                "binderhub_url": "https://mybinder.org",
                "notebook_interface": "jupyterlab",
            }


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    if app.config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
