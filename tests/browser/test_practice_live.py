"""The practice page draws a card, keeps time, adds up ten lines, and keeps all of it in the reader's browser only."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from patience import axe

from repository import ROOT

PAGE = "docs/career/practice-interviews.html"
CHAPTER = "docs/career/pass-the-interviews.html"
SCORES = [3, 2, 3, 3, 1, 3, 2, 3, 2, 3]  # the second answer of the chapter's worked example: 25


def button(page, name):
    return page.locator(".practice-desk").get_by_role("button", name=name)


def title(page) -> str:
    return page.locator(".practice-card h3").inner_text()


def clock(page) -> str:
    return page.get_by_role("timer").inner_text()


def said(page) -> str:
    return page.locator(".practice-desk p[role=status]").inner_text()


@pytest.fixture
def desk(visit):
    """The practice page, opened on a summer morning by a clock that only the test moves."""

    def open_desk(width=390, **options):
        page = visit("search.html", width, **options)
        page.clock.install(time="2026-06-15T09:00:00")
        page.goto(page.url.replace("search.html", PAGE))
        page.clock.pause_at("2026-06-15T09:00:10")
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    return open_desk


def draw(page, title=""):
    page.get_by_label("Card", exact=True).select_option(label=title or "Draw one that I have not had")
    button(page, "Give me a card").click()


def come_to_score(page):
    button(page, "Start: 2 minutes").click()
    button(page, "Start talking").click()
    button(page, "Stop and score").click()


def lines(page):
    """The ten lines of the rubric; a group of another kind may stand elsewhere on the page."""
    return page.locator(".practice-desk").get_by_role("group")


def score(page, scores=SCORES):
    for group, points in zip(lines(page).all(), scores, strict=True):
        group.get_by_label(str(points), exact=True).check()


def attempt(page, card, scores=SCORES, notes=""):
    draw(page, card)
    come_to_score(page)
    score(page, scores)
    page.get_by_label("Notes").fill(notes)
    button(page, "Keep this attempt").click()


def test_it_draws_every_card_once_before_it_draws_one_again(desk):
    page = desk()
    drawn = []
    for _ in range(20):
        draw(page)
        drawn.append(title(page))
    assert len(set(drawn)) == 20
    draw(page)
    assert title(page) in drawn


def test_a_chosen_card_comes_with_its_words_and_takes_the_focus(desk):
    page = desk()
    page.get_by_label("without ML").check()
    draw(page, "Latency doubled")
    assert title(page) == "Latency doubled, without ML"
    assert page.locator(".practice-card blockquote").inner_text().startswith("Latency doubled after the new model.")
    assert page.evaluate("document.activeElement.tagName") == "H3"


def test_the_clock_counts_and_the_time_is_said_only_now_and_then(desk):
    page = desk()
    draw(page)
    button(page, "Start: 2 minutes").click()
    assert (clock(page), said(page)) == ("2:00 left to plan", "2:00 left to plan")
    page.clock.run_for(50_000)
    assert (clock(page), said(page)) == ("1:10 left to plan", "2:00 left to plan")
    page.clock.run_for(15_000)
    assert (clock(page), said(page)) == ("0:55 left to plan", "1:00 left to plan")
    page.clock.run_for(55_000)
    assert (clock(page), said(page)) == ("12:00 left to talk", "12:00 left to talk")
    page.clock.run_for(12 * 60_000)
    assert said(page) == "Time to score."
    assert lines(page).first.is_visible()
    assert not page.get_by_role("timer").is_visible()


def test_the_clock_can_stand(desk):
    page = desk()
    draw(page)
    button(page, "Start: 2 minutes").click()
    page.clock.run_for(30_000)
    button(page, "Stop the clock").click()
    page.clock.run_for(300_000)
    assert clock(page) == "1:30 left to plan"
    button(page, "Go on").click()
    page.clock.run_for(10_000)
    assert clock(page) == "1:20 left to plan"


def test_scores_add_up_and_an_open_line_is_asked_for(desk):
    page = desk()
    draw(page, "An assistant by spring")
    come_to_score(page)
    assert page.locator("output").inner_text() == "0 of 30; 0 of 10 lines scored"
    score(page, [*SCORES[:9], 0])
    assert page.locator("output").inner_text() == "22 of 30; 10 of 10 lines scored"
    page.reload()
    lines(page).nth(9).get_by_label("3", exact=True).check()
    assert page.locator("output").inner_text() == "25 of 30; 10 of 10 lines scored"
    draw(page)
    come_to_score(page)
    button(page, "Keep this attempt").click()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert page.locator(".practice-done li:visible").count() == 0


def test_it_works_by_keyboard_alone(desk):
    page = desk()
    button(page, "Give me a card").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for label in ("Start: 2 minutes", "Start talking", "Stop and score"):
        assert label in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    assert page.locator("output").inner_text() == "10 of 30; 10 of 10 lines scored"


def test_what_was_done_is_there_after_a_reload_and_gone_when_forgotten(desk):
    page = desk()
    draw(page, "Hostile comments")
    come_to_score(page)
    score(page)
    page.get_by_label("Notes").fill("two lines\nof notes")
    page.reload()
    assert page.get_by_label("Notes").input_value() == "two lines\nof notes"
    assert page.locator("output").inner_text() == "25 of 30; 10 of 10 lines scored"
    kept = page.evaluate("Object.keys(localStorage)")
    assert set(kept) - {"mode", "theme"} == {"ml-pm-practice"}
    button(page, "Keep this attempt").click()
    page.reload()
    assert page.locator(".practice-done li").all_inner_texts() == ["2026-06-15: Hostile comments, 25 of 30"]
    button(page, "Forget everything").click()
    assert said(page) == "Everything is forgotten."
    assert page.evaluate("localStorage.getItem('ml-pm-practice')") is None
    page.reload()
    assert not page.locator(".practice-done").is_visible()


def test_a_clock_that_ran_out_while_the_page_was_closed_does_not_start_the_next_part(desk):
    page = desk()
    draw(page)
    button(page, "Start: 2 minutes").click()
    page.clock.run_for(30_000)
    page.reload()
    assert clock(page) == "1:30 left to plan"
    page.evaluate("""() => {
        const kept = JSON.parse(localStorage["ml-pm-practice"]);
        localStorage["ml-pm-practice"] = JSON.stringify({ ...kept, ends: 1 });
    }""")
    page.reload()
    assert button(page, "Start: 2 minutes").is_visible()


@pytest.mark.parametrize("kept", ["{", "7", '{"done": 1}', '{"done": [], "card": "prompt-gone", "phase": "score"}'])
def test_what_it_cannot_read_is_left_aside(desk, kept):
    page = desk()
    page.evaluate("kept => { localStorage['ml-pm-practice'] = kept; }", kept)
    page.reload()
    assert not lines(page).first.is_visible()
    draw(page)
    assert title(page)
    assert page.complaints == []


def test_three_attempts_show_the_line_that_stays_low_and_the_file_holds_them(desk):
    page = desk()
    attempt(page, "Hostile comments", SCORES, "said cover late")
    attempt(page, "An agent that refunds", [0] * 10)
    page.get_by_label("without ML").check()
    attempt(page, "Ignored recommendations", [3] * 10)
    assert page.locator(".practice-low").inner_text() == "Lowest in the last three: Data and labels, 4 of 9."
    with page.expect_download() as caught:
        button(page, "Download as Markdown").click()
    assert caught.value.suggested_filename == "interview-practice.md"
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    assert text.startswith(
        "# Interview practice\n\n## 2026-06-15: Hostile comments, 25 of 30\n\n"
        "> Our comments feel hostile, and a good classifier exists. What do you do?\n\n- Objective stated: 3\n"
    )
    assert "- Clear recommendation: 3\n\nsaid cover late\n\n## 2026-06-15: An agent that refunds, 0 of 30" in text
    assert "## 2026-06-15: Ignored recommendations, without ML, 30 of 30" in text
    assert text.endswith("- Clear recommendation: 3\n")


def test_the_model_answer_is_one_link_away_and_the_way_back_finds_the_scores(desk):
    page = desk()
    draw(page, "Plus three percent, uneven split")
    come_to_score(page)
    score(page)
    page.get_by_role("link", name="Compare with the model answer").click()
    page.wait_for_url("**/interview-prompts.html#prompt-uneven-split")
    answer = page.locator("#prompt-uneven-split details")
    answer.locator("summary").press("Enter")
    assert answer.locator("p").first.is_visible()
    page.go_back()
    assert page.locator("output").inner_text() == "25 of 30; 10 of 10 lines scored"


def test_nothing_is_asked_for_after_the_page_has_come(desk, address):
    page = desk()
    page.wait_for_load_state("networkidle")
    before = len(page.asked)
    attempt(page, "Hostile comments")
    page.clock.run_for(60_000)
    button(page, "Forget everything").click()
    assert page.asked[before:] == []
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.complaints == []


def test_only_its_page_loads_the_script_and_the_script_is_small(desk, visit, site):
    assert [url for url in desk().asked if "practice.js" in urlsplit(url).path]
    assert not [url for url in visit(CHAPTER).asked if "practice." in urlsplit(url).path]
    assert len((site.html / "_static/practice.js").read_bytes()) <= 6144


def test_the_desk_fits_a_small_phone_and_axe_finds_nothing(visit):
    for mode in ("light", "dark"):
        page = visit(PAGE, 320, color_scheme=mode, reduced_motion="reduce", has_touch=True)  # axe needs a running clock
        draw(page, "Hostile comments")
        button(page, "Start: 2 minutes").tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        button(page, "Start talking").tap()
        button(page, "Stop and score").tap()
        score(page)
        page.get_by_label("Notes").fill("x")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert axe(page) == []
        sizes = page.evaluate(
            "[...document.querySelectorAll('.practice-desk :is(button, select, fieldset label)')]"
            ".filter((part) => part.offsetParent).map((part) => part.offsetHeight)"
        )
        assert min(sizes) >= 44


def test_without_javascript_the_page_is_a_list_and_a_routine_on_paper(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert not page.locator(".practice-desk").is_visible()
    assert page.get_by_text("use the paper below").is_visible()
    prompts = re.findall(r"^\(prompt-", (ROOT / "docs/career/interview-prompts.md").read_text(encoding="utf-8"), re.M)
    assert page.locator("#the-twenty-cards li a:visible").count() == len(prompts) == 20
    assert page.locator("#the-ten-lines tbody tr:visible").count() == 10
