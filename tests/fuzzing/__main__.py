"""A coverage-guided fuzzer; it needs atheris: `python -m tests.fuzzing text -runs=100000`."""

import sys

import atheris

with atheris.instrument_imports(include=["rnnlm"]):
    from tests.fuzzing import lessons, links, targets, visits

WHOLE = targets.a_run()
ARRAYS = targets.parts_of(WHOLE)
LESSON = lessons.a_shipped_lesson()
VISITS = [visits.whole(), visits.whole(of_text=True)]


def text(data: bytes) -> None:
    """Raw bytes, or any Unicode text with lone surrogates."""
    targets.a_text(data)
    targets.a_text(atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data)))


def link(data: bytes) -> None:
    """The query of a link: names of settings with arbitrary values."""
    given, pairs = atheris.FuzzedDataProvider(data), []
    while given.remaining_bytes():
        name = given.PickValueInList([*links.NAMES, "wat"]) if given.ConsumeBool() else given.ConsumeUnicode(8)
        value = given.PickValueInList(links.VALUES) if given.ConsumeBool() else given.ConsumeUnicode(12)
        pairs.append(f"{name}={value}")
    links.an_address("&".join(pairs))


def command(data: bytes) -> None:
    """A command with flags and arbitrary words between them."""
    given = atheris.FuzzedDataProvider(data)
    arguments = [given.PickValueInList(targets.COMMANDS)]
    while given.remaining_bytes():
        flag = given.PickValueInList(targets.FLAGS)
        arguments += [flag, given.ConsumeUnicode(12)] if given.ConsumeBool() else [given.ConsumeUnicode(12)]
    targets.a_command_line(arguments)


def file(data: bytes) -> None:
    """A run's file with some bytes changed, perhaps cut off."""
    targets.a_file(_damaged(WHOLE, atheris.FuzzedDataProvider(data)))


def part(data: bytes) -> None:
    """A run's file with one part made of the bytes: the description, the words or an array."""
    targets.a_file(_with_a_part(ARRAYS, atheris.FuzzedDataProvider(data)))


def place(data: bytes) -> None:
    """The file of a visitor's position, with the bytes inserted or as a whole."""
    given = atheris.FuzzedDataProvider(data)
    whole = VISITS[0][".place"] if given.ConsumeBool() else b""
    visits.a_visit({".place": _spliced(whole, given)})


def visit(data: bytes) -> None:
    """One of a visitor's files with some bytes changed, perhaps cut off, or with one part made of the bytes."""
    given = atheris.FuzzedDataProvider(data)
    whole, suffix = given.PickValueInList(VISITS), given.PickValueInList([".run", ".text"])
    if given.ConsumeBool():
        content = _damaged(whole[suffix], given)
    else:
        content = _with_a_part(targets.parts_of(whole[suffix]), given)
    visits.a_visit({".place": whole[".place"], suffix: content})


def lesson(data: bytes) -> None:
    """A lesson with the bytes inserted, or the bytes as a lesson."""
    given = atheris.FuzzedDataProvider(data)
    lessons.a_lesson(_spliced(LESSON if given.ConsumeBool() else b"", given))


def handed(data: bytes) -> None:
    """A hand-in with the bytes inserted, or the bytes as a hand-in."""
    given = atheris.FuzzedDataProvider(data)
    lessons.a_hand_in(_spliced(lessons.HANDED_IN if given.ConsumeBool() else b"", given))


def _spliced(whole: bytes, given: atheris.FuzzedDataProvider) -> bytes:
    start, end = sorted(given.ConsumeIntInRange(0, len(whole)) for _ in range(2))
    return whole[:start] + given.ConsumeBytes(given.remaining_bytes()) + whole[end:]


def _damaged(whole: bytes, given: atheris.FuzzedDataProvider) -> bytes:
    content = bytearray(whole)
    while given.remaining_bytes() > 4:
        content[given.ConsumeIntInRange(0, len(content) - 1)] = given.ConsumeIntInRange(0, 255)
    return bytes(content)[: len(content) - given.ConsumeIntInRange(0, 3) // 2]


def _with_a_part(arrays: dict[str, targets.np.ndarray], given: atheris.FuzzedDataProvider) -> bytes:
    name = given.PickValueInList(list(arrays))
    at, content = given.ConsumeIntInRange(0, arrays[name].nbytes), bytearray(arrays[name].tobytes())
    new = given.ConsumeBytes(given.remaining_bytes())
    content[at : at + len(new)] = new
    dtype = arrays[name].dtype
    content = bytes(content[: len(content) // dtype.itemsize * dtype.itemsize])
    array = targets.np.frombuffer(content, dtype)
    fits = array.size == arrays[name].size
    return targets.packed(arrays | {name: array.reshape(arrays[name].shape) if fits else array})


DOORS = {door.__name__: door for door in (text, link, command, file, part, place, visit, lesson, handed)}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in DOORS:
        sys.exit(f"python -m tests.fuzzing {' | '.join(DOORS)}, then flags of libFuzzer: -runs=100000 -max_len=400")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], DOORS[sys.argv[1]])
    atheris.Fuzz()
