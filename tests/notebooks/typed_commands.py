"""The `resonance(...)` calls of a notebook, as words, read from its code without running it."""

import ast

UNKNOWN = "1"
"""Stands for what only a run would tell."""


def commands_in(code: str) -> list[list[str]]:
    """The words of each call; what is not written out is UNKNOWN."""
    tree = ast.parse(code)
    known = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "resonance"
    ]
    return [[word for part in call.args for word in _words(part, known)] for call in calls]


def _words(node: ast.expr, known: dict[str, ast.expr]) -> list[str]:
    match node:
        case ast.Constant(value):
            return [str(value)]
        case ast.Starred(ast.Name(name)):
            return _words(known[name], known)
        case ast.Starred(value):
            return _words(value, known)
        case ast.Tuple(parts) | ast.List(parts):
            return [word for part in parts for word in _words(part, known)]
        case ast.IfExp(_, then, _):
            return _words(then, known)
        case _:
            return [UNKNOWN]
