"""Sphinx's settings. `docs.site.stage` puts the pages where Sphinx reads them."""

project = "nn-workbook"
author = "the authors of nn-workbook"
language = "en"
extensions = ["myst_nb", "docs.site.formulas"]
exclude_patterns = ["notebooks"]

myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath", "fieldlist"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # docs.site.executed ran them
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 0)]
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

html_theme = "furo"
html_title = "Neural networks, written by yourself"
html_math_renderer = "temml"
html_css_files = ["formulas.css", "reports.css", "site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_domain_indices = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"source_repository": "", "footer_icons": []}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
smartquotes_action = "D"  # dashes; quotes stay as they are typed
add_module_names = False
toc_object_entries_show_parents = "hide"


def setup(app):
    app.connect("html-page-context", _levels, priority=900)  # after the theme


def _levels(app, name, template, context, doctree):
    """Sphinx says of the captions in the side bar that they are headings, and not of which level."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
