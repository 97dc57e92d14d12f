"""Settings of the site, each with its reason. Logic lives in docs/_ext/mlpm_sphinx."""

import gc
import os

# What a build makes lives as long as it does: looking for garbage in it every 700 objects takes a sixth of the time.
gc.set_threshold(50_000, 20, 50)

project = "ML PM Handbook"
author = "The ML PM Handbook authors"
copyright = "The ML PM Handbook authors"
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_exercise",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
    "notfound.extension",
    "mlpm_sphinx",
]

# Repository path = address of the page, so the root of the repository is the source directory.
root_doc = "index"
include_patterns = ["index.md", "docs/**", "notebooks/*.ipynb"]
# Sphinx walks every folder that is not excluded, whatever is included: .venv alone holds forty thousand files.
exclude_patterns = [".*", "_build", "tests", "docs/_*", "notebooks/mlpm", "notebooks/data"]
# It greets in JupyterLab; on the site the gallery of notebooks does.
exclude_patterns += ["notebooks/index.ipynb"]

# The site shows the outputs that the tests compared; nothing runs at publish time.
nb_execution_mode = "off"
# Tables are Markdown outputs.
nb_render_markdown_format = "gfm"
nb_output_stderr = "remove-warn"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

bibtex_bibfiles = ["docs/resources/references.bib"]
bibtex_default_style = "unsrtalpha"
bibtex_reference_style = "author_year"

# MathML is in every current browser: no script, no font, no other origin.
html_math_renderer = "mathml"

html_theme = "sphinx_book_theme"
html_title = "ML PM Handbook"
html_favicon = "docs/_static/favicon.svg"
html_static_path = ["docs/_static"]
templates_path = ["docs/_templates"]
html_css_files = ["handbook.css"]
html_copy_source = True
html_show_sourcelink = False
# The glossary is the index.
html_use_index = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    # The side bar has a search field already.
    "navbar_persistent": [],
    "search_bar_text": "Search the handbook",
    "toc_title": "On this page",
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "article_footer_items": ["cite-this", "page-actions"],
    "footer_content_items": ["take-along", "licenses"],
    "back_to_top_button": False,
}

# Canonical links, the site map and a 404 page under a prefix need the address; without it they are left out.
html_baseurl = os.environ.get("SITE_URL", "")
sitemap_url_scheme = "{link}"

# The weekly check of addresses outside (make links). A slow server is no dead one, and a page that its script draws has
# no anchor to find.
linkcheck_timeout = int(os.environ.get("LINK_TIMEOUT", "20"))  # seconds
linkcheck_retries = 2
linkcheck_anchors = False
linkcheck_report_timeouts_as_broken = False
linkcheck_rate_limit_timeout = 30  # seconds, less than Sphinx's first wait: who asks for patience is asked next week
