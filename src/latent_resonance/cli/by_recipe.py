"""A command whose flags depend on its recipe: ``render notes`` has others than ``render face``."""

import importlib
from typing import Any

import click


class ByRecipe(click.Command):
    """Hands over to another command when the recipe is one that brings its own.

    Args:
        own: recipe name to the import path of its command, ``"module:attribute"``.
        by_flag: the same for flags that take the place of a recipe.
    """

    def __init__(
        self,
        *args: Any,
        own: dict[str, str],
        by_flag: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._own = own
        self._by_flag = by_flag or {}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click, for the recipe's command where it has one."""
        for place, word in enumerate(args):
            if word in self._own and not self._is_value(args, place):
                rest = [*args[:place], *args[place + 1 :]]
                command = self._load(word)
                return command.make_context(f"{info_name} {word}", rest, parent, **extra)
        for flag, where in self._by_flag.items():
            if any(word == flag or word.startswith(f"{flag}=") for word in args):
                return self._import(where).make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def _is_value(self, args: list[str], place: int) -> bool:
        """Whether the word belongs to the flag before it, or follows the recipe."""
        if place == 0:
            return False
        flags = {
            name
            for command in (self, *map(self._load, self._own))
            for option in command.params
            if isinstance(option, click.Option) and option.is_flag
            for name in option.opts
        }
        before = args[place - 1]
        return not before.startswith("-") or (before not in flags and "=" not in before)

    def _load(self, recipe: str) -> click.Command:
        return self._import(self._own[recipe])

    @staticmethod
    def _import(where: str) -> click.Command:
        module, _, attribute = where.partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found
