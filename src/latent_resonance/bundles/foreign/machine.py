"""Runs a pickle's instructions on a stack of inert values.

Python's unpickler imports whatever a file names and calls it. This one knows neither import nor
call: a name stays a ``Name``, and REDUCE looks it up in a table of functions that were written for
this purpose (``known_calls.py``).
"""

from collections.abc import Callable, Mapping
from typing import Any

from latent_resonance.bundles.foreign.numpy_arrays import NumberKind, Numbers
from latent_resonance.bundles.foreign.steps import Steps
from latent_resonance.bundles.foreign.values import (
    Budget,
    Module,
    Name,
    Refusal,
    Unknown,
)

Call = Callable[[tuple[Any, ...], Budget], Any]
_KEYS = (str, int, bool, type(None))
# Greater ones can be chosen to have one hash; such a table takes the square of its size.
_GREATEST_KEY = 1 << 32
_CONSTANTS: dict[str, Any] = {"none": None, "true": True, "false": False, "empty_tuple": ()}
_EMPTY: dict[str, Callable[[], Any]] = {"empty_list": list, "empty_dict": dict, "empty_set": set}
_TUPLES = {"tuple1": 1, "tuple2": 2, "tuple3": 3}


class Machine:
    """One pickle, from its first instruction to STOP.

    Args:
        steps: where it begins; stands behind STOP afterwards.
        budget: what it may cost.
        calls: full name to what REDUCE does instead of calling it.
        known: full name to what the name is: a ``Name``, or an ``Unknown`` whose calls give
            ``Unknown``s; anything else raises Refusal.
        persistent: what a persistent id stands for; None refuses all.
    """

    def __init__(
        self,
        steps: Steps,
        budget: Budget,
        calls: Mapping[str, Call],
        known: Callable[[str, str], Name | Unknown],
        persistent: Callable[[Any], Any] | None = None,
    ) -> None:
        self._steps = steps
        self._budget = budget
        self._calls = calls
        self._known = known
        self._persistent = persistent
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The value that the pickle leaves.

        Raises:
            Refusal: it is damaged, too large, or wants something that no network needs.
        """
        while True:
            self._budget.step()
            name, argument = self._steps.next()
            if name == "stop":
                break
            if name in _CONSTANTS:
                self._stack.append(_CONSTANTS[name])
            elif name in _EMPTY:
                self._stack.append(_EMPTY[name]())
            elif name in _TUPLES:
                values = [self._pop() for _ in range(_TUPLES[name])]
                self._stack.append(tuple(reversed(values)))
            elif name in _GATHERED:
                self._stack.append(_GATHERED[name](self._pop_to_mark()))
            else:
                _HANDLERS[name](self, argument)
        value = self._pop()
        if self._stack or self._marks:
            raise Refusal("is damaged: values are left over at its end")
        return value

    # The stack

    def _pop(self) -> Any:
        if not self._stack or (self._marks and self._marks[-1] == len(self._stack)):
            raise Refusal("is damaged: an instruction finds no value")
        return self._stack.pop()

    def _pop_to_mark(self) -> list[Any]:
        if not self._marks:
            raise Refusal("is damaged: an instruction finds no mark")
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _top(self, kind: type) -> Any:
        value = self._pop()
        self._stack.append(value)
        if not isinstance(value, kind):
            raise Refusal(f"is damaged: a {kind.__name__} is missing")
        return value

    def _is_unknown(self) -> bool:
        return isinstance(self._top(object), Unknown)

    def _do_proto(self, version: int) -> None:
        if not 2 <= version <= 5:
            raise Refusal(f"is a pickle of protocol {version}; 2 to 5 are read")

    def _do_frame(self, size: int) -> None:
        if size > self._steps.left:
            raise Refusal("is damaged: it ends too early")

    def _do_mark(self, _: None) -> None:
        self._marks.append(len(self._stack))

    def _do_pop(self, _: None) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._pop()

    def _do_pop_mark(self, _: None) -> None:
        self._pop_to_mark()

    def _do_dup(self, _: None) -> None:
        self._stack.append(self._top(object))

    def _do_push(self, value: Any) -> None:
        self._stack.append(value)

    # Containers

    def _do_append(self, _: None) -> None:
        value = self._pop()
        if not self._is_unknown():
            self._top(list).append(value)

    def _do_appends(self, _: None) -> None:
        values = self._pop_to_mark()
        if not self._is_unknown():
            self._top(list).extend(values)

    def _do_setitem(self, _: None) -> None:
        value, key = self._pop(), self._pop()
        if not self._is_unknown():
            _enter(self._top(dict), [key, value])

    def _do_setitems(self, _: None) -> None:
        items = self._pop_to_mark()
        if not self._is_unknown():
            _enter(self._top(dict), items)

    def _do_additems(self, _: None) -> None:
        values = self._pop_to_mark()
        if not self._is_unknown():
            self._top(set).update(checked_keys(values))

    # The memo: a table, so that a far index takes no memory

    def _do_get(self, index: int) -> None:
        if index not in self._memo:
            raise Refusal("is damaged: it refers to a value that it does not have")
        self._stack.append(self._memo[index])

    def _do_put(self, index: int) -> None:
        if index < 0:
            raise Refusal("is damaged: a negative place")
        self._memo[index] = self._top(object)

    def _do_memoize(self, _: None) -> None:
        self._memo[len(self._memo)] = self._top(object)

    # Names, and what stands for calling them

    def _do_global(self, name: tuple[str, str]) -> None:
        self._stack.append(self._known(*name))

    def _do_stack_global(self, _: None) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise Refusal("is damaged: a name that is not text")
        self._stack.append(self._known(module, name))

    def _do_inst(self, name: tuple[str, str]) -> None:
        self._known(*name)
        raise Refusal("has the instruction INST, which no network needs: refused")

    def _do_reduce(self, _: None) -> None:
        arguments, function = self._pop(), self._pop()
        if isinstance(function, Unknown):
            self._stack.append(Unknown(function.full))
            return
        if not isinstance(function, Name) or not isinstance(arguments, tuple):
            raise Refusal("wants to call something that is not a function: refused")
        if function.full not in self._calls:
            raise Refusal(f"wants to call {function.full}: refused")
        self._stack.append(self._calls[function.full](arguments, self._budget))

    def _do_newobj(self, _: None) -> None:
        arguments, kind = self._pop(), self._pop()
        if isinstance(kind, Unknown):
            self._stack.append(Unknown(kind.full))
            return
        if not isinstance(kind, Name) or arguments != ():
            raise Refusal("wants to make an object in a way that no network needs: refused")
        if kind.full.endswith((".EasyDict", ".OrderedDict")):
            self._stack.append({})
        elif kind.full in self._calls:
            raise Refusal(f"wants to make an object of {kind.full}: refused")
        else:
            self._stack.append(Module(kind.full))

    def _do_build(self, _: None) -> None:
        state = self._pop()
        target = self._top(object)
        if isinstance(target, (Module, NumberKind, Numbers, Unknown)):
            target.build(state)
        elif not isinstance(target, dict) or not isinstance(state, dict):
            raise Refusal("wants to set the state of what has none: refused")

    def _do_binpersid(self, _: None) -> None:
        identity = self._pop()
        if self._persistent is None:
            raise Refusal("refers to values outside itself: refused")
        self._stack.append(self._persistent(identity))


def checked_keys(values: list[Any]) -> list[Any]:
    """``values``, when all may be keys; a deep tuple as a key would exhaust the machine's stack."""
    for value in values:
        if not isinstance(value, _KEYS):
            raise Refusal("has a key that is neither text nor a whole number: refused")
        if isinstance(value, int) and abs(value) > _GREATEST_KEY:
            raise Refusal("has a key that is too great a number: refused")
    return values


def _enter(table: dict[Any, Any], items: list[Any]) -> dict[Any, Any]:
    if len(items) % 2:
        raise Refusal("is damaged: a key without a value")
    for key, value in zip(checked_keys(items[::2]), items[1::2], strict=True):
        if key in table:
            raise Refusal("has the same name twice in a table: refused")
        table[key] = value
    return table


# What is made of all values down to the mark.
_GATHERED: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "list": list,
    "dict": lambda items: _enter({}, items),
    "frozenset": lambda items: frozenset(checked_keys(items)),
}
_HANDLERS: dict[str, Callable[[Machine, Any], None]] = {
    name.removeprefix("_do_"): handler
    for name, handler in vars(Machine).items()
    if name.startswith("_do_")
}
