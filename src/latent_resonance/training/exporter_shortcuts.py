"""What PyTorch's ONNX exporter does again and again, done once: the operations stay as they are.

All of it is inside PyTorch and onnxscript, which promise nothing of their insides: a shortcut whose
place is missing is left out, and the exporter takes its own way.
"""

import copy
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any


@contextmanager
def exporter_shortcuts() -> Iterator[None]:
    """Within it ``torch.onnx.export`` takes about two fifths of its time; not for two threads."""
    with ExitStack() as taken:
        for shortcut in (
            _one_table_of_operators,
            _composites_once,
            _no_stacks,
            _rules_of_their_operators,
            _decomposed_in_place,
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


@contextmanager
def _decomposed_in_place() -> Iterator[None]:
    """Operators without a like in ONNX become others where they stand.

    The exporter traces the whole network anew for that, three times, which is half of what an
    export takes; here it does so where it has to take apart an operator that is not known below.
    """
    try:
        from torch import ops
        from torch.onnx._internal.exporter import _decomp, _fx_passes

        own, listed = _fx_passes.decompose_with_registry, _decomp.get_onnx_implemented_overloads
        table_for = _decomp.create_onnx_friendly_decomposition_table
    except (ImportError, AttributeError):
        yield
        return

    others, asserts = _others(), ops.aten._assert_tensor_metadata.default  # noqa: SLF001

    def decompose(program: Any, registry: Any) -> Any:
        known = set(listed(registry))
        # What only asserts is taken out later on.
        stay = known - set(table_for(known)) - set(others) | {operator.getitem, asserts}
        for node in list(program.graph.nodes):
            if _converts_nothing(node):
                node.replace_all_uses_with(node.args[0])
                program.graph.erase_node(node)
        calls = [node for node in program.graph.nodes if node.op == "call_function"]
        turned = {node: others[node.target](node) for node in calls if node.target in others}
        if not all(turned.get(node) or node.target in stay for node in calls):
            return own(program, registry)
        for node, other in turned.items():
            if other:
                node.target, node.args, node.kwargs = other
        program.graph_module.recompile()
        return program

    with _swapped(_fx_passes, "decompose_with_registry", decompose):
        yield


def _converts_nothing(node: Any) -> bool:
    """Whether it gives what it is given; a weight behind it would lose its name."""
    from torch import ops

    if node.target is not ops.aten.to.dtype or any(user.op == "output" for user in node.users):
        return False
    return bool(node.args[0].meta["val"].dtype == node.args[1])


_Call = tuple[Any, tuple[Any, ...], dict[str, Any]]


def _others() -> Mapping[Any, Callable[[Any], _Call | None]]:
    """What makes of a call of an operator that of another; None where it cannot."""
    from torch import ops

    aten = ops.aten

    def squared(call: Any) -> _Call:
        return aten.pow.Tensor_Scalar, (call.args[0], 2), {}

    def subtracted(call: Any) -> _Call | None:
        x, from_, *more = call.args
        return None if more or call.kwargs else (aten.sub.Tensor, (from_, x), {})

    def converted(call: Any) -> _Call | None:
        x, kind, *more = call.args
        if more or call.kwargs:
            return None
        return aten._to_copy.default, (x,), {"dtype": kind}  # noqa: SLF001

    def transposed(call: Any) -> _Call | None:
        x, weights, *more = call.args
        # Bias, stride, padding, padding of what comes out, groups, dilation.
        given = [*more, *(None, 1, 0, 0, 1, 1)[len(more) :]]
        stride, padding, beyond, apart = (_pair(given[at]) for at in (1, 2, 3, 5))
        made = (x, weights, given[0], stride, padding, apart, True, beyond, given[4])
        return None if call.kwargs else (aten.convolution.default, made, {})

    def cut(call: Any) -> _Call | None:
        x, _, *axis = call.args
        size = call.meta["val"][0].shape[axis[0] if axis else 0]
        fixed = isinstance(size, int) and not call.kwargs
        return (aten.split.Tensor, (x, size, *axis), {}) if fixed else None

    return {
        aten.chunk.default: cut,
        aten.square.default: squared,
        aten.rsub.Scalar: subtracted,
        aten.to.dtype: converted,
        aten.conv_transpose2d.input: transposed,
    }


def _pair(size: Any) -> list[int]:
    sizes = [size] if isinstance(size, int) else list(size)
    return sizes * (2 // len(sizes))
