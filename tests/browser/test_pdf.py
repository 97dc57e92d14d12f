"""The printed book: tagged, in outline, in vectors, and every link of it leads somewhere."""

import pickle
import subprocess
import sys
from types import SimpleNamespace

import pikepdf
import pytest

from mlpm_sphinx import printing, take_along


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdf")
    env = pickle.loads((site.html.parent / ".doctrees" / "environment.pickle").read_bytes())
    parts = take_along.read(SimpleNamespace(env=env, outdir=site.html))
    document = folder / "book.html"
    document.write_text(take_along.printable(parts, "", "ML PM Handbook", "Its authors"), encoding="utf-8")
    # As make book does it; and one process can talk to one Chromium in this way.
    subprocess.run([sys.executable, "-m", printing.__name__, document, folder / "book.pdf"], check=True)
    assert sorted(path.name for path in folder.iterdir()) == ["book.html", "book.pdf"]
    with pikepdf.open(folder / "book.pdf") as pdf:
        yield pdf


def test_it_is_tagged_and_says_its_language_and_title(book):
    assert book.Root.MarkInfo.Marked is True
    assert book.Root.StructTreeRoot.K
    assert str(book.Root.Lang).startswith("en")
    with book.open_metadata() as meta:
        assert meta["dc:title"] == "ML PM Handbook"


def test_its_outline_is_that_of_the_book(book):
    with book.open_outline() as outline:
        parts = {part.title: [page.title for page in part.children] for part in outline.root}
    assert parts["Begin"] == ["Start here", "The three traps"]
    assert "Scope an MVP" not in parts["Learn"]
    assert len(parts["Tools"]) == 39


def test_charts_and_formulas_are_no_photographs(book):
    drawn = [thing for page in book.pages for thing in page.get("/Resources", {}).get("/XObject", {}).values()]
    assert [thing for thing in drawn if thing.get("/Subtype") == "/Image"] == []


def test_its_links_lead_to_places_in_it(book):
    names = pikepdf.NameTree(book.Root.Names.Dests) if "/Names" in book.Root and "/Dests" in book.Root.Names else {}
    known = set(names) | {name.removeprefix("/") for name in book.Root.get("/Dests", {})}
    links = [note for page in book.pages for note in page.get("/Annots", []) if note.get("/Subtype") == "/Link"]
    inner = [note for note in links if "/Dest" in note]
    assert len(inner) > 4000
    named = {str(note.Dest).removeprefix("/") for note in inner if not isinstance(note.Dest, pikepdf.Array)}
    assert named - known == set()


def test_no_page_is_wider_or_higher_than_the_paper(book):
    for page in book.pages:
        _, _, width, height = (float(side) for side in page.mediabox)
        assert (round(width), round(height)) == (595, 842)
