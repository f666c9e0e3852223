"""Control groups: where they are made, and what holds in one, where this machine lets us make one."""

import errno
import itertools
import os
import subprocess
import time
from pathlib import Path

import pytest

from grader.calls.plain import Returned
from grader.engine import cgroup, layers, nursery, watchdog
from grader.engine.cgroup import Group
from grader.engine.doctor import usable
from grader.engine.limits import Limits
from grader.engine.session import Session

MEMORY, PROCESSES = 160 << 20, 6
NAME = f"nn-workbook-{os.getpid()}-0"
ZYGOTE = 7  # its number on a made-up machine
make, take_away, write = Path.mkdir, Path.rmdir, Path.write_text


# ── on made-up machines ──────────────────────────────────────────────────────────────────────────────────


class Machine:
    """Version 2 in a folder. A group has limits where the one above passes them on, which may hold no process."""

    def __init__(self, folder):
        self.groups, self.proc, self.run = folder / "cgroup", folder / "proc", folder / "run"
        os.makedirs(self.proc / "1")
        write(self.proc / "1/comm", "bash\n")
        self.mkdir(self.groups)

    def mkdir(self, group, exist_ok=False):
        make(group, exist_ok=exist_ok)
        above = group.parent / "cgroup.subtree_control"
        limits = ("memory.max", "pids.max") if above.exists() and above.read_text() else ()
        for name in ("cgroup.procs", "cgroup.subtree_control", *limits):
            write(group / name, "")

    def rmdir(self, group):
        for path in group.iterdir():
            path.unlink()
        take_away(group)

    def write_text(self, path, text):
        if path.name == "cgroup.subtree_control" and (path.parent / "cgroup.procs").read_text():
            raise OSError(errno.EBUSY, "it holds a process")
        write(path, text)
        if path.name == "cgroup.procs":
            self.move(path.parent, text)

    def move(self, to, *pids):
        for procs in self.groups.rglob("cgroup.procs"):
            here = {*procs.read_text().split()} - {*pids} | ({*pids} if procs.parent == to else set())
            write(procs, "\n".join(sorted(here)))
        for pid in pids:
            make(self.proc / pid, exist_ok=True)
            write(self.proc / pid / "cgroup", f"0::/{to.relative_to(self.groups)}\n")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """With two processes in `service`, one of which is us."""
    found = Machine(tmp_path)
    for name in ("mkdir", "rmdir", "write_text"):
        replaced = getattr(found, name)
        monkeypatch.setattr(Path, name, lambda *given, replaced=replaced, **named: replaced(*given, **named))
    for name, fake in (("MOUNTED", found.groups), ("PROC", found.proc), ("RUN", found.run)):
        monkeypatch.setattr(cgroup, name, fake)
    monkeypatch.setattr(cgroup, "_numbers", itertools.count())
    (found.groups / "service").mkdir()
    found.move(found.groups / "service", "self", "6", str(ZYGOTE))
    return found


def where_it_is(machine):
    return (machine.proc / str(ZYGOTE) / "cgroup").read_text().strip()


def test_a_group_that_passes_limits_on_has_ours_below_it(machine):
    write(machine.groups / "cgroup.subtree_control", "cpu memory pids")
    group = Group.around(ZYGOTE, MEMORY, PROCESSES)
    assert group.folders == {"": machine.groups / NAME}
    assert where_it_is(machine) == f"0::/{NAME}"
    assert (machine.groups / NAME / "memory.max").read_text() == str(MEMORY)
    assert (machine.groups / NAME / "pids.max").read_text() == str(PROCESSES)
    assert (machine.proc / "self/cgroup").read_text() == "0::/service\n"


def test_a_group_of_our_processes_only_is_emptied_and_passes_limits_on(machine):
    for number in range(2):  # the second time we are where the first one has moved us
        group = Group.around(ZYGOTE, MEMORY, PROCESSES)
        assert group.folders == {"": machine.groups / "service" / f"{NAME[:-1]}{number}"}
        assert (machine.proc / "self/cgroup").read_text() == "0::/service/nn-workbook-self\n"
        assert (machine.groups / "service/cgroup.procs").read_text() == ""


def test_a_group_with_a_process_that_is_not_ours_stays_as_it_is(machine, monkeypatch):
    before = set(machine.groups.rglob("*.*"))
    with monkeypatch.context() as other:
        other.setattr(os, "geteuid", lambda: 12345)
        assert Group.around(ZYGOTE, MEMORY, PROCESSES) is None
    write(machine.groups / "service/cgroup.procs", "0\n7\n")  # one outside the container
    assert Group.around(ZYGOTE, MEMORY, PROCESSES) is None
    assert set(machine.groups.rglob("*.*")) == before


BUSCTL = """\
#!/bin/sh
printf '%s ' "$@" > {said}
mkdir {scope}
echo {memory} > {scope}/memory.max
echo {processes} > {scope}/pids.max
echo 0::/app.slice/{name}.scope > {zygote}/cgroup
"""


