"""python -m docs.site: the readers' edition in build/site, from solutions/ and the docstrings of nnlib."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.site import BUILD
from docs.site.executed import executed
from docs.site.formulas import check_there
from docs.site.stage import stage
from grader.build.build import sources
from grader.problem import Problem

SETTINGS = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.site", description="Build the readers' edition.")
    parser.add_argument(
        "--without-solutions",
        action="store_true",
        help="for a class: neither solutions nor marking guides, in build/site-for-a-class",
    )
    parser.add_argument("--quick", action="store_true", help="run the chapters at the size of the tests")
    parser.add_argument(
        "--lite", type=Path, help="the course in a browser, as built: put into the site and linked"
    )
    parser.add_argument("--pdf", action="store_true", help="also a sheet for each chapter and a book as PDF")
    options = parser.parse_args(arguments)
    if options.lite is not None and not (options.lite / "index.html").is_file():
        parser.error(f"--lite: there is no index.html in {options.lite}")
    quick = "-quick" * options.quick
    site = BUILD / f"site{'-for-a-class' * options.without_solutions}{quick}"
    try:
        check_there()
        ran = executed(sources(), BUILD / f"executed{quick}", quick=options.quick)
        stage(
            BUILD / "pages" / site.name,
            ran,
            solutions=not options.without_solutions,
            lite=options.lite is not None,
            pdf=options.pdf,
        )
    except Problem as error:
        print(error, file=sys.stderr)
        return 1
    failed = _sphinx(BUILD / "pages" / site.name, site)
    if not failed:
        if options.lite is not None:
            shutil.copytree(options.lite, site / "lite", dirs_exist_ok=True)
        print(f"The site is {site / 'index.html'}")
    return failed or (_pdf(site) if options.pdf else 0)


def _pdf(site: Path) -> int:
    try:
        from docs.site.printed import print_site  # Playwright is of another extra

        for path in print_site(site):
            print(path)
    except (ImportError, Problem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _sphinx(pages: Path, site: Path) -> int:
    """Warnings are errors. Every page is read and written anew: what makes them may have changed, and
    which pages there are. Others are removed."""
    trees = BUILD / "doctrees" / site.name
    options = [
        "-b",
        "html",
        "-c",
        str(SETTINGS),
        "-d",
        str(trees),
        "-D",
        f"html_static_path={pages / 'static'}",
    ]
    failed = build_main(
        [*options, "--write-all", "--fresh-env", "--fail-on-warning", "--quiet", str(pages), str(site)]
    )
    for page in site.rglob("*.html"):
        name = page.relative_to(site).with_suffix("")
        ours = any((pages / f"{name}{ending}").exists() for ending in (".md", ".ipynb"))
        if not ours and str(name) not in ("genindex", "search") and name.parts[0] != "lite":
            page.unlink()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
