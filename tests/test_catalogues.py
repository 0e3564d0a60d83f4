"""The catalogues are complete, match the code and use the glossary's terms; planted faults prove the checks."""

import io

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo, write_mo

from rnnlm.catalogues import NAMES, catalogue
from rnnlm.lessons.reading import shipped
from rnnlm.lessons.translated import in_words
from tests import languages
from tests.languages import TRANSLATED


@pytest.fixture(scope="module", params=TRANSLATED)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def template():
    return languages.template()


def one(english, there):
    """A catalogue of one sentence."""
    catalog = Catalog()
    catalog.add(english, there)
    return catalog


def test_a_catalogue_has_the_sentences_of_the_code_and_no_others(language, template):
    there = {(message.id, message.context) for message in languages.read(language) if message.id}
    here = {(message.id, message.context) for message in template if message.id}
    assert (here - there, there - here) == (set(), set()), "python -m tests.languages --update"


def test_the_page_reads_the_file_that_translators_write(language):
    there = io.BytesIO()
    write_mo(there, languages.read(language))
    written = read_mo(io.BytesIO(languages.file_of(language, ".mo").read_bytes()))
    there.seek(0)
    assert [(m.id, m.string) for m in written] == [(m.id, m.string) for m in read_mo(there)]


def test_every_sentence_is_translated(language):
    assert languages.missing(languages.read(language)) == []
    assert languages.missing(one("Press Train.", "")) == languages.missing(one("Press Train.", "Press Train.")) != []


def test_placeholders_and_tags_are_those_of_the_sentence(language):
    assert languages.mismatched(languages.read(language)) == []
    for there in ("{m:,} 단어", "{n} 단어", "단어", "<b>{n:,}</b> 단어"):
        assert languages.mismatched(one("{n:,} words", there)), there
    assert not languages.mismatched(one("{n:,} words", "단어 {n:,}개"))


def test_terms_are_those_of_the_glossary(language):
    assert languages.off_glossary(languages.read(language), language) == []
    assert languages.off_glossary(one("The hidden state carries it.", "그것"), "ko")


def test_every_page_language_has_a_catalogue():
    assert set(TRANSLATED) == {path.name for path in languages.LOCALE.iterdir()} == set(NAMES) - {"en"}


def test_a_lesson_in_another_language_has_the_same_structure(language):
    for lesson in shipped().values():
        there = in_words(lesson, catalogue(language).gettext)
        assert there.id == lesson.id
        assert there.title != lesson.title
        assert in_words(there, lambda _: "") == in_words(lesson, lambda _: "")