@pytest.fixture
def systemd(machine, monkeypatch, tmp_path):
    """Its words to it, and the scope that it makes; `limit`: what it says of memory."""
    scope = machine.groups / "app.slice" / f"{NAME}.scope"
    make(scope.parent)
    write(machine.groups / "cgroup.controllers", "memory pids")
    write(machine.proc / "1/comm", "systemd\n")
    user = os.geteuid()
    bus = machine.run / (f"user/{user}/bus" if user else "dbus/system_bus_socket")
    os.makedirs(bus.parent)
    write(bus, "")
    said = tmp_path / "said"

    def install(limit=str(MEMORY)):
        zygote = machine.proc / str(ZYGOTE)
        text = BUSCTL.format(
            said=said, scope=scope, memory=limit, processes=PROCESSES, name=NAME, zygote=zygote
        )
        write(tmp_path / "busctl", text)
        (tmp_path / "busctl").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return said, bus

    return install


def test_where_systemd_runs_it_is_asked_for_a_scope(machine, systemd):
    said, bus = systemd()
    group = Group.around(ZYGOTE, MEMORY, PROCESSES)
    assert where_it_is(machine) == f"0::/app.slice/{NAME}.scope"
    manager = "org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager"
    assert said.read_text() == (
        f"--address=unix:path={bus} call {manager} StartTransientUnit ssa(sv)a(sa(sv)) {NAME}.scope fail 6"
        f" PIDs au 1 {ZYGOTE} MemoryMax t {MEMORY} MemorySwapMax t 0 TasksMax t {PROCESSES}"
        " Delegate b true CollectMode s inactive-or-failed 0 "
    )
    group.remove()
    assert group.folders == {}


def test_a_scope_without_the_limits_is_none(machine, systemd):
    systemd(limit="max")
    make(machine.proc / "self", exist_ok=True)
    write(machine.proc / "self/cgroup", "")
    assert Group.around(ZYGOTE, MEMORY, PROCESSES) is None


@pytest.mark.parametrize("absent", ["proc/1/comm", "bus", "cgroup/cgroup.controllers"])
def test_systemd_is_not_asked_from_a_container_nor_where_it_cannot_answer(machine, systemd, tmp_path, absent):
    said, bus = systemd()
    if absent == "proc/1/comm":
        write(tmp_path / absent, "sh\n")
    else:
        (bus if absent == "bus" else tmp_path / absent).unlink()
    Group.around(ZYGOTE, MEMORY, PROCESSES)
    assert not said.exists()


# ── on this machine ──────────────────────────────────────────────────────────────────────────────────────


def groups_of(pid):
    """Of memory and of processes; of both with version 2."""
    lines = [line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines()]
    found = {name: path for _, names, path in lines for name in names.split(",")}
    return [found[name] for name in ("memory", "pids")] if "memory" in found else [found.get("")]


def a_group_can_be_made():
    with subprocess.Popen(["sleep", "60"]) as process:
        group = Group.around(process.pid, MEMORY, PROCESSES)
        process.kill()
    if group is not None:
        group.remove()
    return group is not None


for_real = pytest.mark.skipif(
    not usable("full") or not a_group_can_be_made(), reason="this machine lets us make no control group"
)


@for_real
def test_the_doctor_finds_that_limits_hold():
    assert layers.probe(next(layer for layer in layers.LAYERS if layer.name == "control group")) == ""


@pytest.fixture
def grouped(monkeypatch):
    """Smaller limits than the watchdog and the limits of a process have: only the group is in the way."""
    around = Group.around
    monkeypatch.setattr(nursery.Group, "around", lambda pid, memory, processes: around(pid, memory // 2, 12))
    monkeypatch.setattr(nursery, "_zygotes", {})
    with Session({}, Limits(memory_mb=1000, cell=60.0, first=0.0), "full") as session:
        session.run("import os, time")
        yield session
    nursery.close_all()


def zygote_of(session):
    return nursery.nursery("full", session.limits.memory_mb, session.limits.processes)._process.pid


@for_real
def test_a_zygote_and_its_students_are_in_one_group_which_ends_with_them(grouped):
    zygote = zygote_of(grouped)
    found = [groups_of(pid) for pid in watchdog.tree(zygote)]
    assert len(found) >= 3
    assert all(groups == found[0] != groups_of("self") for groups in found)
    with subprocess.Popen(["sleep", "60"]) as other:
        nursery.Group.around(other.pid, MEMORY, PROCESSES)
        assert groups_of(other.pid) != found[0]
        other.kill()
    nursery.close_all()
    until = time.monotonic() + 5  # systemd does it when it comes to it
    while left := list(Path("/sys/fs/cgroup").rglob(Path(found[0][0]).name)):
        assert time.monotonic() < until, left
        time.sleep(0.05)


@for_real
def test_what_processes_hold_together_costs_one_of_them(grouped):
    zygote = zygote_of(grouped)
    source = """\
for _ in range(4):
    if os.fork() == 0:
        held = bytearray(b'x') * (400 << 20)
        time.sleep(6)
        os._exit(0)
ended = [os.wait()[1] for _ in range(4)]
assert 9 in ended, ended
"""
    assert grouped.run(source) == Returned(None)
    assert zygote_of(grouped) == zygote


@for_real
def test_no_more_processes_than_the_group_may_hold(grouped):
    source = """\
started = 0
try:
    for _ in range(40):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
except BlockingIOError:
    pass
assert 4 < started < 12, started
"""
    assert grouped.run(source) == Returned(None)
