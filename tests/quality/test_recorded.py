"""The bot does no worse on the question sets than recorded."""

import json

import pytest

from bot.answering.engine import Engine
from tests.quality.report import GATED, RECORD, record, rounds


@pytest.fixture(scope="module")
def measured(engine: Engine) -> object:
    """Return what the bot does now."""
    return record(engine)


@pytest.mark.parametrize("name", rounds())
def test_wrong_and_false_answers_do_not_rise(measured: dict[str, dict[str, dict[str, int]]], name: str) -> None:
    """In no round and language more answers are wrong or false than recorded."""
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))[name]
    risen = [
        (language, key, table[key], recorded[language][key])
        for language, table in measured[name].items()
        for key in GATED
        if table[key] > recorded[language][key]
    ]
    assert risen == []
