"""A notebook run on a reader's file, as one HTML page and one JSON file.

asking     what a reader typed becomes a run, or is refused before anything starts
running    the run, in a kernel of its own, and what it stored
witness    inside that kernel: what the gate read, with which engine and versions
markdown   Markdown as a report may show it
page       the HTML page
files      the JSON text, and both files written together or not at all

catalog    what `mlpm list` prints
look       what `mlpm check` prints

`make report` puts the reader's values into the environment and calls `python -m mlpm.report`; the command `mlpm` takes
them as arguments. Whatever goes wrong, the reader sees one message without a traceback, and earlier reports stay.
"""

from mlpm.report.asking import Parameter, Request, parameters, request
from mlpm.report.files import heal, write
from mlpm.report.markdown import plain
from mlpm.report.running import Done, StoppedError, run, said

__all__ = [
    "Done", "Parameter", "Request", "StoppedError", "heal", "parameters", "plain", "request", "run", "said", "write",
]
