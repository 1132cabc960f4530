"""A knowledge folder about a lighthouse, small and in two languages: no part of the bot knows its subject."""

from pathlib import Path

KNOWLEDGE = Path(__file__).parent / "knowledge"
ARTICLES = Path(__file__).parent / "articles"
LONG_ENTRY = "number-of-the-keepers-who-guard-the-northern-light-of-the-nine-winds"
"""An entry whose id does not fit a button's data."""
