"""What is deployed: without rights, from the lock, ending well, and the same in every way of running it."""

from __future__ import annotations

import asyncio
import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from bot.__main__ import WRONG
from bot.run import GRACE
from bot.settings import FILE, PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
VERSION = PROJECT["project"]["version"]
USER = 10001
# People answered, then the scheduler, then the delivery: each has its share (bot/run.py, bot/app.py).
LONGEST_END = 2.5 * GRACE

Instruction = tuple[str, str]


def read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


# The image


@cache
def stages() -> list[list[Instruction]]:
    """The instructions of each stage, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", read("deploy/Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[Instruction]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest.strip()))
    return found


def instructions(*names: str) -> Iterator[str]:
    return (rest for stage in stages() for name, rest in stage if name in names)


def test_the_image_begins_with_a_pinned_python_that_weft_runs_on() -> None:
    bases = {rest.split()[0] for rest in instructions("FROM")}
    assert len(bases) == 1  # what is built with one Python runs on the same
    found = re.fullmatch(r"python:3\.(\d+)-slim", bases.pop())
    assert found
    assert int(found[1]) in {11, 12, 13}


def test_what_runs_in_the_image_has_no_rights() -> None:
    *_, user = (rest for name, rest in stages()[-1] if name == "USER")
    assert user == f"{USER}:{USER}"
    names = [name for name, _ in stages()[-1]]
    assert "RUN" not in names[names.index("USER") :]


def test_nothing_comes_into_the_image_from_outside_but_by_its_hash() -> None:
    assert list(instructions("ADD")) == []
    assert not re.search(r"\w+://(?!127\.0\.0\.1)", read("deploy/Dockerfile"))
    installs = [json.loads(rest) for rest in instructions("RUN") if '"install"' in rest and '"pip"' in rest]
    assert len(installs) == 3
    for command in installs:
        if "--no-index" in command:
            assert "--no-deps" in command  # ours alone
        else:
            assert {"--require-hashes", "--only-binary=:all:", "-r"} <= set(command)


def test_there_is_no_shell_between_the_system_and_weft() -> None:
    for rest in instructions("RUN", "CMD", "ENTRYPOINT"):
        assert all(isinstance(one, str) for one in json.loads(rest))
    assert dict(stages()[-1])["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(dict(stages()[-1])["ENTRYPOINT"]) == ["weft"]


def test_the_image_says_which_version_it_is() -> None:
    assert f'org.opencontainers.image.version="{VERSION}"' in dict(stages()[-1])["LABEL"]
    assert f"weft:{VERSION} ." in read("deploy/Dockerfile")


def test_only_what_is_copied_is_sent_to_be_built() -> None:
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = [line[1:] for line in lines if line.startswith("!")]
    copied = {one for rest in instructions("COPY") if "--from=" not in rest for one in rest.split()[:-1]}
    assert copied
    for one in copied:
        assert (ROOT / one).exists(), one
        assert any(fnmatch(one, pattern) for pattern in let_in), one
    assert all(any(fnmatch(one, pattern) for one in copied) for pattern in let_in)


def healthcheck() -> list[str]:
    command: list[str] = json.loads(dict(stages()[-1])["HEALTHCHECK"].partition("CMD ")[2])
    return command


@asynccontextmanager
async def answering(status: int) -> Any:
    """A Weft that is well, or not; its port."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    site = web.Application()
    site.router.add_get("/healthz", healthz)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def exit_code(command: list[str], port: int) -> int:
    assert command[0] == "python"
    there = [part.replace("8080", str(port)) for part in command[1:]]
    asked = await asyncio.create_subprocess_exec(
        sys.executable, *there, env={"WEFT_HEALTH": f"0.0.0.0:{port}"}, stderr=asyncio.subprocess.DEVNULL
    )
    return await asked.wait()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
async def test_the_health_check_passes_when_weft_is_well_and_only_then(status: int, code: int) -> None:
    async with answering(status) as port:
        assert await exit_code(healthcheck(), port) == code
    assert await exit_code(healthcheck(), port) == 1  # nobody there any more


# The locks


