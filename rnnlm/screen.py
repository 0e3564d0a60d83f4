"""Display options of the page. A link contains these options, the options of the run, and those of sampling."""

from dataclasses import dataclass

from rnnlm.options import check, option

FANNED = ("seed", "lr", "hidden_size", "wordvec_size", "time_size", "batch_size", "words", "max_grad")
JUST_READ = ("shares", "of", "ford", "rose", ".", "analysts", "said", "the", "outlook", "of")
PAGES = ("train", "ask", "inside", "compare", "lessons")
CONTROLS = (  # the names of controls and panels in links and lessons
    *("train", "one_update", "one_epoch", "reset", "new_seed", "speed", "last_run", "settings", "timeline"),
    *("curve", "axis", "expected", "bars", "network", "start", "state", "temperature", "top_k", "skip"),
    *("text", "next_word", "twenty_words", "undo", "clear", "strip", "explain"),
    *("sentence", "strips", "needle", "draws", "guess", "cache"),
    *("tape", "picture", "moves", "reach", "state_picture", "matter", "numbers"),
    *("runs", "same_luck", "fan", "held_out", "copies"),
)
PARTS = tuple(name for name in (*CONTROLS, *PAGES) if name != "train")  # a link may hide all except the Train page


@dataclass(frozen=True)
class Screen:
    """The display options of the page, apart from the options of the run and of sampling."""

    network: str = option("run", str, "the network that bars and text come from", choices=("run", "ptb"))
    at: float | None = option(
        None, float, "the epoch on the timeline; its network answers", low=0.0, high=10_000.0, optional=True
    )
    state: str = option("new", str, "the hidden state that a text starts with", choices=("new", "blank", "tape"))
    stream: int = option(0, int, "the stream that provides the hidden state, counted from 0", low=0, high=199)
    speed: str = option("full", str, "how fast a run trains", choices=("full", "ten", "slow"))
    axis: str = option("log", str, "scale of the perplexity axis", choices=("log", "linear"))
    right: float = option(0.8, float, "the average probability to convert to a perplexity", low=0.05, high=1.0)
    expected: tuple[str, ...] = option(
        (),
        tuple,
        "the learning curve you expect: perplexities, each with its epoch",
        pattern=r"\d{1,5}(\.\d{1,4})?:\d{1,7}(\.\d{1,4})?",
        example="50:40",
    )
    held_out: bool = option(False, bool, "also measure the networks on words they have never read")
    beside: str = option(
        "epochs",
        str,
        "what differs between the texts written with the same random numbers",
        choices=("epochs", "temperatures", "runs"),
    )
    fan: bool = option(False, bool, "open the fan, which trains up to ten runs")
    fan_over: str = option("seed", str, "the setting that differs between these runs", choices=FANNED)
    fan_values: tuple[str, ...] = option(
        (), tuple, "the values of this setting; with none, the suggested values are used"
    )
    luck: int = option(0, int, "seed of the random numbers u that draw the words of a text", low=0, high=2**32 - 1)
    length: int = option(9, int, "number of words drawn", low=0, high=200)
    dice: tuple[str, ...] = option(
        (),
        tuple,
        "numbers u set by hand, each with its word's position",
        pattern=r"\d{1,3}:0\.\d{0,12}",
        example="3:0.375",
    )
    u: float | None = option(None, float, "position of the needle on the strips", low=0.0, high=1.0, optional=True)
    sentence: tuple[str, ...] = option(
        (), tuple, "the sentence that all readers (models) read; with none, an example is used"
    )
    just_read: tuple[str, ...] = option(JUST_READ, tuple, "the words a neural cache has just read")
    cache_share: float = option(
        0.1, float, "share of every probability that the neural cache provides", low=0.0, high=1.0
    )
    forgotten: int = option(0, int, "how many of its words the neural cache has forgotten", low=0, high=10_000)
    move: str = option(
        "read",
        str,
        "the step of an update to show",
        choices=("read", "carry", "score", "compare", "back", "move"),
    )
    unit: int | None = option(
        None, int, "the unit of the hidden state that colours the text", low=0, high=511, optional=True
    )
    word: int = option(0, int, "the drawn word to explain, counted from 0", low=0, high=199)
    told: float | None = option(
        None, float, "the perplexity that the link claims for its epoch", low=1.0, high=1e9, optional=True
    )
    lesson: str | None = option(None, str, "the lesson that is open", optional=True)
    lang: str | None = option(None, str, "the language of the page", choices=("en", "ko", "ja", "zh"), optional=True)
    step: int = option(1, int, "the step of the lesson, counted from 1", low=1, high=40)
    hide: tuple[str, ...] = option((), tuple, "parts of the page to hide", choices=PARTS)
    projector: bool = option(False, bool, "hall mode: one panel at a time, in large type")
    scene: str = option("none", str, "the scene to show before the page", choices=("none", "first"))

    def __post_init__(self):
        check(self)
