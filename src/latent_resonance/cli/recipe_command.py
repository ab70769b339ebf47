"""A command whose flags follow from its recipe: the flags of its parts join its own."""

import re
from collections.abc import Callable
from typing import Any

import click

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.engine.fitting import find_recipe, on_bundle
from latent_resonance.engine.recipe import Recipe, list_recipes, list_variants, load_recipe

_BELOW_ZERO = re.compile(r"-\d.*")


class RecipeCommand(click.Command):
    """Takes RECIPE as its argument, and what ``more`` offers for it.

    Args:
        more: gives a recipe's further options and how they are grouped in the help.
        without: a flag that takes the place of a recipe, and the command for it.
    """

    def __init__(
        self,
        *args: Any,
        more: Callable[[Recipe], dict[str, list[click.Option]]],
        without: dict[str, click.Command] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.more = more
        self._without = without or {}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click, with the options of the recipe that is named."""
        name = self._recipe_in(args)
        for flag, command in self._without.items():
            if name is None and any(a == flag or a.startswith(f"{flag}=") for a in args):
                return command.make_context(info_name, args, parent, **extra)
        if name is None:
            return super().make_context(info_name, args, parent, **extra)
        try:
            groups = self.more(on_bundle(find_recipe(name), _value_of("--bundle", args)))
        except ResonanceError:
            if "--help" in args or "-h" in args:
                raise
            groups = {}  # the command itself says what is wrong with the recipe
        made = _Grouped(self, groups)
        return made.make_context(info_name, args, parent, **extra)

    def _recipe_in(self, args: list[str]) -> str | None:
        """The first word that is no flag and no flag's value."""
        flags = {
            o for p in self.params if isinstance(p, click.Option) and p.is_flag for o in p.opts
        }
        value = False
        for word in args:
            if value:
                value = False
            elif word.startswith("-") and word != "-":
                value = "=" not in word and word not in flags and word not in {"--help", "-h"}
            else:
                return word
        return None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The recipes that there are, a user's own among them."""
        with formatter.section("Recipes"):
            names = (*list_recipes(), *list_variants())
            formatter.write_dl([(name, _told(name)) for name in names])


class _Grouped(click.Command):
    """A command with further options, each group under its own heading."""

    def __init__(self, base: click.Command, groups: dict[str, list[click.Option]]) -> None:
        known = {opt for param in base.params for opt in param.opts}
        self._groups: dict[str, list[click.Option]] = {}
        for title, options in groups.items():  # of two flags of one name the first counts
            own = [option for option in options if not known & set(option.opts)]
            known |= {opt for option in own for opt in option.opts}
            self._groups[title] = own
        self._base = base
        more = [option for options in self._groups.values() for option in options]
        super().__init__(
            base.name,
            params=[*base.params, *more],
            callback=base.callback,
            help=base.help,
            context_settings=base.context_settings,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click, but behind a flag whose value may be left out ``-5`` is a value too."""
        optional = {
            name
            for one in self.params
            if isinstance(one, click.Option) and not one.is_flag and isinstance(one.flag_value, str)
            for name in one.opts
        }
        # With a space before it, click takes it for no flag.
        given: list[str] = []
        for word in args:
            flag, equals, value = word.partition("=")
            if equals and flag in optional:
                given += [flag, f" {value}"]
            elif given and given[-1] in optional and _BELOW_ZERO.fullmatch(word):
                given.append(f" {word}")
            else:
                given.append(word)
        return super().parse_args(ctx, given)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own, then the groups."""
        own = [record for p in self._base.get_params(ctx) if (record := p.get_help_record(ctx))]
        with formatter.section("Options"):
            formatter.write_dl(own)
        for title, options in self._groups.items():
            records = [record for o in options if (record := o.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def _value_of(flag: str, args: list[str]) -> str | None:
    """What a flag was given last, before anything else is read; None where it was not."""
    found = None
    for word, after in zip(args, [*args[1:], None], strict=True):
        if word == flag:
            found = after
        elif word.startswith(f"{flag}="):
            found = word.partition("=")[2]
    return found


def _told(name: str) -> str:
    try:
        return load_recipe(name).description
    except ResonanceError as error:
        return f"cannot be used: {error}"
