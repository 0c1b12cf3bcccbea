"""Options of the commands that must start fast: `--name value`, read without argparse."""

from __future__ import annotations


class UsageFault(ValueError):
    """Arguments that the command does not take, said in one line."""


def read_options(
    arguments: list[str], *, values: tuple[str, ...] = (), flags: tuple[str, ...] = ()
) -> tuple[list[str], dict[str, str]]:
    """The plain arguments, and the options by name without their dashes; a flag given is an empty text.

    Takes `--name value` and `--name=value`; `--` ends the options. Raises UsageFault.
    """
    plain: list[str] = []
    options: dict[str, str] = {}
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            plain += waiting
            break
        if not argument.startswith("-") or argument == "-":
            plain.append(argument)
            continue
        name, given, value = argument.lstrip("-").partition("=")
        if name in flags and not given:
            options[name] = ""
        elif name in values:
            if not given:
                if not waiting:
                    raise UsageFault(f"--{name} needs a value")
                value = waiting.pop(0)
            options[name] = value
        else:
            known = ", ".join(f"--{one}" for one in (*values, *flags))
            raise UsageFault(f"{argument!r} is not an option" + (f"; one of {known}" if known else ""))
    return plain, options