def pinned(file: str) -> dict[str, set[str]]:
    """Each pin with its marker, and its hashes."""
    found: dict[str, set[str]] = {}
    for line in read(file).splitlines():
        if pin := re.match(r"([a-z0-9][\w.-]*==\S+(?: ; [^\\]+)?)", line):
            found[pin[1].strip()] = set()
            last = pin[1].strip()
        elif hashed := re.search(r"--hash=(sha256:[0-9a-f]{64})", line):
            found[last].add(hashed[1])
        else:
            assert not line.strip() or line.lstrip().startswith("#"), f"{file}: {line}"  # no index, no option
    return found


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


@pytest.mark.parametrize("lock", ["deploy/requirements-run.lock", "deploy/requirements-build.lock"])
def test_what_is_deployed_is_what_was_tested(lock: str) -> None:
    tested, deployed = pinned("requirements.lock"), pinned(lock)
    assert deployed
    for pin, hashes in deployed.items():
        assert hashes
        assert hashes == tested.get(pin), f"{pin}: run `make lock`"


def test_the_locks_hold_what_is_needed_and_no_tools() -> None:
    running = {name_of(pin) for pin in pinned("deploy/requirements-run.lock")}
    assert {name_of(one) for one in PROJECT["project"]["dependencies"]} <= running
    assert not running & {name_of(one) for one in PROJECT["dependency-groups"]["dev"]}
    building = {name_of(pin) for pin in pinned("deploy/requirements-build.lock")}
    assert {name_of(one) for one in PROJECT["build-system"]["requires"]} <= building


# Every way of running it


MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("deploy/compose.yaml"))
    return loaded


@cache
def documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def deployments() -> list[Any]:
    return [one for file in MANIFESTS for one in documents(file) if one["kind"] == "Deployment"]


def unit() -> dict[str, list[str]]:
    """The lines of the service, by name; some come more than once."""
    found: dict[str, list[str]] = {}
    for line in read("deploy/weft.service").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_every_setting_that_is_set_is_one() -> None:
    known = {FILE, *(PREFIX + name.upper() for name in Settings.model_fields)}
    files = [*DEPLOY.glob("*"), *MANIFESTS]
    for file in (one for one in files if one.is_file() and one.suffix != ".lock"):
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", file.read_text(encoding="utf-8")))
        assert named - {"WEFT_PORT", "WEFT_SERVICE_HOST"} <= known, file  # two that are told about, not set


def test_no_image_is_whatever_is_latest() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += [one["image"] for each in deployments() for one in each["spec"]["template"]["spec"]["containers"]]
    for image in images:
        name, _, tag = image.partition(":")
        assert tag, image
        assert tag != "latest"
        assert name != "weft" or tag == VERSION


def test_everything_has_time_to_end_well() -> None:
    patience = [int(compose()["services"]["weft"]["stop_grace_period"].removesuffix("s"))]
    patience += [one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] for one in deployments()]
    patience += [int(one) for one in unit()["TimeoutStopSec"]]
    assert len(patience) == 4
    assert all(one > LONGEST_END for one in patience)


def test_compose_gives_weft_nothing_it_does_not_need() -> None:
    weft = compose()["services"]["weft"]
    assert weft["read_only"] is True
    assert weft["cap_drop"] == ["ALL"]
    assert "cap_add" not in weft
    assert "ports" not in weft
    assert weft["security_opt"] == ["no-new-privileges:true"]
    assert weft["restart"] == "unless-stopped"
    assert weft["healthcheck"]["test"] == ["CMD", *healthcheck()]
    assert [volume.rpartition(":")[2] for volume in weft["volumes"]] == ["/data"]
    assert weft["tmpfs"][0].startswith("/tmp:")


def test_compose_never_runs_the_same_bot_twice() -> None:
    """One service with the token, and it is not in a profile: another profile adds a database, never another Weft."""
    with_token = [name for name, one in compose()["services"].items() if "discord_token" in one["secrets"]]
    assert with_token == ["weft"]
    assert "profiles" not in compose()["services"]["weft"]
    assert compose()["services"]["postgres"]["profiles"] == ["postgres"]
    assert compose()["services"]["weft"]["depends_on"]["postgres"]["required"] is False


