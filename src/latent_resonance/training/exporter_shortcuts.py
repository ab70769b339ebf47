"""What PyTorch's ONNX exporter does again and again, done once: the file stays the same.

All of it is inside PyTorch and onnxscript, which promise nothing of their insides: a shortcut whose
place is missing is left out, and the exporter takes its own way.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any


@contextmanager
def exporter_shortcuts() -> Iterator[None]:
    """Within it ``torch.onnx.export`` takes about two thirds of its time; not for two threads."""
    with ExitStack() as taken:
        for shortcut in (
            _one_table_of_operators,
            _composites_once,
            _no_stacks,
            _rules_of_their_operators,
        ):
            taken.enter_context(shortcut())
        yield


@contextmanager
def _swapped(owner: Any, name: str, other: Any) -> Iterator[None]:
    own = vars(owner)[name]
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, own)


@contextmanager
def _one_table_of_operators() -> Iterator[None]:
    """One table of what each operator becomes for all exports, of which each gets a copy."""
    try:
        from torch.onnx._internal.exporter._registration import ONNXRegistry

        build = ONNXRegistry.from_torchlib
    except (ImportError, AttributeError):
        yield
        return

    def a_copy(**of: int) -> ONNXRegistry:
        made: ONNXRegistry = copy.copy(_table(build, **of))
        made.functions = {name: list(known) for name, known in made.functions.items()}
        return made

    with _swapped(ONNXRegistry, "from_torchlib", staticmethod(a_copy)):
        yield


@cache
def _table(build: Callable[..., Any], **of: int) -> Any:
    return build(**of)


@contextmanager
def _composites_once() -> Iterator[None]:
    """Operators made of others are looked up once an export, not once for each library of them."""
    try:
        from torch._export import utils

        look_up = utils._materialize_cpp_cia_ops  # noqa: SLF001
    except (ImportError, AttributeError):
        yield
        return
    with _swapped(utils, "_materialize_cpp_cia_ops", cache(look_up)):
        yield


@contextmanager
def _no_stacks() -> Iterator[None]:
    """No stack is kept for each operation: ``to_onnx`` takes them out of the file anyway."""
    try:
        from torch.fx import config

        own = config.do_not_emit_stack_traces
    except (ImportError, AttributeError):
        yield
        return
    config.do_not_emit_stack_traces = True
    try:
        yield
    finally:
        config.do_not_emit_stack_traces = own


@contextmanager
def _rules_of_their_operators() -> Iterator[None]:
    """A rule that simplifies is tried on operations of its own kind only.

    onnxscript tries each on every operation, and for those with several results lists the whole
    graph first, so the time grows with its square.
    """
    try:
        from onnxscript.rewriter._basics import MatchResult
        from onnxscript.rewriter._matcher import SimplePatternMatcher

        match = SimplePatternMatcher.match
    except (ImportError, AttributeError):
        yield
        return

    def of_its_kind(self: Any, model: Any, graph: Any, node: Any, **more: Any) -> Any:
        try:
            last = self.pattern.output_nodes[0]
            own = last.op.matches(node.op_type) and last.domain.matches(node.domain)
        except AttributeError:
            own = True  # as far as can be told
        if own:
            return match(self, model, graph, node, **more)
        return MatchResult().fail("another operator")

    with _swapped(SimplePatternMatcher, "match", of_its_kind):
        yield
