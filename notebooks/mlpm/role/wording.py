"""The findings in sentences that follow from the answers, and the memo."""

import pandas as pd

from mlpm.phrases import listed, of_100
from mlpm.role.doubt import doubt, lean, lines_apart
from mlpm.role.questions import QUESTIONS, SCALES
from mlpm.role.skills import AREAS, PULL, gaps
from mlpm.role.verdict import CLEAR, FLOOR, VERDICTS, Role


def sums(role: Role) -> str:
    """`research 3, computation 4, business 10`."""
    return ", ".join(f"{name.lower()} {role.scores[scale]}" for scale, name in SCALES.items())


def scorers(share: float) -> str:
    """`half of the answers`, `30 of 100 answers`."""
    return "half of the answers" if share == 0.5 else f"{of_100(share)} answers"


def questions(role: Role) -> pd.DataFrame:
    """The twelve questions with what each answer means and the one given: a printed form."""
    rows = []
    for question, answer in zip(QUESTIONS, role.by_question, strict=True):
        meanings = " · ".join(f"{points} {said}" for points, said in enumerate(question.answers))
        rows.append((question.number, f"{question.look}. {question.text}", meanings, answer))
    return pd.DataFrame(rows, columns=["no", "question", "answers", "here"])


def about_verdict(role: Role) -> str:
    title, says = VERDICTS[role.verdict]
    text = f"Of 12 points each: {sums(role)}. "
    if role.verdict == "undefined":
        return f"{text}**{title}.** {says}"
    jobs = role.verdict.count("+") + 1
    if jobs == 1:
        text += f"{SCALES[role.order[0]]} leads by {role.lead}, and from {CLEAR} on that is a verdict. "
    else:
        text += f"{jobs} scales lie within {CLEAR - 1} of the highest: these are {jobs} jobs. "
    return f"{text}**{title}.** {says}"


def about_doubt(role: Role, off: float) -> str:
    found = doubt(role, off)
    text = (
        f"Of other scorers for whom {scorers(off)} are off by one, up or down, "
        f"**{of_100(found.another_verdict)}** come to another verdict, and "
        f"{of_100(found.another_leader)} put another scale on top, or level. Two of them give the same "
        f"verdict in {of_100(found.agree)} cases. The mean of two gives another one than here in "
        f"{of_100(found.another_verdict_of_two)}."
    )
    apart = lines_apart(role, off)
    return text + (
        f" On {apart:.1f} of the twelve lines two of them are two points apart, on none three. So three points on a "
        "line are more than carelessness: you two describe different jobs. Talk about that line first."
    )


def about_lean(role: Role) -> str:
    """What wishing does, which no second look at one's own sheet repairs."""
    favorite = next(scale for scale in SCALES if scale != role.order[0])
    wished = lean(role, favorite)
    title, _ = VERDICTS[wished.verdict]
    text = (
        "Carelessness goes both ways, wishing only one. Somebody who would like this to be a "
        f"{SCALES[favorite].lower()} job gives a point more on each of its lines and a point less where it hurts: "
        f"{sums(wished)}, *{title.lower()}*"
    )
    return text + (
        ", another verdict. No second look of yours finds that; another person does."
        if wished.verdict != role.verdict else
        ". Here even that leaves the verdict as it is."
    )


def about_skills(role: Role, have: dict[str, int]) -> str:
    table = gaps(role.verdict, have)
    top = table.iloc[0]
    if top.gap <= 0:
        text = "You have what this job asks for in all four areas; read where you have least to spare."
    else:
        text = f"Close **{AREAS[top.area].lower()}** first: the job asks {top.asked} of 6, you have {top.have}."
    spare = [AREAS[row.area].lower() for row in table.itertuples() if row.gap <= -PULL]
    if spare:
        text += (
            f" In {listed(spare)} you have more than it asks. It is your best asset, and it is where work that is not "
            "yours will find you."
        )
    return text


def memo(role: Role, off: float, have: dict[str, int]) -> str:
    """One page for the manager: what the role is, how sure that is, what to read and to close, what to ask."""
    title, says = VERDICTS[role.verdict]
    found = doubt(role, off)
    sure = f"With {scorers(off)} off by one, {of_100(1 - found.another_verdict)} other scorers would say the same."
    if role.verdict == "undefined":
        first = f"**{title}: no scale reaches {FLOOR} of 12** ({sums(role)}). {says} {sure}"
    else:
        first = f"**{title}** ({sums(role)}, of 12 each). {says} {sure}"
    return "\n\n".join([
        first,
        "Please score the same twelve lines without looking at mine. We talk about every line on which we are two or "
        "more apart, three first; the rest we leave. Where we cannot say which is right, the one who will be asked for "
        "the result decides.",
        about_skills(role, have),
        "**This week:** I ask three people, apart, one question: in a year, what would you praise me for? If the "
        "answers belong to two scales, that is the finding, and I bring it here before I take the next task. "
        "**Again:** in a quarter, and whenever the funding or the head of the team changes.",
    ])
