"""An operator's settings: read and checked in one place; a server refuses to start with a mistake."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlm.serving import settings
from rnnlm.serving.settings import KNOWN, Settings, check_settings, settings_here

ROOT = Path(__file__).parents[1]
MISTAKES = {  # a variable, impossible values, and the error
    "RNNLM_KEEP": (("10m", "", " ", "0", "-5", "nan", "inf", "1e9"), "must be a number of seconds above 0"),
    "RNNLM_WORKERS": (("two", "", "-3", "2.5", "257", "²", "9" * 5000), "must be a whole number from 0 to 256"),
    "RNNLM_HOSTED": (("", "maybe", "2", "nein"), "must be one of 1, true, yes, on, 0, false, no, off"),
    "RNNLM_STORE": (("", " ", "~nobody-at-all/store"), "must be a path"),
    "RNNLM_STATUS": (("", "~nobody-at-all/status.json"), "must be a path"),
    "RNNLM_HOSTD": (("1",), "is RNNLM_HOSTED meant?"),
    "RNNLM_COLOUR": (("red",), "is not a setting: RNNLM_HOSTED, "),
}
CASES = [(name, value, sentence) for name, (values, sentence) in MISTAKES.items() for value in values]


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch):
    for name in [name for name in os.environ if name.startswith("RNNLM_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(("name", "value", "sentence"), CASES, ids=[f"{name}={value[:9]}" for name, value, _ in CASES])
def test_a_wrong_variable_is_reported_in_one_sentence_that_names_it(name, value, sentence, monkeypatch, capsys):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        check_settings()
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert re.match(f"rnnlm: {name} .*", told)
    assert sentence in told
    assert told.count("\n") == 1


def test_yes_and_no_may_be_written_in_the_usual_ways():
    for word in ("1", "true", "True", "YES", "on "):
        assert settings_here({"RNNLM_HOSTED": word}).hosted
    for word in ("0", "false", "FALSE", "no", "off"):
        assert not settings_here({"RNNLM_HOSTED": word}).hosted


def test_nothing_chosen_is_a_server_of_one_s_own():
    assert settings_here({}) == Settings(hosted=False, keep=600, workers=None, status=None, store=None)
    assert settings_here({"PATH": "/bin", "RNNLM_SCREENSHOTS": "shots"}) == settings_here({})


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    found = settings_here({"RNNLM_STORE": "~/visits", "RNNLM_STATUS": "~/status.json"})
    assert found.store == tmp_path / "visits"
    assert found.status == tmp_path / "status.json"


def test_a_store_and_a_status_that_cannot_be_written_are_refused(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    os.mkfifo(tmp_path / "pipe")
    wrong = {
        "RNNLM_STORE": {"file": "must be a folder", "open": "that only this user can open", "pipe": "must be a folder"},
        "RNNLM_STATUS": {"open": "it is a directory", "nowhere/status.json": "No such file", "pipe": "not a regular"},
    }
    for name, places in wrong.items():
        for place, sentence in places.items():
            with monkeypatch.context() as patch:
                patch.setenv(name, str(tmp_path / place))
                with pytest.raises(SystemExit):
                    check_settings()
            told = capsys.readouterr().err
            assert told.startswith(f"rnnlm: {name} must be ")
            assert sentence in told
            assert told.count("\n") == 1
    monkeypatch.setenv("RNNLM_STORE", str(tmp_path / "new" / "store"))
    monkeypatch.setenv("RNNLM_STATUS", str(tmp_path / "status.json"))
    check_settings()
    assert (tmp_path / "new" / "store").stat().st_mode & 0o777 == 0o700


def test_no_other_place_reads_a_variable_of_ours():
    for path in (ROOT / "rnnlm").rglob("*.py"):
        if path != Path(settings.__file__):
            assert not re.search(r"environ\b.{0,12}RNNLM_|getenv", path.read_text(encoding="utf-8")), path
    told = (ROOT / "assets" / "hosting" / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in told for name in KNOWN)


def test_a_server_that_asks_before_it_serves_never_begins_to(tmp_path):
    """Streamlit imports a script that defines an App, before it opens its port."""
    script = tmp_path / "app.py"
    lines = ("from streamlit.starlette import App", "from rnnlm.serving.settings import check_settings")
    script.write_text("\n".join((*lines, "check_settings()", "app = App(__file__)")))
    command = f"-m streamlit run {script} --server.headless true --server.port 0 --server.address 127.0.0.1"
    ended = subprocess.run(
        [sys.executable, *command.split()],
        env=os.environ | {"RNNLM_KEEP": "10m", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "rnnlm: RNNLM_KEEP must be a number of seconds above 0" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
