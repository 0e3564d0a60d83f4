"""A fuzzer that follows the code it reaches: `python -m tests.fuzzing text -runs=100000`, where atheris is there."""

import sys

import atheris

with atheris.instrument_imports(include=["rnnlm"]):
    from tests.fuzzing import targets

WHOLE = targets.a_run()
ARRAYS = targets.parts_of(WHOLE)


def text(data: bytes) -> None:
    """Bytes as they are, and all of Unicode, lone surrogates too."""
    targets.a_text(data)
    targets.a_text(atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data)))


def link(data: bytes) -> None:
    """What stands behind the question mark: names of settings, and anything as their values."""
    given, pairs = atheris.FuzzedDataProvider(data), []
    while given.remaining_bytes():
        pairs.append(f"{given.PickValueInList(targets.NAMES)}={given.ConsumeUnicodeNoSurrogates(12)}")
    targets.a_link("&".join(pairs))


def command(data: bytes) -> None:
    """A command, its flags, and anything between them."""
    given = atheris.FuzzedDataProvider(data)
    arguments = [given.PickValueInList(targets.COMMANDS)]
    while given.remaining_bytes():
        flag = given.PickValueInList(targets.FLAGS)
        arguments += [flag, given.ConsumeUnicode(12)] if given.ConsumeBool() else [given.ConsumeUnicode(12)]
    targets.a_command_line(arguments)


def file(data: bytes) -> None:
    """A run's file, some bytes of it changed, and perhaps cut."""
    given, content = atheris.FuzzedDataProvider(data), bytearray(WHOLE)
    while given.remaining_bytes() > 4:
        content[given.ConsumeIntInRange(0, len(content) - 1)] = given.ConsumeIntInRange(0, 255)
    targets.a_file(bytes(content)[: len(content) - given.ConsumeIntInRange(0, 3) // 2])


def part(data: bytes) -> None:
    """A run's file, one part of it made of the bytes: the description, the words, an array."""
    given = atheris.FuzzedDataProvider(data)
    name = given.PickValueInList(list(ARRAYS))
    at, content = given.ConsumeIntInRange(0, ARRAYS[name].nbytes), bytearray(ARRAYS[name].tobytes())
    new = given.ConsumeBytes(given.remaining_bytes())
    content[at : at + len(new)] = new
    dtype = ARRAYS[name].dtype
    content = bytes(content[: len(content) // dtype.itemsize * dtype.itemsize])
    array = targets.np.frombuffer(content, dtype)
    fits = array.size == ARRAYS[name].size
    targets.a_file(targets.packed(ARRAYS | {name: array.reshape(ARRAYS[name].shape) if fits else array}))


DOORS = {door.__name__: door for door in (text, link, command, file, part)}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in DOORS:
        sys.exit(f"python -m tests.fuzzing {' | '.join(DOORS)}, then flags of libFuzzer: -runs=100000 -max_len=400")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], DOORS[sys.argv[1]])
    atheris.Fuzz()
