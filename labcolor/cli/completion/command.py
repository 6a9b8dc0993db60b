"""`labcolor completion SHELL`: print the script that teaches a shell to complete."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> None:
    """Print the script that teaches a SHELL to complete commands, options, methods and files.

    \b
      labcolor completion bash > ~/.local/share/bash-completion/completions/labcolor
      labcolor completion zsh > ~/.zfunc/_labcolor     where fpath has ~/.zfunc, before compinit
      labcolor completion fish > ~/.config/fish/completions/labcolor.fish
    """  # noqa: D301  click means the character \b
    from labcolor.cli.completion.shells import script

    click.echo(script(shell), nl=False)
