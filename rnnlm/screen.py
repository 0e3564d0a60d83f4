"""Display options of a page, besides the run and sampling: with these a link opens the same picture."""

from dataclasses import dataclass

from rnnlm.options import check, option

FANNED = ("seed", "lr", "hidden_size", "wordvec_size", "time_size", "batch_size", "words", "max_grad")
JUST_READ = ("shares", "of", "ford", "rose", ".", "analysts", "said", "the", "outlook", "of")
PAGES = ("train", "ask", "inside", "compare", "lessons")
CONTROLS = (  # controls and panels, by their names in links and lessons
    *("train", "one_update", "one_epoch", "reset", "new_seed", "speed", "last_run", "settings", "timeline"),
    *("curve", "axis", "bars", "network", "start", "state", "temperature", "top_k", "skip"),
    *("text", "next_word", "twenty_words", "undo", "clear", "strip", "explain"),
    *("sentence", "strips", "needle", "draws", "guess", "cache"),
    *("tape", "moves", "reach", "state_picture", "matter", "numbers"),
    *("runs", "same_luck", "fan", "held_out", "copies"),
)
PARTS = tuple(name for name in (*CONTROLS, *PAGES) if name != "train")  # may be hidden; Train is the way back


@dataclass(frozen=True)
class Screen:
    """Display options of the page, besides the run and sampling."""

    network: str = option("run", str, "whose bars and text are shown", choices=("run", "ptb"))
    at: float | None = option(None, float, "the epoch that is questioned", low=0.0, high=10_000.0, optional=True)
    state: str = option(
        "new", str, "where the state comes from that a text begins with", choices=("new", "blank", "tape")
    )
    stream: int = option(0, int, "the stream whose state is taken, from 0 on", low=0, high=199)
    speed: str = option("full", str, "how fast a run trains", choices=("full", "ten", "slow"))
    axis: str = option("log", str, "how the perplexities of the curve are laid out", choices=("log", "linear"))
    right: float = option(0.8, float, "the probability whose perplexity is told", low=0.05, high=1.0)
    held_out: bool = option(False, bool, "measure the networks on words they have never read, too")
    beside: str = option(
        "epochs",
        str,
        "what differs between the texts that are written with the same luck",
        choices=("epochs", "temperatures", "runs"),
    )
    fan: bool = option(False, bool, "show the panel of many runs at once")
    fan_over: str = option("seed", str, "what differs between these runs", choices=FANNED)
    fan_values: tuple[str, ...] = option((), tuple, "the values it has in them; none: those that are offered")
    luck: int = option(0, int, "the seed of the numbers u that a text is drawn with", low=0, high=2**32 - 1)
    length: int = option(9, int, "how many words are drawn", low=0, high=200)
    dice: tuple[str, ...] = option(
        (), tuple, "numbers u of a text that were given by hand", pattern=r"\d{1,3}:0\.\d{0,12}", example="3:0.375"
    )
    u: float | None = option(None, float, "where the needle stands over the strips", low=0.0, high=1.0, optional=True)
    sentence: tuple[str, ...] = option((), tuple, "the sentence that several readers read, none for an example")
    just_read: tuple[str, ...] = option(JUST_READ, tuple, "the words a neural cache has just read")
    cache_share: float = option(0.1, float, "what a neural cache gives of every probability", low=0.0, high=1.0)
    forgotten: int = option(0, int, "how many of these words the cache has forgotten again", low=0, high=10_000)
    move: str = option(
        "read",
        str,
        "the move of an update that is shown",
        choices=("read", "carry", "score", "compare", "back", "move"),
    )
    unit: int | None = option(None, int, "the unit of the state that colours the text", low=0, high=511, optional=True)
    word: int = option(0, int, "the drawn word that is looked at, from 0 on", low=0, high=199)
    told: float | None = option(
        None, float, "the perplexity the link tells of its moment", low=1.0, high=1e9, optional=True
    )
    lesson: str | None = option(None, str, "the lesson that is taken", optional=True)
    step: int = option(1, int, "the step of the lesson, from 1 on", low=1, high=40)
    hide: tuple[str, ...] = option((), tuple, "parts of the page that are hidden", choices=PARTS)
    projector: bool = option(False, bool, "hall mode: one panel fills the window in large type")

    def __post_init__(self):
        check(self)
