"""Where the site and its repository live: from the environment, from CI or from git, or left out."""

import os
import re
import subprocess
from urllib.parse import urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

_BINDER = "https://mybinder.org"
_HOSTS = ("github.com", "gitlab.com", "bitbucket.org")
# In .github/ISSUE_TEMPLATE; the ids of its fields can be filled in by the address that opens it.
PROBLEM_FORM = "wrong-fact.yml"

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


def binder_url(repository: str, stem: str) -> str:
    """Return where Binder opens a notebook of a repository, or nothing if Binder cannot reach it."""
    parts = urlsplit(repository)
    if parts.netloc != "github.com":
        return ""
    return f"{_BINDER}/v2/gh{parts.path}/HEAD?urlpath=lab/tree/notebooks/{stem}.ipynb"


def problem_url(repository: str, title: str, source: str) -> str:
    """Return where a reader says that a page is wrong, with the page named; nothing where no such form is known.

    source: the page's file in the repository.
    """
    title = f"Wrong: {title}"
    host = urlsplit(repository).netloc
    if host == "github.com":
        named = {"template": PROBLEM_FORM, "title": title, "page": source}
        return f"{repository}/issues/new?{urlencode(named)}"
    if host == "gitlab.com":
        asked = ("What is wrong (copy the sentence or the number):", "What is right, and who says so:\n")
        named = {"issue[title]": title, "issue[description]": "\n\n".join((f"Page: {source}", *asked))}
        return f"{repository}/-/issues/new?{urlencode(named)}"
    return ""


def add_problem_url(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Hand the address to the foot of the page (page-actions.html)."""
    if doctree is not None:
        title, source = app.env.titles[pagename].astext(), app.env.doc2path(pagename, base=False)
        context["problem_url"] = problem_url(app.config.mlpm_repository, title, str(source))


def configure(app: Sphinx, config: Config) -> None:
    """Put the addresses where Sphinx, the theme and the 404 page look for them."""
    if config.html_baseurl:
        config.html_baseurl = config.html_baseurl.rstrip("/") + "/"
    prefix = urlsplit(config.html_baseurl).path or "/"
    config.notfound_urls_prefix = prefix
    config.notfound_context = {"title": "No such page", "body": _NO_SUCH_PAGE.format(prefix)}
    repository = config.mlpm_repository = repository_url(str(app.srcdir))
    if repository and urlsplit(repository).netloc in _HOSTS:
        config.html_theme_options |= {
            "repository_url": repository,
            "repository_branch": "main",  # the theme believes in another name
            "use_repository_button": True,
            "use_edit_page_button": True,
        }
        if "github.com" in repository:
            config.html_theme_options["launch_buttons"] = {
                "binderhub_url": _BINDER,
                "notebook_interface": "jupyterlab",
            }


def setup(app: Sphinx) -> None:
    # A value of the configuration: pages are made again where the address has changed.
    app.add_config_value("mlpm_repository", "", "env", types=[str])
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_problem_url)
    if app.config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
