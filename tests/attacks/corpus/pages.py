"""What people look at afterwards: nothing that a student wrote may act on a page."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import Attack, Kit, Notebook, answer, changed, cheat, own

SCRIPT = "<script>alert('ATTACK')</script>"


def shown(technique: str, tries: str, **data: Any) -> Attack:
    """An output as handed in."""
    kinds = {name.replace("_", "/").replace("svg/xml", "svg+xml"): value for name, value in data.items()}
    output = {"output_type": "display_data", "data": kinds, "metadata": {"widgets": {"x": SCRIPT}}}
    return changed(technique, tries, lambda n: n["cells"].append(own("1", outputs=[output])))


def written(technique: str, tries: str, source: str, **more: Any) -> Attack:
    return changed(technique, tries, lambda n: n["cells"].append(own(source, "markdown", **more)))


def stream(technique: str, tries: str, text: str) -> Attack:
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return changed(technique, tries, lambda n: n["cells"].append(own("1", outputs=[output])))


def made(kit: Kit) -> Notebook:
    """Outputs that only come into being while grading, with --execute all."""
    notebook = kit.hand_in()
    code = "from IPython.display import HTML, Javascript, SVG, Markdown, display\n"
    code += f'display(HTML("{SCRIPT}<b onclick=ATTACK>b</b>"), Javascript("ATTACK"), Markdown("{SCRIPT}"))\n'
    notebook["cells"].append(
        own(code + "print('x' * 10**7)\nraise ValueError(\"<img src=x onerror=alert('ATTACK')>\")")
    )
    return notebook


HANDLERS = (
    "<p onclick=\"alert('ATTACK')\" onload=x>t</p><img src=x "
    "onerror=alert('ATTACK')><svg/onload=alert('ATTACK')>"
)
FRAMES = (
    "<iframe srcdoc='<b onclick=ATTACK>'></iframe><object "
    "data=x></object><base href='//192.0.2.1'><meta http-equiv=refresh>"
)
OVERLAY = (
    "<div class='position-fixed top-0 start-0 w-100 h-100' style='position:fixed;top:0;z-index:99'>over</div>"
)
LINKS = "[a](javascript:alert('ATTACK')) <a href=' java\tscript:alert(1)'>b</a> [c](data:text/html;base64,QVRUQUNL)"
REQUEST = "![seen](http://192.0.2.1/seen.png) <img src='//192.0.2.1/x'> <p style='background:url(//192.0.2.1)'>x</p>"
MUTATED = (
    '<noscript><p title="</noscript><img src=x '
    "onerror=alert('ATTACK')>\"></noscript><![CDATA[<script>ATTACK</script>]]>"
)
MATHS = "$$\\def\\alpha{\\href{javascript:alert('ATTACK')}{x}}$$ $\\unicode[x;\" onclick=\"ATTACK]{65}$"
SVG = {"a.svg": {"image/svg+xml": "<svg onload=alert('ATTACK')></svg>"}}

ESCAPES = "\\x1b]0;title\\x07\\x1b[2J\\x1b[1;1Hall right\\x9b2J\\r\\x08"

TABLE = [
    answer(
        "text that acts",
        "Raises an error whose message is half a character.",
        "    raise ValueError('half \\ud800 \\udfff a character')",
        ("half \ufffd \ufffd a character",),
    ),
    answer(
        "text that acts",
        "Raises an error of null characters, under such a name, and returns nothing else.",
        "    raise type('Null\\x01', (Exception,), {})('null \\0\\x00 \\u202etfel')",
        ("null \ufffd\ufffd \ufffdtfel",),
    ),
    cheat(
        "text that acts",
        "Commands the terminal of who grades, from a cell of its own.",
        f"raise ValueError('here {ESCAPES} I am')",
        ("all right",),
    ),
    shown(
        "script in outputs",
        "Stores a script as its output.",
        text_html=SCRIPT + "<scr<script>ipt>alert('ATTACK')</script>",
    ),
    shown("script in outputs", "Stores handlers of events.", text_html=HANDLERS),
    shown(
        "script in outputs",
        "Stores JavaScript and a picture that is a program.",
        application_javascript="ATTACK",
        image_svg_xml="<svg onload=ATTACK>",
        image_png='"><script>ATTACK</script>',
    ),
    shown("frames and overlays", "Stores frames, a base and a refresh.", text_html=FRAMES),
    shown("frames and overlays", "Lays an element over the whole page of formgrader.", text_html=OVERLAY),
    shown("frames and overlays", "Stores HTML that two parsers read differently.", text_html=MUTATED),
    written("script in text", "Writes links that run script.", LINKS),
    written(
        "script in text", "Attaches a picture that is a program.", "![](attachment:a.svg)", attachments=SVG
    ),
    written("script in text", "Redefines formulas, with a link that runs script.", MATHS),
    written("requests", "Shows a picture from elsewhere, which tells who looked.", REQUEST),
    stream("misleading outputs", "Prints what nbgrader would read as points.", "99.0\n"),
    stream("misleading outputs", "Prints script, and codes of the terminal.", SCRIPT + "\x1b]0;x\x07\x1b[2J"),
    answer(
        "script in errors",
        "Raises an error whose message is script.",
        f"    raise ValueError({SCRIPT + '$x$'!r})",
        ("alert",),
    ),
    answer(
        "script in errors",
        "Raises an error whose name is script.",
        f"    raise type({SCRIPT!r}, (Exception,), {{}})('x')",
        ("alert",),
    ),
    answer(
        "script in errors",
        "Has script for the name of a function.",
        f"softmax = type({SCRIPT!r}, (), {{}})()",
        ("is no function",),
    ),
    shown("pages that never end", "Stores a hundred thousand open tags.", text_html="<div>" * 100_000),
    shown(
        "pages that never end",
        "Stores one tag of a hundred thousand attributes.",
        text_html=f"<p {'a=1 ' * 100_000}>",
    ),
    written("pages that never end", "Writes a table of twenty thousand rows.", "|a|\n|-|\n" * 20_000),
    Attack(
        "script made while grading",
        "Shows script where all cells are executed.",
        made,
        1.0,
        words=("ValueError",),
    ),
]
