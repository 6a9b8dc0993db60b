"""How the documentation becomes a site: `sphinx-build -W docs build/site`, without a network."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from labcolor import __version__

# pages of modules that are no more
shutil.rmtree(Path(__file__).with_name("reference"), ignore_errors=True)
sys.path.append(str(Path(__file__).with_name("_extensions")))

project = "labcolor"
author = "the authors of labcolor"
copyright = author  # noqa: A001  Sphinx asks for it by this name
version = release = __version__

extensions = [
    "mathml",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
templates_path = ["_templates"]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# numpydoc, as the sources have it
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}
autosummary_generate = True
# a type is named by its last word, which several rooms may use: it is shown, and not linked
suppress_warnings = ["ref.python", "ref.term"]

html_theme = "furo"
html_title = f"labcolor {version}"
html_math_renderer = "mathml"
copybutton_exclude = ".linenos, .gp, .go"
