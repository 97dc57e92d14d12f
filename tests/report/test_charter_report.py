"""The charter tool as a report, on files of other people: their own names, two markers, and what is refused."""

from reporting import Tool

CHARTER = Tool(
    "write-a-role-charter",
    {
        "decisions": int,
        "markers": int,
        "marks": int,
        "percent_agreement": float,
        "states": dict,
        "conflicts": list,
        "agenda": list,
        "pairs": list,
        "claims": list,
    },
    frozenset({"sign", "settle_first", "redraw", "collect_more"}),
)
THEIRS = "decision=what marker=person decides=who role=job"
JOBS = {"Ana": "Product", "Bo": "Engineering", "Cy": "Labeling"}


def marks(decisions: int, differ: int, people: str = "Ana Bo Cy") -> str:
    """Each decision has one name, in turn, but for the first few: everybody claims those."""
    lines = ["who;remark;person;what;job"]
    for number in range(decisions):
        one = list(JOBS.values())[number % 3]
        for person in people.split():
            who = JOBS[person] if number < differ else one
            lines.append(f'{who};"a; b";{person};Decision {number:02d};{JOBS[person]}')
    return "\n".join(lines)


def test_people_with_names_and_jobs(tmp_path):
    answer = CHARTER.made(tmp_path, marks(15, 2), THEIRS)
    assert (answer["decisions"], answer["markers"], answer["marks"]) == (15, 3, 45)
    assert answer["decision"] == "settle_first"
    assert answer["conflicts"] == ["Decision 00", "Decision 01"]
    assert answer["agenda"][0]["between"] == ["Labeling", "Engineering", "Product"]
    assert answer["agenda"][0]["stake"] is None


def test_two_people_without_a_shared_picture(tmp_path):
    """Twelve of twenty match, each claims ten: chance alone gives ten, and eight conflicts do not fit an hour."""
    lines = ["decision,marked_by,decides,stake"]
    for a, b, times in (("PM", "PM", 6), ("PM", "EM", 4), ("EM", "PM", 4), ("EM", "EM", 6)):
        for number in range(times):
            lines += [f"{a}{b} {number},PM,{a},5", f"{a}{b} {number},EM,{b},7"]
    answer = CHARTER.made(tmp_path, "\n".join(lines))
    assert answer["decision"] == "redraw"
    assert round(answer["pairs"][0]["kappa"], 6) == 0.2
    # The column `stake` is one the example has, so it counts; `due` is not in the file and is not asked for.
    assert answer["agenda"][0]["stake"] == 6.0
    assert answer["agenda"][0]["due"] is None


def test_what_was_settled_is_signed(tmp_path):
    content = marks(12, 1).splitlines()
    settled = [f"{line};{'agreed' if not n else 'product' if 'Decision 00' in line else ''}"
               for n, line in enumerate(content)]
    answer = CHARTER.made(tmp_path, "\n".join(settled), f"{THEIRS} settled=agreed")
    assert answer["decision"] == "sign"
    assert sum(answer["after"].values()) == 12
    assert answer["notes"] == ["'Product' and 'product' are one role, written 'Product' here."]


def test_one_decision_is_too_few(tmp_path):
    answer = CHARTER.made(tmp_path, marks(1, 1, "Ana Bo"), THEIRS)
    assert (answer["decision"], answer["rule"], answer["conflicts"]) == ("collect_more", "few", ["Decision 00"])


def test_one_person_is_refused(tmp_path):
    message = CHARTER.refused(tmp_path, marks(12, 0, "Ana"), THEIRS)
    assert message == (
        "theirs.csv, column 'person': every mark is by 'Ana'. Have a second person mark the same decisions, without "
        "showing these marks."
    )


def test_a_decision_marked_twice_is_refused(tmp_path):
    content = marks(12, 0)
    message = CHARTER.refused(tmp_path, content + "\n" + content.splitlines()[1].replace("Product", "Legal", 1), THEIRS)
    assert message == (
        "theirs.csv, columns 'what' and 'person', row 37 (line 38): 'Decision 00, Ana' is there already (1 such row). "
        "Keep one row for each."
    )
