# The handbook's workbench. `make` alone lists what it can do; nobody types pip or venv.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
UV := $(VENV)/bin/uv
SPARK := $(VENV)/.spark
HTML := _build/html
RUN = $(if $(NOTEBOOK),notebooks/$(NOTEBOOK).ipynb,notebooks)
QUICK := tests/book tests/notebooks tests/workshop/test_integrity.py
DOCTREES := _build/.doctrees
LINKS := _build/links
SPHINX := $(PYTHON) -m sphinx -n -W --keep-going -q -b html -d $(DOCTREES) . $(HTML)

# A reader's values reach Python through the environment, untouched by make and by the shell:
# blanks, quotes and dollar signs in a file name survive.
export REPORT_NOTEBOOK := $(value NOTEBOOK)
export REPORT_DATA := $(value DATA)
export REPORT_SET := $(value SET)
export REPORT_ENGINE := $(value ENGINE)
export CHAPTER_STEM := $(value STEM)
export CHAPTER_PART := $(value PART)
export CHAPTER_NOTEBOOK := $(value NOTEBOOK)
export CHAPTER_TEMPLATE := $(value TEMPLATE)

.PHONY: help
help:  ## list the targets
	@echo "make <target>"
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

.PHONY: site
site: $(READY)  ## build the handbook into _build/html (strict: a warning is an error)
	@# A failed build forgets what it read: Sphinx warns about a page only when it reads it again.
	@$(SPHINX) || { rm -rf $(DOCTREES); exit 1; }
	@echo "Open $(HTML)/index.html in a browser, or run 'make live'."

.PHONY: book
book: $(READY) browser  ## build the handbook with an EPUB and a PDF to take along, linked from every page
	@BOOK=1 $(SPHINX) || { rm -rf $(DOCTREES); exit 1; }
	@$(PYTHON) -m mlpm_sphinx.printing $(DOCTREES)/ml-pm-handbook.html $(HTML)/book/ml-pm-handbook.pdf
	@echo "Open $(HTML)/index.html; the books are in $(HTML)/book."

.PHONY: live
live: $(READY)  ## serve the handbook on this machine and rebuild it on every change (search stays as it began)
	LIVE=1 $(PYTHON) -m sphinx_autobuild -n -d $(DOCTREES) --ignore '*/_build/*' --ignore '*/.venv/*' . $(HTML)

.PHONY: lab
lab: $(READY)  ## open the notebooks in JupyterLab
	$(VENV)/bin/jupyter lab notebooks

.PHONY: check
check: $(READY)  ## the quick checks of what was written: text, references, sources, notebooks as they are stored
	@# A line that is too long should not hide what is wrong with the text.
	@code=0; $(PYTHON) -m ruff check -q . || code=1; $(PYTHON) -m pytest -n auto -m "not slow" $(QUICK) || code=1; exit $$code

.PHONY: test
test: $(SPARK) browser  ## every check a change needs: code, notebooks re-run, site, reports, browser, Spark
	$(PYTHON) -m ruff check .
	@# Reports take seconds and words microseconds: who is done first takes over what others have left.
	$(PYTHON) -m pytest -n auto --dist worksteal -m "not slow"

.PHONY: test-slow
test-slow: $(SPARK) browser  ## the proofs that take long: Binder from nothing, a Spark cluster, mutants, axe in every look
	$(PYTHON) -m pytest -n auto --dist worksteal -m slow tests

.PHONY: report
report: $(READY)  ## run a notebook on your file: NOTEBOOK=stem DATA=file SET="name=value …"
	@$(PYTHON) -m mlpm.report

.PHONY: chapter
chapter: $(READY)  ## lay out a new chapter: STEM=price-a-mistake PART=delivery [NOTEBOOK=no] [TEMPLATE=yes]
	@$(PYTHON) -m mlpm_sphinx.scaffold

.PHONY: outputs
outputs: $(READY)  ## run the notebooks, or NOTEBOOK=stem, store their outputs, then prove that a second run agrees
	@echo "Storing what the notebooks give now …"
	@# pytest-notebook ends with 1 when it has stored something; the second run is the proof.
	@$(PYTHON) -m pytest -q -n auto --nb-force-regen $(RUN) >/dev/null || true
	@echo "Running them again: they have to give the same."
	@$(PYTHON) -m pytest -q -n auto $(RUN)

.PHONY: data
data: $(READY)  ## write the synthetic example files again from their seeded generator
	$(PYTHON) -m mlpm.agora

.PHONY: facts
facts: $(READY)  ## list the facts that are due to be looked up again
	@$(PYTHON) -c 'from mlpm_sphinx import facts; facts.main()'

.PHONY: links
links: $(READY)  ## ask every address outside the book whether it is still there (needs the internet)
	@# A dead address ends Sphinx with 1, a check that broke down with more; then last week's result must not speak.
	@rm -rf $(LINKS)/output.json $(LINKS)/report.md; code=0; \
	  $(PYTHON) -m sphinx -q -b linkcheck -d $(LINKS)/.doctrees . $(LINKS) >/dev/null || code=$$?; \
	  test $$code -le 1
	@$(PYTHON) -m mlpm_sphinx.links $(LINKS)/output.json $(LINKS)/report.md

.PHONY: lock
lock: $(READY)  ## refresh the locks from pyproject.toml: newest versions that fit
	$(UV) pip compile -q -U --universal --python-version 3.11 pyproject.toml \
	  --group book --group test --group tools --group binder \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.txt
	$(UV) pip compile -q --universal --python-version 3.11 --no-config pyproject.toml --group binder -c requirements.txt \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url -o .binder/requirements.txt
	$(UV) pip compile -q --universal --python-version 3.11 --no-config --group pyproject.toml:spark -c requirements.txt \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements-spark.txt

.PHONY: browser
browser: $(READY)  ## bring a Chromium for the browser tests and for printing
	@$(PYTHON) -m mlpm_sphinx.chromium

.PHONY: spark
spark: $(SPARK)  ## bring Apache Spark and the Java it needs (half a gigabyte), for ENGINE=spark://…
	@echo "Spark is there: ENGINE takes local[2], spark://host:7077 and sc://host."

.PHONY: clean
clean:  ## remove what was built; the environment stays
	rm -rf _build .pytest_cache .ruff_cache

# uv is locked with everything else: pip reads its lines, then uv installs the rest in a tenth of the time.
$(READY): requirements.txt pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "The handbook needs Python 3.11 or newer as python3." >&2; exit 1; }
	@test -x $(UV) || { python3 -m venv --clear $(VENV) && sed -n '/^uv==/,/[^\\]$$/p' requirements.txt \
	  | $(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r /dev/stdin; }
	@echo "Setting up $(VENV) (once) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync -q --require-hashes --compile-bytecode requirements.txt
	@VIRTUAL_ENV=$(VENV) $(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(SPARK): requirements-spark.txt $(READY)
	@echo "Setting up Spark (once) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install -q --no-deps --require-hashes -r requirements-spark.txt
	@touch $@
