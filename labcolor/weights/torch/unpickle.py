"""Reads the pickles of PyTorch files, and executes nothing of them.

A pickle is a program for a stack machine, and Python's own machine imports and calls whatever the
program names. This one knows the instructions that a state dict is made of and no others. A
global is a name, nothing is imported for it, and a call is a look into a table of four.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Any, TypeAlias

# The state dict of a hundred layers takes some 20 kB; a megabyte bounds time and memory.
LONGEST = 1 << 20

_CONSTANTS: Mapping[str, Any] = MappingProxyType(
    {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
)
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"})
_TEXTS = frozenset({"BINSTRING", "SHORT_BINSTRING", "BINUNICODE", "SHORT_BINUNICODE"})
_TUPLES: Mapping[str, int] = MappingProxyType({"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3})
_PUT, _GOT = frozenset({"BINPUT", "LONG_BINPUT"}), frozenset({"BINGET", "LONG_BINGET"})
_WITH_ARGUMENT = _NUMBERS | _TEXTS | _PUT | _GOT | {"PROTO", "FRAME"}
# Each is the method of `Unpickler` of that name.
_MAKE = frozenset({"EMPTY_DICT", "EMPTY_LIST", "MARK", "TUPLE", "MEMOIZE"})
_FILL = frozenset({"APPEND", "APPENDS", "SETITEM", "SETITEMS", "BUILD"})
_NAME = frozenset({"GLOBAL", "STACK_GLOBAL", "INST", "REDUCE", "BINPERSID"})
_ACTIONS = _MAKE | _FILL | _NAME
_OPERATIONS = MappingProxyType({each.code: each for each in pickletools.opcodes})


class NotWeightsError(ValueError):
    """A file holds something else than weights; the text is what follows its name."""


@dataclass(frozen=True)
class Global:
    """The name of a class or a function, which is all that is ever known of it here."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


Call: TypeAlias = Callable[..., Any]
Resolve: TypeAlias = Callable[[Any], Any]


class Unpickler:
    """Reads pickles that name nothing but what it is given.

    Parameters
    ----------
    calls : mapping of Global to callable
        What may be called, and what is called instead.
    names : collection of Global
        What may be named besides, without being called.
    resolve : callable, optional
        What a persistent id stands for; without it there may be none.
    """

    def __init__(
        self,
        calls: Mapping[Global, Call] = MappingProxyType({}),
        names: frozenset[Global] = frozenset(),
        resolve: Resolve | None = None,
    ) -> None:
        self._calls, self._names, self._resolve = calls, names, resolve
        self._stream = BytesIO()
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def load(self, stream: BytesIO) -> Any:
        """Read one pickle, up to its end.

        Raises
        ------
        NotWeightsError
            It names, calls or does something that weights do not need.
        ValueError
            It is damaged, cut short, or no pickle.
        """
        self._stack, self._marks, self._memo = [], [], {}
        self._stream, end = stream, stream.tell() + LONGEST
        try:
            while (operation := self._operation()).name != "STOP":
                if stream.tell() > end:
                    raise NotWeightsError("has a pickle that is longer than any state dict's")
                self._do(operation)
            [result] = self._stack
        except (IndexError, KeyError, TypeError) as error:
            raise ValueError("a pickle that uses what it does not have") from error
        return result

    def _operation(self) -> pickletools.OpcodeInfo:
        code = self._stream.read(1).decode("latin-1")
        if code not in _OPERATIONS:
            raise ValueError("a pickle that ends too early, or not a pickle")
        return _OPERATIONS[code]

    def _do(self, operation: pickletools.OpcodeInfo) -> None:
        name, stack = operation.name, self._stack
        if name in _ACTIONS:
            getattr(self, f"_{name.lower()}")()
        elif name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            stack[-_TUPLES[name] :] = [tuple(self._top(_TUPLES[name]))]
        elif name in _WITH_ARGUMENT and operation.arg:
            argument = operation.arg.reader(self._stream)
            if name in _NUMBERS | _TEXTS:
                stack.append(argument)
            elif name in _PUT:
                self._memo[argument] = stack[-1]
            elif name in _GOT:
                stack.append(self._memo[argument])
        else:
            raise NotWeightsError(f"has the instruction {name}, which no weights need")

    def _memoize(self) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _mark(self) -> None:
        self._marks.append(len(self._stack))

    def _empty_dict(self) -> None:
        self._stack.append({})

    def _empty_list(self) -> None:
        self._stack.append([])

    def _tuple(self) -> None:
        self._stack.append(tuple(self._since_mark()))

    def _append(self) -> None:
        item = self._stack.pop()
        self._container(list).append(item)

    def _appends(self) -> None:
        items = self._since_mark()
        self._container(list).extend(items)

    def _setitem(self) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._set(key, value)

    def _setitems(self) -> None:
        items = self._since_mark()
        for key, value in zip(items[::2], items[1::2], strict=True):
            self._set(key, value)

    def _set(self, key: Any, value: Any) -> None:
        # no other keys: the hash of a tuple of tuples of … takes time without end
        if type(key) is not str:
            raise NotWeightsError("has a dict whose keys are not names")
        self._container(dict)[key] = value

    def _build(self) -> None:
        """Pass over what is said of a state dict besides its tensors: its version."""
        self._stack.pop()
        self._container(dict)

    def _global(self) -> None:
        # pickletools would look for escapes in them, which Python's own machine does not
        module, name = (self._stream.readline().decode().rstrip("\n") for _ in range(2))
        self._name(module, name)

    def _inst(self) -> None:
        self._global()
        raise NotWeightsError(f"makes an object of {self._stack[-1]}, which no weights need")

    def _stack_global(self) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if type(name) is not str or type(module) is not str:
            raise TypeError
        self._name(module, name)

    def _name(self, module: str, name: str) -> None:
        found = Global(module, name)
        if found not in self._calls and found not in self._names:
            raise NotWeightsError(f"names {str(found)[:200]!r}, which no weights need")
        self._stack.append(found)

    def _reduce(self) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        if type(function) is not Global or function not in self._calls:
            what = str(function) if type(function) is Global else "what is not a function"
            raise NotWeightsError(f"calls {what}, which no weights need")
        if type(arguments) is not tuple:
            raise TypeError
        self._stack.append(self._calls[function](*arguments))

    def _binpersid(self) -> None:
        if self._resolve is None:
            raise NotWeightsError("points outside its pickle where no weights do")
        self._stack.append(self._resolve(self._stack.pop()))

    def _top(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise IndexError
        return self._stack[-count:]

    def _since_mark(self) -> list[Any]:
        mark = self._marks.pop()
        items = self._stack[mark:]
        del self._stack[mark:]
        return items

    def _container(self, kind: type[Any]) -> Any:
        """Return what is on top, which must be of this very kind."""
        if type(self._stack[-1]) is not kind:
            raise TypeError
        return self._stack[-1]
