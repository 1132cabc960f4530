"""Tells how a reply came about, for curators: every piece of the question, every score, every guard."""

from collections.abc import Iterator

from bot.answering.conversation import Asker
from bot.answering.engine import Engine
from bot.answering.recognition import Hit

_SHOWN = 6


def describe(engine: Engine, question: str, asker: Asker) -> Iterator[str]:
    """Yield the lines of the explanation, in the order of the steps."""
    explanation = engine.explain(question, asker)
    reply = explanation.turn.reply
    other = f", in {explanation.verdict.other}" if explanation.verdict.other else ""
    yield f"language   {explanation.language} (read: {explanation.verdict.language or 'not sure'}{other})"
    yield f"folded     {explanation.folded}"
    yield "pieces"
    for hit in explanation.hits:
        yield f"  {hit.text:24} {_meaning(hit)}"
    yield "entries"
    for one in explanation.assessments[:_SHOWN]:
        likeness = engine.likeness(question, one.entry, explanation.language)
        yield f"  {one.entry:24} score {one.score:.2f}, nearest known question {likeness:.2f}"
        if one.missing:
            yield "    missing   " + " and ".join("/".join(sorted(group)) for group in one.missing)
        for objection in one.objections:
            yield f"    forbidden by {objection.text!r} ({objection.veto.value})"
    limits = engine.knowledge.limits.of(explanation.reading)
    yield f"limits     answer {limits.answer}, margin {limits.margin}, choice {limits.choice}"
    named = ", ".join((*explanation.decision.answers, *explanation.decision.choices))
    yield f"outcome    {reply.outcome.value} ({reply.reason})" + (f": {named}" if named else "")


def _meaning(hit: Hit) -> str:
    meant = " or ".join("+".join(sorted(option)) for option in hit.alternatives)
    if hit.values:
        meant = meant or " or ".join(str(value) for value in sorted(hit.values))
    certainty = "" if hit.certainty >= 1 else f" ({hit.certainty:.2f})"
    return f"{hit.kind.value} {meant}".rstrip() + certainty
