"""The address for a class: the last typed one counts, and names of the local computer are refused."""

import pytest

from rnnlm.ui.state import link
from rnnlm.ui.state.host import is_here_alone
from tests.visiting import on_page, opened, said, sound, take_away

HERE = ["localhost", "LOCALHOST:8501", "localhost.", "rnn.localhost", "localhost.localdomain", "ip6-localhost"]
HERE += ["127.0.0.1", "127.1", "127.0.0.1.", "127.255.0.9:80", "0.0.0.0", "0", "2130706433", "0x7f000001", "0177.0.0.1"]
HERE += ["[::1]", "[::1]:8501", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]
HERE += ["%6cocalhost", "１２７.0.0.1", "ｌocalhost", "127。0。0。1"]
OTHERS = ["192.168.0.12:8501", "rnn.example", "localhost.example", "my-localhost.org", "[2001:db8::1]", "128.0.0.1"]
OTHERS += ["grünwald.example", "10.1"]


@pytest.mark.parametrize("host", HERE)
def test_no_spelling_of_this_computer_alone_is_an_address_for_a_class(host):
    assert is_here_alone(f"http://{host}/")


@pytest.mark.parametrize("host", OTHERS)
def test_any_other_host_is(host):
    assert not is_here_alone(f"http://{host}/")


def field(page):
    return next(field for field in page.text_input if field.label == "The address of this computer in your network")


def test_every_address_that_is_typed_is_the_one_of_the_link():
    page = on_page("lessons")
    for address in ("http://a.example", "http://b.example", "c.example:8501", "http://d.example/rnn"):
        sound(field(page).input(address).run())
        assert field(page).value == address
        assert f"{address.removeprefix('http://')}/?lesson=" in said(page)
    sound(field(page).input("http://127.1:8501").run())
    assert "127.1 works only on this computer, so nobody in your class can open it." in said(page)
    assert "/?lesson=" not in said(page)
    for wrong in ("http://[", "ftp://a.example", "http://a.example:99999"):
        sound(field(page).input(wrong).run())
        assert "An address looks like" in said(page)


@pytest.mark.parametrize("name", ["", "ask", "inside", "compare", "lessons"])
def test_no_field_drops_every_second_entry(name):
    """If a field's default follows its value, each entry makes a new field, and the next entry is lost."""
    page = on_page(name, corpus="text", fan="yes")
    labels = [field.label for field in page.text_input]
    assert labels or name == "inside"
    for place, label in enumerate(labels):
        for entry in ("12", "13", "14"):
            sound(page.text_input[place].input(entry).run())
            if label != "Two dice":  # dice are cleared once they are thrown
                assert page.text_input[place].value == entry, label


def test_a_class_link_has_the_language_only_if_the_teacher_wants_it():
    page = on_page("lessons", lang="ko")
    page = sound(page.text_input(key="class_field").input("http://192.168.0.12:8501").run())
    assert "192.168.0.12:8501/?lesson=what" in said(page)
    assert "lesson=what&lang=ko" not in said(page)
    page = sound(page.toggle(key="class_language").set_value(True).run())
    assert "192.168.0.12:8501/?lesson=what&lang=ko" in said(page)


@pytest.mark.parametrize(("base", "is_told"), [("http://127.0.0.1:8501/", True), ("https://rnn.example/", False)])
def test_the_link_to_a_snapshot_says_if_it_works_only_on_this_computer(monkeypatch, base, is_told):
    monkeypatch.setattr(link, "address", lambda **more: f"{base}?at=100")
    assert ("but only on this computer:" in said(take_away(opened()))) == is_told
