"""Container and service name only existing files, options, variables and folders, the same in both."""

import re
import shlex
import socket
from fnmatch import fnmatch

import pytest
from packaging.requirements import Requirement
from streamlit import config, net_util
from streamlit.web.cli import main_run

from tests.page import ROOT

HOSTING = ROOT / "assets" / "hosting"
DOCKERFILE, COMPOSE, SERVICE, NGINX = (
    (HOSTING / name).read_text() for name in ("Dockerfile", "compose.yaml", "rnnlm.service", "nginx.conf")
)
OURS, STREAMLITS = re.compile(r"\bRNNLM_[A-Z_]+"), re.compile(r"\bSTREAMLIT_[A-Z_]+")
OUTSIDE = "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"


def one(pattern, text):
    """The group of a pattern that occurs once."""
    (found,) = re.findall(pattern, text, re.MULTILINE)
    return found


def copied():
    """The files that the image takes from the project."""
    return re.findall(r"^COPY (?:--\S+ )*(\S+) \S+$", DOCKERFILE, re.MULTILINE)


def test_what_the_image_takes_is_there_and_it_is_all_that_the_page_is_made_of():
    assert all((ROOT / path).exists() for path in copied())
    assert {"rnnlm", "assets", ".streamlit", "streamlit_app.py"} < set(copied())
    assert DOCKERFILE.count("\nCOPY ") == len(copied())


def test_the_builder_sees_what_the_image_takes_and_no_secret():
    lines = (HOSTING / "Dockerfile.dockerignore").read_text().splitlines()
    hidden = [line for line in lines if not line.startswith("#")]
    assert not any(fnmatch(path, pattern) for path in copied() for pattern in hidden)
    assert ".streamlit/secrets.toml" in hidden
    assert one(r"dockerfile: (\S+)", COMPOSE) == "assets/hosting/Dockerfile"
    assert (HOSTING / one(r"context: (\S+)", COMPOSE)).resolve() == ROOT


def test_streamlit_takes_both_commands():
    image = re.findall(r'"([^"]+)"', one(r"^CMD (\[(?:.|\n)*?\])$", DOCKERFILE))
    service = shlex.split(one(r"^ExecStart=(.*)", SERVICE))
    for python, *command in (image, service):
        assert python.endswith("python")
        assert command[:3] == ["-m", "streamlit", "run"]
        given = main_run.make_context("run", command[3:])  # an unknown word is an error
        assert (ROOT / given.params["target"]).exists()
        assert given.params["server_port"] == 8501
    for text in (DOCKERFILE, COMPOSE, SERVICE, NGINX):
        assert set(re.findall(r"(?:port |:)(85\d\d)\b", text)) <= {"8501"}


def test_a_variable_that_is_named_is_one_that_is_read():
    code = "".join(path.read_text() for path in (ROOT / "rnnlm").rglob("*.py"))
    read = set(re.findall(r'environ\.get\("(RNNLM_\w+)"', code))
    known = {f"STREAMLIT_{key.replace('.', '_')}".upper() for key in spelt_out(config.get_config_options())}
    for path in HOSTING.iterdir():
        assert set(OURS.findall(path.read_text())) <= read, path.name
        assert set(STREAMLITS.findall(path.read_text())) <= known, path.name
    for text in (DOCKERFILE + COMPOSE, SERVICE):
        assert {"RNNLM_HOSTED", "RNNLM_STATUS", "RNNLM_STORE"} <= set(OURS.findall(text))


def spelt_out(options):
    """Option names as in environment variables: server.baseUrlPath is server.base_url_path."""
    return [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", option) for option in options]


def test_visitors_files_are_written_to_a_folder_that_only_the_page_s_user_can_open():
    user, store = one(r"^USER (\S+)", DOCKERFILE), one(r"RNNLM_STORE: (\S+)", COMPOSE)
    owner, group = user.split(":")
    assert f"\nRUN install -d -o {owner} -g {group} -m 700 {store}\n" in DOCKERFILE
    volume = one(rf"- (\w+):{store} ", COMPOSE)
    assert re.search(rf"^volumes:\n  {volume}:", COMPOSE, re.MULTILINE)
    assert one(r"RNNLM_STORE=(\S+)", SERVICE) == "/var/lib/" + one(r"^StateDirectory=(\S+)", SERVICE)
    assert one(r"^StateDirectoryMode=(\S+)", SERVICE) == "0700"
    status = one(r"^Environment=RNNLM_STATUS=(\S+)", SERVICE)
    assert status.startswith(f"/run/{one(r'^RuntimeDirectory=(.*)', SERVICE)}/")


def test_both_have_the_same_limits_and_a_home_that_is_there():
    assert one(r"^MemoryMax=(\d+)M", SERVICE) == one(r"mem_limit: (\d+)m", COMPOSE)
    assert one(r"memswap_limit: (\d+)m", COMPOSE) == one(r"mem_limit: (\d+)m", COMPOSE)
    assert one(r"^TasksMax=(\d+)", SERVICE) == one(r"pids_limit: (\d+)", COMPOSE)
    assert one(r"^LimitNOFILE=(\d+)", SERVICE) == one(r"nofile: (\d+)", COMPOSE)
    assert one(r"^TimeoutStopSec=(\d+)", SERVICE) == one(r"stop_grace_period: (\d+)s", COMPOSE)
    assert one(r"^Environment=HOME=(\S+)", SERVICE) == one(r"HOME: (\S+)", COMPOSE) == "/tmp"


@pytest.mark.parametrize("text", [DOCKERFILE, SERVICE], ids=["container", "service"])
def test_streamlit_does_not_ask_an_outside_service_for_its_address(text, monkeypatch):
    """All its connections are to this machine."""
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", one(r"ALL_PROXY=(\S+)", text))
    monkeypatch.setattr(net_util, "_external_ip", None)
    tried = []

    def connect(_, address):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert net_util.get_external_ip() is None
    assert tried
    assert set(tried) == {("127.0.0.1", 9)}


def pinned(path):
    """The version of each package of a lock, every one with its hashes."""
    packages = re.split(r"\n(?=[a-z])", path.read_text())[1:]
    assert all("--hash=sha256:" in package for package in packages)
    return dict(re.match(r"([\w.-]+)==([^\s;]+)", package).groups() for package in packages)


def test_the_locks_contain_all_requirements_and_the_container_has_what_was_tested():
    tested, hosted = pinned(ROOT / "tests" / "requirements.lock"), pinned(HOSTING / "requirements.lock")
    assert hosted.items() <= tested.items()
    for path, lock in ((ROOT / "requirements.txt", hosted), (ROOT / "tests" / "requirements.txt", tested)):
        for line in path.read_text().splitlines():
            if not line.startswith("-r"):
                required = Requirement(line)
                assert required.specifier.contains(lock[required.name]), line
