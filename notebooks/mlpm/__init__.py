"""What the handbook's notebooks share and no library has.

tables          one gate for a reader's file: read, check, type, or refuse in one line
role            which of the ML PM jobs is it, and how much can twelve questions tell?
charter         who decides what, according to whom, and what is settled first?
agreement       do several raters mean the same thing by a label?
sizing          what can a test see in the weeks there are, and what does it take to see more?
experiment      did a change work, and can the test be trusted?
designs         what can be learned where users cannot be split, and how does each way of it fail?
variables       which open questions of a new role come first, and what is finding out about them worth?
phases          what is spent when the no comes, and what does another order of the questions change?
fit             nothing, a rule, a model or a call of somebody else's: which one is worth building?
outcomes        which node of an outcome can be moved, how far did we get, and when does a proxy turn?
scoping         which slices ship first, and which assumption is tested before?
schedule        what date may be promised, and what goes if the date is fixed?
rollout         how fast does a launch go out, what does each stage see, and when is it stopped?
risks           which of the four risks is worth a test, and in which order?
priority        which idea comes first, how sure is that, and which number is found out before?
learning_curve  how much labeled data does a target take?
scores          labeled scores of a model, counted once: calibration, intervals, another base rate
leaks           which fields of a table know the answer, and what is a model worth without them?
threshold       from which score on do we act, by whose prices?
evals           may a product ship on what a judge model says of its answers, and what do people read next?
fairness        which groups does one cut treat alike, in which sense, and what does each other sense cost whom?
drift           has the world moved under a model, for whom, and who is told?
metrics         what may be said about a model, on which stream, and which question comes next?
supply          where do examples come from, how many are there, and whom do they leave out?
operations      what does a labeling job take, and what has to be out of the way first?
correction      what is a wrong answer's way back worth, and what may the product promise?
treatment       which score gets which treatment, who is hit by it, and what comes after?
targeting       what is a prediction worth, and whom do we contact?
review          does a human in the loop help, and can the queue hold?
discovery       what may be concluded from a handful of interviews, and from counts beside them?
requirements    does a test of n items show that a line is held, in every slice, and after launch?
autonomy        what may an agent do alone, what with a person's look, what never, and what opens the next rung?
redteam         what does a red team's silence prove, and what has to hold where it proves nothing?
backend         what is down, what is slow, when does a page hang up, and what does splitting it cost?
reliability     how often does what is made of parts work: steps, services, calls side by side, repeated runs?
adaptation      prompt, retrieval, tuning or machines of one's own: when does each repay itself?
tokens          what does a solved task cost, people included, and how long does somebody wait?
story           what a model review says, in counts of one group, as a picture whose title is the point
stopping        go on, test once more or stop: what is still to be spent, whose chance, and a date set beforehand
proportions     shares of counts and other estimates with their intervals; what a test of n items can show
impact          what did the launches do together, and which number would change what we do?
charts          charts stored as data, with a description
paint           from a stored chart to what a page shows, without Altair
outputs         everything that leaves a cell: rounded, named, readable
decided         a study's decision and the rule that took it
checks          parameters of a calculator, refused in one line where they cannot be meant
phrases         small words that the sentences of every notebook share
shelf           the notebooks that stand beside this package: which there are, and what each promises
welcome         what the greeting notebook does: the list of the others, and a report without a terminal
command         the command `mlpm`: reports, a look at a file, the list of tools
report          a notebook run on a reader's file, as one HTML page and one JSON file
agora           the seeded generators of the running example's data
"""


class InputError(ValueError):
    """A reader's file or parameter is wrong.

    The message names the file (never its path), the column, the first bad row and the remedy, in one line for each
    fault: it is all a reader of a report sees.
    """
