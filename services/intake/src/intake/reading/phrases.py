"""Loads the tables of words that the reading goes by (`data/*.yaml`) and makes patterns of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table(name: str) -> dict[str, Any]:
    """One data file, read once a process."""
    text = files("intake.reading").joinpath("data", f"{name}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return loaded


def any_of(phrases: Iterable[str], before: str = "", after: str = "") -> re.Pattern[str]:
    """A pattern that finds any of the phrases, whatever their case."""
    return re.compile(f"{before}(?:{'|'.join(phrases)}){after}", re.I | re.M)
