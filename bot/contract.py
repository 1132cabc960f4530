"""The JSON-lines contract: one question object a line in, one reply object a line out, in order."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.answering.reply import Reply


class Question(BaseModel):
    """One line of the input. Lines of the same `chat` are one conversation, in order."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: str
    question: str
    language_code: str | None = None
    chat: str | None = None


def answer_lines(engine: Engine, lines: Iterable[str], clock: Callable[[], float]) -> Iterator[str]:
    """Yield one JSON object for each line; a line that is no question yields an error object."""
    contexts: dict[str, Context] = {}
    for line in lines:
        if not line.strip():
            continue
        try:
            question = Question.model_validate_json(line)
        except ValidationError as error:
            yield _dump({"id": _id_of(line), "outcome": "error", "error": _explained(error)})
            continue
        context = contexts.get(question.chat, Context()) if question.chat is not None else Context()
        asker = Asker(now=clock(), language_code=question.language_code, context=context)
        turn = engine.ask(question.question, asker)
        if question.chat is not None:
            contexts[question.chat] = turn.context
        yield _dump(reply_object(question.id, turn.reply))


def reply_object(identifier: str, reply: Reply) -> dict[str, object]:
    """Return the reply as the contract words it; `text` is plain, as the asker reads it."""
    return {
        "id": identifier,
        "outcome": reply.outcome.value,
        "language": reply.language,
        "text": reply.text,
        "confidence": reply.confidence,
        "answers": [asdict(answer.citation) for answer in reply.answers],
        "choices": [{"label": choice.label, **asdict(choice.citation)} for choice in reply.choices],
    }


def _dump(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False)


def _id_of(line: str) -> str | None:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _explained(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"]))) for fault in faults)
