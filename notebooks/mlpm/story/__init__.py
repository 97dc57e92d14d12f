"""Rates of a model review, said in whole counts of one group that people who decide can picture.

counts   a cut's rates as counts of so many items that add up; chance from one such group to the next
words    the counts in sentences, for three audiences, and the memo
figures  the slide of the review, redrawn in five steps
"""

from mlpm.story import words
from mlpm.story.counts import Choice, Cut, Names, Stream, Told, least_per
from mlpm.story.figures import (
    cluttered_figure,
    counts_figure,
    focus_figure,
    own_figure,
    plain_figure,
    point_figure,
    slide_figure,
)

__all__ = [
    "Choice", "Cut", "Names", "Stream", "Told", "cluttered_figure", "counts_figure", "focus_figure",
    "least_per", "own_figure", "plain_figure", "point_figure", "slide_figure", "words",
]
