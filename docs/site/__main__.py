"""python -m docs.site: the readers' edition in build/site, from solutions/ and the docstrings of nnlib."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.site.executed import executed
from docs.site.stage import stage
from grader.build.build import sources
from grader.course import PACKAGES
from grader.problem import Problem

BUILD = PACKAGES / "build"
HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.site", description="Build the readers' edition.")
    parser.add_argument(
        "--without-solutions", action="store_true", help="for a class: neither solutions nor marking guides"
    )
    parser.add_argument("--quick", action="store_true", help="run the chapters at the size of the tests")
    parser.add_argument("--to", type=Path, help="the site's folder (build/site, or build/site-for-a-class)")
    options = parser.parse_args(arguments)
    edition = "site-for-a-class" if options.without_solutions else "site"
    out = options.to or BUILD / edition
    source = BUILD / "pages" / edition
    try:
        kept = BUILD / ("executed-quick" if options.quick else "executed")
        stage(source, executed(sources(), kept, quick=options.quick), solutions=not options.without_solutions)
    except Problem as error:
        print(error, file=sys.stderr)
        return 1
    settings = ["-b", "html", "-c", str(HERE), "-d", str(BUILD / "doctrees" / edition), "-q", "--fail-on-warning"]
    done = build_main([*settings, "-D", f"html_static_path={source / 'static'}", str(source), str(out)])
    if done == 0:
        lite = BUILD / "lite"  # the course in the browser, where it has been built
        if lite.is_dir():
            shutil.copytree(lite, out / "lite", dirs_exist_ok=True)
        print(f"The site is {out / 'index.html'}")
    return done


if __name__ == "__main__":
    sys.exit(main())
