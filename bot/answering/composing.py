"""Puts replies together from curated wordings: every figure comes from an entry's typed fields."""

from collections.abc import Mapping

from bot.answering.figures import write_date, write_value
from bot.answering.reply import Answer, Choice, Citation, Line, Span
from bot.knowledge.model import Article, Entry, Kind, Knowledge, Messages
from bot.knowledge.wording import Part, fill, parse_template


class Composer:
    """Writes in any of the folder's languages; immutable once built."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Keep the knowledge whose wordings are used."""
        self._knowledge = knowledge

    def answer(self, entry_id: str, language: str) -> Answer:
        """Return the entry's answer with its source, in the language."""
        entry = self._knowledge.entries[entry_id]
        wording = entry.wordings[language]
        parts = fill(parse_template(wording.answer), self._values(entry, language))
        notes, related = self._partner(entry, language)
        return Answer(
            citation=self.citation(entry),
            label=wording.label,
            sentence=_line(parts),
            source=self._source(entry, language),
            notes=notes,
            related=related,
        )

    def choice(self, entry_id: str, language: str) -> Choice:
        """Return the entry as something to pick: its label, without its figure."""
        entry = self._knowledge.entries[entry_id]
        return Choice(label=entry.wordings[language].label, citation=self.citation(entry))

    def citation(self, entry: Entry) -> Citation:
        """Return where the entry's figure stands."""
        return Citation(
            entry=entry.id,
            figure=entry.printed,
            source=entry.article,
            paragraph=entry.paragraph,
            url=self._knowledge.articles[entry.article].url,
        )

    def line(self, language: str, key: str, **values: str) -> Line:
        """Return the message of that key with its placeholders filled."""
        template: str = getattr(self.messages(language), key)
        return _line(fill(parse_template(template), values))

    def text_line(self, text: str) -> Line:
        """Return a text without placeholders as a line."""
        return (Span(text=text),)

    def messages(self, language: str) -> Messages:
        """Return the messages of the language."""
        return self._knowledge.messages[language]

    def topics(self, language: str, *first: str) -> str:
        """Return the names of the topics, the given ones first, as one enumeration."""
        names = self.messages(language).topics
        ordered = [*dict.fromkeys(first), *(topic for topic in names if topic not in first)]
        return _COMMA.get(language, ", ").join(names[topic] for topic in ordered if topic in names)

    def languages(self, language: str) -> str:
        """Return the languages' own names as one enumeration."""
        return _COMMA.get(language, ", ").join(self.messages(tag).name for tag in self._knowledge.languages)

    def _values(self, entry: Entry, language: str) -> Mapping[str, str]:
        units = self._knowledge.settings.units
        values = {name: text for name, text in self.messages(language).names.items() if name in entry.names}
        if entry.value is not None and entry.unit is not None:
            values["value"] = write_value(entry.value, units[entry.unit], language)
        if entry.second is not None:
            values["second"] = write_value(entry.second.value, units[entry.second.unit], language)
        if entry.period is not None:
            values.update({f"period.{key}": str(year) for key, year in entry.period.years.items()})
        article = self._knowledge.articles[entry.article]
        if article.date is not None:
            values["date"] = write_date(article.date, language)
        return values

    def _source(self, entry: Entry, language: str) -> Line:
        article = self._knowledge.articles[entry.article]
        values = {
            "title": article.titles[language],
            "paragraph": str(entry.paragraph),
            "printed": entry.printed,
            "publisher": article.publishers.get(language, ""),
            "date": write_date(article.date, language) if article.date is not None else "",
        }
        template = getattr(self.messages(language), _source_key(entry, article))
        parts = parse_template(template)
        return tuple(
            Span(text=values[part.placeholder], isolated=True) if part.placeholder else Span(text=part.text)
            for part in parts
        )

    def _partner(self, entry: Entry, language: str) -> tuple[tuple[Line, ...], Choice | None]:
        if entry.partner is None:
            return (), None
        messages = self.messages(language)
        partner = self._knowledge.entries[entry.partner]
        if partner.kind is Kind.TARGET:
            note, label = messages.partner_target, messages.partner_target_label
        else:
            note, label = messages.partner_output, messages.partner_output_label
        return ((Span(text=note),),), Choice(label=label, citation=self.citation(partner))


_COMMA: Mapping[str, str] = {"ar": "، ", "zh": "、", "fa": "، ", "ja": "、", "ur": "، "}
"""How languages separate the parts of an enumeration, where not by a comma."""


def _source_key(entry: Entry, article: Article) -> str:
    if article.date is None or not article.publishers:
        return "source_undated"
    return "source" if entry.paragraph else "source_heading"


def _line(parts: tuple[Part, ...]) -> Line:
    return tuple(Span(text=part.text, emphasised=part.emphasised) for part in parts if part.text)
