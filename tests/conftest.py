"""Fixtures that many tests share: texts, the server, browsers and visitors."""

import math
import os
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


@pytest.hookimpl(optionalhook=True)  # pytest runs without xdist, too
def pytest_xdist_auto_num_workers(config):
    """`-n auto` starts half as many workers again as there are cores: a test with a browser waits half of its time."""
    return math.ceil(1.5 * (os.cpu_count() or 1))


def pytest_collection_modifyitems(items):
    """Mark the tests that use a browser."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def same_main():
    """Restore __main__ after a test: AppTest replaces it with the page, which spawned processes would then run."""
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
    """A run on `toy` that takes milliseconds: 4 epochs of 19 updates."""
    return Experiment(
        corpus="grammar", words=400, wordvec_size=8, hidden_size=12, batch_size=5, time_size=4, lr=0.5, epochs=4
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of the page on the server that all tests share."""
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
    """The browser tabs of the visitors of `server`."""
    from tests.page import Tabs

    context = browser.new_context()
    yield Tabs(context)
    context.close()


@pytest.fixture
def visit(browser, server, tabs, tmp_path):
    """A function that opens the page as a new visitor. Errors of the browser fail the test at its end."""
    from tests.page import visitors

    with visitors(browser, server, tmp_path, tabs) as visit:
        yield visit


@pytest.fixture(scope="module")
def look(browser, server, tabs, tmp_path_factory):
    """Like `visit`, for tests that change nothing: a module's tests with the same link share one screen."""
    from tests.page import visitors

    with visitors(browser, server, tmp_path_factory.mktemp("looks"), tabs) as visit:
        yield cache(visit)


@pytest.fixture
def cable(server, request):
    """A cable between a browser and the server. The test's parameter, if any, is its round trip in seconds."""
    from tests.cable import Cable

    cable = Cable(server.port, getattr(request, "param", 0.0))
    yield cable
    cable.close()
