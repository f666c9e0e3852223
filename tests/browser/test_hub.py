"""docs/hub.md, line by line: a real JupyterHub on a machine with teachers and students, from fetching to feedback."""

import json
import re
import shutil
import socket
import sys
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.course import Class
from grader.nbgrader_bridge.config import COURSE_ID
from tests import REPOSITORY
from tests.browser.machine import machine, possible
from tests.browser.served import CHROMIUM, FLAGS
from tests.browser.test_formgrader import expect_row, press
from tests.grader.made_up_class import CHAPTER, workshop
from tests.strongest_isolation import LEVEL

PROXY = shutil.which("configurable-http-proxy")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
    pytest.mark.skipif(
        PROXY is None, reason="needs configurable-http-proxy (npm); `make test-all` installs it"
    ),
    pytest.mark.skipif(not possible(), reason="needs root on Linux, to make users in a namespace of its own"),
    pytest.mark.skipif(LEVEL != "full", reason="needs the sandbox in full"),
]
pytest.importorskip("jupyterhub", reason="needs the extra `hub`")

VENV, COURSE, CONFIG = "/srv/nnw/nn-workbook/.venv", "/srv/nnw/course", "/srv/hub/jupyterhub_config.py"
MORE = {"bea": "teachers", "tom": "students", "eve": "students"}  # beside those of the page
PASSWORD = "correct horse"
SLIP = "def neuron(x, w, b, *, activation):\n    return activation(x @ w)"
FILE = f"{CHAPTER}/{CHAPTER}.ipynb"
AGAIN = f"nbgrader release_assignment {CHAPTER} --force"
LEAVES = "gpasswd --delete bea nnw-teachers"
EXCHANGE = f"/srv/exchange/{COURSE_ID}"
FORGED = f"sam+{CHAPTER}+2099-01-01 00:00:00 UTC+x"
NO_MOMENT = f"eve+{CHAPTER}+soon+x"
LINK = f"eve+{CHAPTER}+2026-01-01 00:00:00 UTC+x"
REFUSED = {  # what eve tries in the exchange
    f"mv {EXCHANGE} {EXCHANGE}-mine": "Operation not permitted",
    f"rm -r {EXCHANGE}/outbound/{CHAPTER}/*": "Permission denied",
    f"ls {EXCHANGE}/inbound": "Permission denied",
}
PUT_THERE = f"""cd {EXCHANGE}/inbound
mkdir '{FORGED}' '{NO_MOMENT}' '{LINK}'
ln -s {COURSE}/source/{FILE} '{LINK}'"""


def free_ports(count):
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in taken]
    for server in taken:
        server.close()
    return ports