def test_compose_hands_secrets_over_as_files() -> None:
    for name, service in compose()["services"].items():
        handed_over = set(service["secrets"])
        assert handed_over <= compose()["secrets"].keys()
        named = {str(value) for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert named == {f"/run/secrets/{one}" for one in handed_over}, name
        assert not any(re.search("TOKEN$|PASSWORD$|URL$", key) for key in service["environment"])
    assert all(one["file"].startswith("./secrets/") for one in compose()["secrets"].values())


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.name)
def test_manifests_are_whole(file: Path) -> None:
    for one in documents(file):
        assert {"apiVersion", "kind", "metadata"} <= one.keys()
        assert one["metadata"]["labels"] == {"app.kubernetes.io/name": "weft"}


def test_there_is_one_weft_whichever_manifest_is_applied() -> None:
    assert len(deployments()) == 2
    for one in deployments():
        assert one["metadata"]["name"] == "weft"  # both: the one applied last takes the place of the other
        spec = one["spec"]
        assert spec["replicas"] == 1
        assert spec["strategy"] == {"type": "Recreate"}
        assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]


def test_kubernetes_gives_weft_nothing_it_does_not_need() -> None:
    (secret,) = documents(DEPLOY / "kubernetes" / "secret.yaml")
    for deployment in deployments():
        pod = deployment["spec"]["template"]["spec"]
        (weft,) = pod["containers"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert {pod["securityContext"][one] for one in ("runAsUser", "runAsGroup", "fsGroup")} == {USER}
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert weft["securityContext"]["readOnlyRootFilesystem"] is True
        assert weft["securityContext"]["allowPrivilegeEscalation"] is False
        assert weft["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        mounted = {one["name"]: one["mountPath"] for one in weft["volumeMounts"]}
        assert mounted.keys() == {one["name"] for one in pod["volumes"]}
        files = {one["value"] for one in weft["env"]}
        assert files == {f"{mounted['secrets']}/{key}" for key in secret["stringData"]}
        assert not any(secret["stringData"].values())


@pytest.mark.parametrize("status", [200, 503])
async def test_kubernetes_lets_live_whoever_answers(status: int) -> None:
    probes = [one["spec"]["template"]["spec"]["containers"][0] for one in deployments()]
    commands = [one[probe]["exec"]["command"] for one in probes for probe in ("livenessProbe", "startupProbe")]
    assert commands == [commands[0]] * 4
    async with answering(status) as port:
        assert await exit_code(commands[0], port) == 0
    assert await exit_code(commands[0], port) == 1


def test_the_service_has_no_rights_and_ends_well() -> None:
    lines = unit()
    assert lines["User"] == lines["Group"] == ["weft"]
    assert lines["KillSignal"] == ["SIGTERM"]
    assert lines["KillMode"] == ["mixed"]
    assert lines["Restart"] == ["on-failure"]
    assert lines["RestartPreventExitStatus"] == [str(WRONG)]
    assert lines["CapabilityBoundingSet"] == lines["AmbientCapabilities"] == [""]
    assert lines["ProtectSystem"] == ["strict"]
    assert lines["StateDirectory"] == ["weft"]
    assert lines["SystemCallFilter"][0] == "@system-service"
    assert set(lines["RestrictAddressFamilies"][0].split()) == {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "MemoryDenyWriteExecute"):
        assert lines[name] == ["yes"], name
    credential, _, source = lines["LoadCredential"][0].partition(":")
    assert source == "/etc/weft/discord_token"
    assert f"WEFT_DISCORD_TOKEN_FILE=/run/credentials/%n/{credential}" in lines["Environment"]


def test_the_service_is_a_unit_with_its_three_parts() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names are as they are written
    parser.read_string(read("deploy/weft.service"))
    assert parser.sections() == ["Unit", "Service", "Install"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_service(tmp_path: Path) -> None:
    copy = tmp_path / "weft.service"
    copy.write_text(read("deploy/weft.service").replace("/opt/weft/bin/weft", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert "weft.service:" not in ran.stderr  # a name it does not know is only a warning to it
