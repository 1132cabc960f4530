"""What must agree between the files of a knowledge folder, apart from the articles' texts."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.knowledge.model import (
    YEAR_CONCEPT,
    ConceptKind,
    Entry,
    Knowledge,
    Lexicon,
    Messages,
    Qualifier,
)
from bot.knowledge.numerals import find_amounts
from bot.knowledge.problems import Problem
from bot.knowledge.wording import Part, TemplateError, parse_template, placeholders

_ARTICLE_PLACEHOLDERS = {
    "source": {"title", "publisher", "date", "paragraph", "printed"},
    "source_undated": {"title", "paragraph", "printed"},
    "source_heading": {"title", "publisher", "date", "printed"},
}
_MESSAGE_PLACEHOLDERS = {
    **_ARTICLE_PLACEHOLDERS,
    "nearest": {"topics"},
    "languages": {"languages"},
    "other_language": {"languages"},
    "not_admin": {"id"},
    "reload_ok": {"version", "milliseconds", "added", "changed", "removed"},
    "reload_same": {"version"},
    "reload_failed": {"version"},
}


def allowed_placeholders(entry: Entry, knowledge: Knowledge) -> frozenset[str]:
    """Return the placeholders that the entry's own typed fields can fill."""
    names = {*entry.names}
    if entry.value is not None:
        names.add("value")
    if entry.second is not None:
        names.add("second")
    if entry.period is not None:
        names.update(f"period.{key}" for key in entry.period.years)
    article = knowledge.articles.get(entry.article)
    if article is not None and article.date is not None:
        names.add("date")
    return frozenset(names)


