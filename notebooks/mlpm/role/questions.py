"""Twelve questions that evidence answers: calendar, tickets, meetings, what is praised, users, dates, money, data."""

from dataclasses import dataclass

# In the order of the range: from one end to the other.
SCALES = {"research": "Research", "compute": "Computation", "business": "Business"}
NONE_TO_THREE = ("none", "one", "two", "all three")


@dataclass(frozen=True)
class Question:
    """number: 1 to 12; scale: a key of SCALES; look: where the evidence is; answers: what 0, 1, 2 and 3 mean."""

    number: int
    scale: str
    look: str
    text: str
    answers: tuple[str, str, str, str]


_TEXTS = [
    ("research", "Praise", "Of the last three things the team was praised for, how many were findings: a paper, a "
     "benchmark, a first?", NONE_TO_THREE),
    ("research", "Dates", "Who set the next three dates in the plan?",
     ("users or a contract, all three", "one is a research milestone", "two are", "all three are, or there is none")),
    ("research", "Users", "If the team stopped for a quarter, who would notice first?",
     ("people outside, within a week", "people outside, within the quarter", "another team in the company",
      "other researchers")),
    ("research", "Meetings", "What was the open question of the last review?",
     ("which known way to take", "whether a known way works here", "whether a published idea works here",
      "whether it can be done at all")),
    ("compute", "Praise", "Of the last three things the team was praised for, how many were faster, cheaper or "
     "bigger?", NONE_TO_THREE),
    ("compute", "Tickets", "Of the last ten tickets, how many name latency, throughput, memory, hardware or the bill?",
     ("none or one", "two or three", "four to six", "seven or more")),
    ("compute", "Calendar", "With whom outside the team did you spend most hours in the last four weeks?",
     ("users, sales, legal, operations", "another product team", "the platform team",
      "infrastructure, hardware, cloud vendor")),
    ("compute", "Money", "Who looks at what one prediction costs?",
     ("nobody has the number", "engineering, when the bill comes", "all of us, against a target",
      "it is the team's first target")),
    ("business", "Praise", "Of the last three things the team was praised for, how many were a number of users or of "
     "the business that moved?", NONE_TO_THREE),
    ("business", "Meetings", "Of the last three meetings that decided something, how many decided what users see, pay "
     "or can undo?", NONE_TO_THREE),
    ("business", "Users", "When did you last watch somebody outside use what the model changes?",
     ("never", "within a year", "within a quarter", "within four weeks")),
    ("business", "Data", "When data were last argued about, what was the question?",
     ("which public set to use", "how to store or move them", "how many are enough",
      "what a label means, who supplies it")),
]
QUESTIONS = tuple(Question(number, *text) for number, text in enumerate(_TEXTS, start=1))
MOST = 3  # points an answer can bring
