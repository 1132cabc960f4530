"""What changed between two versions of a knowledge folder."""

from dataclasses import dataclass

from bot.knowledge.model import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Entry ids by what happened to them, each sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def compare(old: Knowledge, new: Knowledge) -> Changes:
    """Return which entries the new version adds, changes and removes."""
    shared = old.entries.keys() & new.entries.keys()
    return Changes(
        added=tuple(sorted(new.entries.keys() - old.entries.keys())),
        changed=tuple(sorted(name for name in shared if old.entries[name] != new.entries[name])),
        removed=tuple(sorted(old.entries.keys() - new.entries.keys())),
    )
