"""A knowledge folder about an orchard that does not exist, in English and Chinese, with the texts of its two articles.

The rules of the core are tested on it, apart from what the shipped folder happens to hold.
"""

from pathlib import Path

KNOWLEDGE = Path(__file__).parent / "knowledge"
ARTICLES = Path(__file__).parent / "articles"
