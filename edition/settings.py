"""An edition's folder → its config and its authority files: what every command reads first.

This module must not read a briefing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edition.authorities import read_authorities
from edition.config import Config, read_config
from edition.model import Authorities
from edition.problems import Problem


@dataclass(frozen=True, slots=True)
class Settings:
    """What an edition's folder says besides its briefings."""

    config: Config
    authorities: Authorities
    problems: tuple[Problem, ...]


def read_settings(folder: Path) -> Settings:
    """Return config and authority files. Raises Refused where the config can't be used; nothing works without it."""
    config = read_config(folder / "config.yaml", "config.yaml")
    authorities, problems = read_authorities(folder)
    return Settings(config, authorities, problems)