def find_inconsistencies(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield every fault between the files, each with its place."""
    yield from _languages(knowledge)
    for entry in knowledge.entries.values():
        yield from _references(entry, knowledge)
        for tag in knowledge.languages:
            yield from _wording(entry, tag, knowledge)
    for tag, lexicon in knowledge.lexicons.items():
        yield from _lexicon(tag, lexicon, knowledge)
    for tag, messages in knowledge.messages.items():
        yield from _messages(tag, messages, knowledge)
    yield from _concepts(knowledge)
    yield from _shared_questions(knowledge)
    yield from _shared_labels(knowledge)


def _languages(knowledge: Knowledge) -> Iterator[Problem]:
    if knowledge.settings.default_language not in knowledge.languages:
        yield Problem(
            file="knowledge.toml",
            place="default_language",
            message="not among the languages",
            mend="add it to languages or choose another",
        )
    if knowledge.settings.sample is not None and knowledge.settings.sample not in knowledge.entries:
        yield Problem(file="knowledge.toml", place="sample", message="no such entry", mend="name an entry's id")
    for article in knowledge.articles.values():
        for tag in knowledge.languages:
            for key, table in (("titles", article.titles), ("publishers", article.publishers)):
                if tag not in table and (table or key == "titles"):
                    yield Problem(
                        file=f"articles/{article.id}.toml",
                        place=f"{key}.{tag}",
                        message="the language is missing",
                        mend="add it",
                    )


def _references(entry: Entry, knowledge: Knowledge) -> Iterator[Problem]:
    def problem(place: str, message: str, mend: str) -> Problem:
        return Problem(file=entry.file, place=place, message=message, mend=mend)

    if entry.article not in knowledge.articles:
        yield problem("article", f"no article {entry.article!r}", "name a file of articles/")
    units = [("unit", entry.unit), ("second.unit", entry.second and entry.second.unit)]
    for place, unit in units:
        if unit is not None and unit not in knowledge.settings.units:
            yield problem(place, f"no unit {unit!r}", "declare it in knowledge.toml")
    if entry.partner is not None and entry.partner not in knowledge.entries:
        yield problem("partner", f"no entry {entry.partner!r}", "name an entry's id")
    match = entry.match
    groups = {
        "needs": tuple(concept for group in match.needs for concept in group),
        "hints": match.hints,
        "allows": match.allows,
        "denies": match.denies,
        "aspects": match.aspects,
    }
    for place, names in groups.items():
        for name in names:
            if name not in knowledge.concepts and not name.startswith(YEAR_CONCEPT):
                yield problem(f"match.{place}", f"no concept {name!r}", "declare it in lexicon/concepts.toml")
            elif name in knowledge.concepts and knowledge.concepts[name].kind is ConceptKind.FOREIGN:
                yield problem(
                    f"match.{place}", f"{name!r} is foreign to every entry", "change its kind or leave it out"
                )


def _wording(entry: Entry, tag: str, knowledge: Knowledge) -> Iterator[Problem]:
    wording, messages = entry.wordings[tag], knowledge.messages[tag]
    place = f"{tag}.answer"
    try:
        parts = parse_template(wording.answer)
    except TemplateError as error:
        yield Problem(file=entry.file, place=place, message=str(error), mend="pair the brackets")
        return
    allowed = allowed_placeholders(entry, knowledge)
    for name in sorted(placeholders(parts) - allowed):
        yield Problem(
            file=entry.file,
            place=place,
            message=f"{{{name}}} is no field of this entry",
            mend="use one of " + ", ".join(f"{{{known}}}" for known in sorted(allowed)) if allowed else "leave it out",
        )
    emphasised = [part for part in parts if part.emphasised]
    if not emphasised:
        yield Problem(
            file=entry.file, place=place, message="nothing is emphasised", mend="bracket the figure: [{value} …]"
        )
    for required in ("value", "second"):
        if required in allowed and required not in placeholders(emphasised if required == "value" else parts):
            yield Problem(
                file=entry.file,
                place=place,
                message=f"the figure {{{required}}} is not shown in brackets",
                mend="add it",
            )
    literal = "\n".join(part.text for part in parts if part.text)
    yield from _numbers(entry.file, place, literal, knowledge.lexicons[tag])
    yield from _numbers(entry.file, f"{tag}.label", wording.label, knowledge.lexicons[tag])
    yield from _qualifiers(entry, tag, parts, messages)


def _qualifiers(entry: Entry, tag: str, parts: tuple[Part, ...], messages: Messages) -> Iterator[Problem]:
    text = "".join(part.text or "{}" for part in parts).casefold()
    wanted = {entry.qualifier, entry.second.qualifier if entry.second else entry.qualifier} - {Qualifier.EXACTLY}
    for qualifier in sorted(wanted):
        words = messages.qualifiers.get(qualifier, ())
        if not any(word.casefold() in text for word in words):
            yield Problem(
                file=entry.file,
                place=f"{tag}.answer",
                message=f"the article says {qualifier.value!r}, the answer does not",
                mend="word it with one of " + ", ".join(words),
            )


def _numbers(file: str, place: str, text: str, lexicon: Lexicon) -> Iterator[Problem]:
    for number in find_amounts(text, lexicon.numerals):
        yield Problem(
            file=file,
            place=place,
            message=f"the number {text[number.start : number.end]!r} is no typed field's",
            mend="show it through a placeholder or leave it out",
        )


def _lexicon(tag: str, lexicon: Lexicon, knowledge: Knowledge) -> Iterator[Problem]:
    file = f"lexicon/{tag}.toml"
    for place, concept in _lexicon_concepts(lexicon):
        if concept not in knowledge.concepts:
            yield Problem(
                file=file,
                place=place,
                message=f"no concept {concept!r}",
                mend="mend its spelling or declare it in concepts.toml",
            )
    places: dict[str, set[str]] = defaultdict(set)
    for place, form in _lexicon_forms(lexicon):
        places[form.casefold()].add(place)
    for form, found in sorted(places.items()):
        if len(found) > 1:
            yield Problem(
                file=file,
                place=" and ".join(sorted(found)),
                message=f"{form!r} means two things",
                mend="keep one, or say so under [either] alone",
            )


def _lexicon_concepts(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for concept in lexicon.forms:
        yield f"forms.{concept}", concept
    for key, table in (("both", lexicon.both), ("either", lexicon.either)):
        for form, concepts in table.items():
            for concept in concepts:
                yield f"{key}.{form}", concept


def _lexicon_forms(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for concept, forms in lexicon.forms.items():
        for form in forms:
            yield f"forms.{concept}", form
    for key, table in (("both", lexicon.both), ("either", lexicon.either)):
        for form in table:
            yield key, form
    for word in lexicon.ignore.words:
        yield "ignore.words", word
    for word in lexicon.numerals:
        yield "numerals", word


def _messages(tag: str, messages: Messages, knowledge: Knowledge) -> Iterator[Problem]:
    file = f"messages/{tag}.toml"
    for key in Messages.model_fields:
        text = getattr(messages, key)
        if not isinstance(text, str):
            continue
        place = key.replace("_", "-")
        try:
            used = placeholders(parse_template(text))
        except TemplateError as error:
            yield Problem(file=file, place=place, message=str(error), mend="pair the brackets")
            continue
        for name in sorted(used ^ _MESSAGE_PLACEHOLDERS.get(key, set())):
            yield Problem(
                file=file,
                place=place,
                message=f"{{{name}}} " + ("is not known here" if name in used else "is missing"),
                mend="see the other languages' files",
            )
        yield from _numbers(file, place, re.sub(r"\{[^}]*\}", "", text), knowledge.lexicons[tag])
    for key, text in messages.unknowns.items():
        yield from _numbers(file, f"unknowns.{key}", text, knowledge.lexicons[tag])
    topics = {entry.topic for entry in knowledge.entries.values()}
    unknowns = {concept.unknown for concept in knowledge.concepts.values() if concept.unknown}
    unknowns |= {"other-year", "other-number"}
    names = {name for entry in knowledge.entries.values() for name in entry.names}
    missing: dict[str, set[str]] = {
        "topics": topics - set(messages.topics),
        "unknowns": unknowns - set(messages.unknowns),
        "names": names - set(messages.names),
    }
    for table, keys in missing.items():
        for key in sorted(keys):
            yield Problem(file=file, place=f"{table}.{key}", message="the text is missing", mend="add it")


def _concepts(knowledge: Knowledge) -> Iterator[Problem]:
    for name, concept in knowledge.concepts.items():
        if concept.kind is not ConceptKind.FOREIGN and concept.unknown:
            yield Problem(
                file="lexicon/concepts.toml",
                place=name,
                message="only a foreign concept has an unknown",
                mend="leave unknown out or make the kind foreign",
            )


def _shared_questions(knowledge: Knowledge) -> Iterator[Problem]:
    claimed: dict[tuple[str, str], str] = {}
    for entry in knowledge.entries.values():
        for tag, wording in entry.wordings.items():
            for index, question in enumerate(wording.questions):
                key = (tag, " ".join(re.findall(r"\w+", question.casefold())))
                owner = claimed.setdefault(key, entry.id)
                if owner != entry.id:
                    yield Problem(
                        file=entry.file,
                        place=f"{tag}.questions[{index}]",
                        message=f"the entry {owner!r} claims the same question",
                        mend="keep it in one of them",
                    )


def _shared_labels(knowledge: Knowledge) -> Iterator[Problem]:
    labels: Mapping[tuple[str, str], list[str]] = defaultdict(list)
    for entry in knowledge.entries.values():
        for tag, wording in entry.wordings.items():
            labels[tag, wording.label.casefold()].append(entry.id)
    for (tag, _), owners in labels.items():
        for owner in owners[1:]:
            yield Problem(
                file=knowledge.entries[owner].file,
                place=f"{tag}.label",
                message=f"the entry {owners[0]!r} has the same label",
                mend="say what differs",
            )
