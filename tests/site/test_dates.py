"""A day is never broken at its hyphens, and nothing else changes."""

from lxml import html

from building import Project

MATTER = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n"


def test_a_day_in_a_sentence_is_kept_together_and_one_in_code_or_a_title_is_left_alone(tmp_path):
    project = Project(tmp_path)
    said = "Seen *on 2026-02-01*, until 2026-03-31. `2026-04-01` and 12026-05-011."
    project.write("index.md", f"{MATTER}# From 2026-01-31\n\n{said}\n")
    built = project.build()
    assert (built.said, built.code) == ("", 0)
    article = html.fromstring(built.page("index.html")).find_class("bd-article")[0]
    assert [span.text for span in article.find_class("day")] == ["2026-02-01", "2026-03-31"]
    assert "Seen on 2026-02-01, until 2026-03-31. 2026-04-01 and 12026-05-011." in article.text_content()
