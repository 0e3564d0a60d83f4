"""Texts that many tests read, each loaded once."""

import sys
from functools import cache

import pytest
from hypothesis import settings

from rnnlm.data.corpus import Corpus
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment

settings.register_profile("calm", deadline=None, derandomize=True)
settings.load_profile("calm")


def pytest_collection_modifyitems(items):
    """Mark the tests that use a browser."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def same_main():
    """The program stays this one: an AppTest puts the page in its place, and spawned processes would run that."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def ptb() -> Corpus:
    """The first 1,000 words of PTB train, which the run of the book reads."""
    return load_ptb("train", words=1000)


@pytest.fixture(scope="session")
def toy() -> Corpus:
    """400 words of the built-in grammar."""
    return toy_corpus(400)


@pytest.fixture(scope="session")
def small() -> Experiment:
    """A run of milliseconds on `toy`: 19 updates an epoch, 4 epochs."""
    return Experiment(
        corpus="grammar", words=400, wordvec_size=8, hidden_size=12, batch_size=5, time_size=4, lr=0.5, epochs=4
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of the page, on one server for all tests."""
    from tests.page import served

    with served(tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """A browser for all tests."""
    from tests.page import launched

    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def tabs(browser):
    """Where the visitors of `server` are."""
    from tests.page import Tabs

    context = browser.new_context()
    yield Tabs(context)
    context.close()


@pytest.fixture
def visit(browser, server, tabs, tmp_path):
    """Open the page as a new visitor; whatever the browser complained of fails the test at its end."""
    from tests.page import visitors

    with visitors(browser, server, tmp_path, tabs) as visit:
        yield visit


@pytest.fixture(scope="module")
def look(browser, server, tabs, tmp_path_factory):
    """As `visit`, for tests that only look: those of a module that ask for the same visit share one screen."""
    from tests.page import visitors

    with visitors(browser, server, tmp_path_factory.mktemp("looks"), tabs) as visit:
        yield cache(visit)


@pytest.fixture
def cable(server, request):
    """The way from a browser to a test's own server, which can be pulled; its round trip, if one is asked."""
    from tests.cable import Cable

    cable = Cable(server.port, getattr(request, "param", 0.0))
    yield cable
    cable.close()
