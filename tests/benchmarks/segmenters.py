"""Compare ways to cut the Japanese and Chinese example texts: parts, different parts, and parts that occur only once.

    python -m tests.benchmarks.segmenters

A network can only learn what occurs more than once, so the last figure should be small.
"""

import logging
from collections import Counter
from pathlib import Path

TEXTS = Path(__file__).parents[2] / "assets" / "texts"


def ways(language: str) -> dict:
    """Functions that cut a text of this language, by name."""
    import budoux
    import jieba
    import tinysegmenter

    jieba.setLogLevel(logging.ERROR)
    if language == "ja":
        words = {"tinysegmenter": tinysegmenter.TinySegmenter().tokenize}
        return words | {"budoux": budoux.load_default_japanese_parser().parse, "characters": list}
    return {"jieba": jieba.lcut, "budoux": budoux.load_default_simplified_chinese_parser().parse, "characters": list}


def main() -> None:
    for language in ("ja", "zh"):
        text = "".join((TEXTS / f"{language}.txt").read_text(encoding="utf-8").split())
        for name, cut in ways(language).items():
            counts = Counter(cut(text))
            once = sum(count == 1 for count in counts.values())
            print(f"{language} {name:13} {counts.total():4} parts, {len(counts):3} different, {once:3} only once")


if __name__ == "__main__":
    main()