class Hub:
    """The machine as the page makes it, and its hub."""

    def __init__(self, made, folder):
        port, service, *self.inner = free_ports(4)
        self.made, self.log, self.address = made, folder / "hub.log", f"http://127.0.0.1:{port}"
        self.course = Class(folder / "machine" / COURSE.lstrip("/"))
        page = (REPOSITORY / "docs" / "hub.md").read_text(encoding="utf-8")
        for there, here in (
            (VENV, sys.prefix),
            (":8000", f":{port}"),
            (":9999", f":{service}"),
            ("PATH=/srv/hub/bin:", f"PATH=/srv/hub/bin:{Path(PROXY).parent}:"),
        ):
            assert there in page
            page = page.replace(there, here)
        self.page = page
        self.blocks = re.findall(r"^```(\w+)\n# ([^\n]+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)

    def type(self, hands):
        """The page's next lines for them: "root"; "nnw, when it is due"."""
        (block, *_) = (block for block in self.blocks if block[:2] == ("bash", f"as {hands}"))
        self.blocks.remove(block)
        return self.made.run(hands.split(",")[0], block[2])

    def write(self):
        """The page's files."""
        for kind, path, text in self.blocks:
            if kind in ("python", "ini"):
                self.made.run("root", f"cat > {path} <<'END'\n{text}END")
        hub, proxy = self.inner
        more = (
            f"c.JupyterHub.hub_port = {hub}\nc.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{proxy}'\n"
        )
        self.made.run("root", f"cat >> {CONFIG} <<'END'\n{more}END")

    def start(self):
        """As systemd would, by the file that the page gives it."""
        (unit,) = (text for kind, _, text in self.blocks if kind == "ini")
        said = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
        command = f"cd {said['WorkingDirectory']}; echo $$ > hub.pid; export {said['Environment']}"
        self.running = self.made.start(f"{command}; exec {said['ExecStart']}", self.log)
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.address}/hub/health", timeout=5).close()
                return
            except OSError:
                assert self.running.poll() is None, self.log.read_text()
                time.sleep(0.5)
        raise AssertionError(self.log.read_text())

    def stop(self):
        self.made.run("root", "kill $(cat /srv/hub/state/hub.pid)")
        self.running.wait()


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{sys.base_prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin")  # for `python3`
    monkeypatch.setenv("PIP_CONSTRAINT", str(REPOSITORY / "constraints.txt"))
    monkeypatch.delenv("PYTHONPATH", raising=False)  # students have their own packages
    with machine(tmp_path / "machine") as made:
        hub = Hub(made, tmp_path)
        hub.type("root")
        for name, group in MORE.items():
            made.run("root", f"useradd --create-home --shell /bin/bash --groups nnw-{group} {name}")
        everybody = "\n".join(f"{name}:{PASSWORD}" for name in ("ada", "sam", *MORE))
        made.run("root", f"chmod 0700 /home/*; chpasswd <<'END'\n{everybody}\nEND")
        hub.type("nnw")
        hub.type("root")
        hub.write()
        hub.start()
        yield hub
    hub.running.wait()  # it ended with its machine


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def log_in(browser, hub, name, to):
    """A browser of somebody, on the page that they asked for, or were given."""
    page = browser.new_context(base_url=hub.address, viewport={"width": 1200, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(to)
    page.fill("#username_input", name)
    page.fill("#password_input", PASSWORD)
    with page.expect_navigation():
        page.click("#login_submit")
    page.wait_for_load_state("networkidle")
    return page


class Student:
    """At work in JupyterLab; what its buttons ask the server is asked here, with a token."""

    def __init__(self, browser, hub, name):
        self.page = log_in(browser, hub, name, "/hub/spawn")
        self.page.wait_for_url(f"**/user/{name}/lab**")
        self.page.goto("/hub/token")
        made = self.page.evaluate(
            "name => fetch(`/hub/api/users/${name}/tokens`, {method: 'POST',"
            " headers: {'X-XSRFToken': window.jhdata.xsrf_token}}).then(answer => answer.json())",
            name,
        )
        self.server, self.token = f"{hub.address}/user/{name}", made["token"]

    def ask(self, method, place, **data):
        request = urllib.request.Request(
            f"{self.server}/{urllib.parse.quote(place)}",
            json.dumps(data).encode() if data else None,
            {"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())

    def press(self, button):
        """In nbgrader's Assignment List."""
        return self.ask("POST", f"assignments/{button}", course_id=COURSE_ID, assignment_id=CHAPTER)

    def runs(self, cells):
        """What a kernel shows for each."""
        import websocket

        kernel = self.ask("POST", "api/kernels", path=CHAPTER, name="python3")["id"]
        address = f"{self.server.replace('http', 'ws')}/api/kernels/{kernel}/channels"
        talk = websocket.create_connection(
            address, timeout=120, header=[f"Authorization: token {self.token}"]
        )
        shown = []
        for source in cells:
            number = uuid.uuid4().hex
            header = {
                "msg_id": number,
                "msg_type": "execute_request",
                "username": "",
                "session": "s",
                "version": "5.3",
            }
            content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
            empty = {"parent_header": {}, "metadata": {}, "buffers": []}
            talk.send(json.dumps({"header": header, "content": content, "channel": "shell", **empty}))
            said, state = [], ""
            while state != "idle":
                message = json.loads(talk.recv())
                if message["parent_header"].get("msg_id") == number:
                    content = message["content"]
                    state = content.get("execution_state", state)
                    data = content.get("data", {}).get("text/plain", "")
                    said += [data, content.get("text", ""), content.get("evalue", "")]
            shown.append("".join(said))
        talk.close()
        return shown


def test_a_term(hub, browser, tmp_path):
    made, course = hub.made, hub.course

    # a student fetches, answers, saves, runs the checks
    sam = Student(browser, hub, "sam")
    sam.press("fetch")
    notebook = sam.ask("GET", f"api/contents/{FILE}")["content"]
    answers = workshop(course).solutions | {"neuron": SLIP}
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    sam.ask("PUT", f"api/contents/{FILE}", type="notebook", format="json", content=notebook)
    code = {cell["id"]: cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"}
    before = list(code)[: list(code).index("neuron")]
    cells = [*before, "neuron", "neuron-check", "softmax", "softmax-check"]
    shown = dict(zip(cells, sam.runs([code[name] for name in cells])))
    assert "You leave the bias out" in shown["neuron-check"]
    assert "✓ softmax: all" in shown["softmax-check"]
    (where,) = sam.runs(["import grader, sys; print(grader.__file__, *sys.path)"])
    assert where.startswith("/srv/hub/lib/")
    assert str(REPOSITORY) not in where

    # what is not theirs stays shut
    walls = [
        COURSE,
        f"{COURSE}/.grader/seeds",
        f"{COURSE}/gradebook.db",
        "/srv/hub/state",
        "/home/tom",
        "/home/nnw",
    ]
    for path, said in zip(
        walls, sam.runs([f"import os; os.stat({path!r}), os.listdir({path!r})" for path in walls])
    ):
        assert "Permission denied" in said, path
    sam.page.goto(f"/services/{COURSE_ID}/formgrader/")
    sam.page.wait_for_load_state("networkidle")
    assert "403" in sam.page.inner_text("body")
    sam.page.screenshot(path=tmp_path / "1-refused.png")
    assert sam.page.request.get("/user/sam/formgrader/").status == 404
    sam.press("submit")
    for trick, said in REFUSED.items():
        assert said in made.run("eve", trick, fails=True), trick
    made.run("eve", PUT_THERE)

    # a teacher collects and grades in formgrader
    ada = log_in(browser, hub, "ada", f"/services/{COURSE_ID}/formgrader/")
    ada.wait_for_selector("td.collect a")
    ada.screenshot(path=tmp_path / "2-formgrader.png")
    ada.click("td.collect a")
    ada.wait_for_selector(".modal.in")
    said = ada.inner_text(".modal.in")
    for name in (FORGED, NO_MOMENT):
        assert f"{name} is not by whom its name says" in said
    assert f"{LINK}: {CHAPTER}.ipynb cannot be opened (Too many levels of symbolic links)" in said
    prefix = f"/services/{COURSE_ID}/formgrader"
    ada.goto(f"{prefix}/manage_submissions/{CHAPTER}/")
    ada.wait_for_selector("td.student-id:text-is('sam')")
    assert "Success" in press(ada, "sam")
    with Gradebook(course.db_url, COURSE_ID) as book:
        submission = book.find_submission(CHAPTER, "sam")
        points, most = submission.score, submission.max_score
    assert 0.8 * most < points < most
    expect_row(ada, "sam", "graded", f"{points:g} / {most:g}")
    ada.screenshot(path=tmp_path / "3-graded.png")

    # the page's own lines; then what came of it, for the student and in another teacher's account
    hub.type("nnw, when it is due")
    with Gradebook(course.db_url, COURSE_ID) as book:
        assert {s.student.id: s.score for s in book.assignment_submissions(CHAPTER)} == {
            "sam": points,
            "eve": 0,
        }
    sam.press("fetch_feedback")
    moments = [entry["path"] for entry in sam.ask("GET", f"api/contents/{CHAPTER}/feedback")["content"]]
    page = sam.ask("GET", f"api/contents/{max(moments)}/{CHAPTER}.html")["content"]
    assert "the bias" in page
    assert "Permission denied" in made.run("eve", f"ls /srv/exchange/{COURSE_ID}/feedback", fails=True)
    made.run("bea", f"cd /srv/nnw && {sys.prefix}/bin/grader extend ch02 sam --until '2099-03-05 23:59'")
    assert "sam" in made.run("bea", f"cd /srv/nnw && {sys.prefix}/bin/grader autograde ch02 --force")

    # once more in the exchange, and a copy of the class elsewhere
    assert AGAIN in hub.page
    made.run("nnw", f"cd {COURSE} && {AGAIN}")
    ((_, _, crontab),) = (block for block in hub.blocks if block[0] == "crontab")
    made.run("nnw", crontab.split("* * * ")[1].replace("\\%", "%"))
    assert "1 class-20" in made.run("nnw", "ls class-*.zip | wc -l | tr '\\n' ' '; ls class-*.zip")

    # who no longer teaches
    bea = log_in(browser, hub, "bea", f"{prefix}/")
    bea.wait_for_selector("td.collect a")
    assert LEAVES in hub.page
    made.run("root", LEAVES)
    hub.stop()
    hub.start()
    bea.goto(f"{prefix}/")  # with the cookie that she has
    bea.wait_for_load_state("networkidle")
    assert "you are not authorized" in bea.inner_text("body")
    bea = log_in(browser, hub, "bea", f"{prefix}/")
    assert "Invalid username or password" in bea.inner_text("body")
    made.run("bea", f"ls {COURSE}", fails=True)
