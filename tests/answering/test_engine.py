"""The core's one entrance: a question and what was said before in, a typed reply and the next context out."""

import random
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing import Composer
from bot.answering.conversation import FOLLOW_UP_FOR, Asker, Context
from bot.answering.deciding import MOST_ANSWERS, MOST_CHOICES
from bot.answering.engine import LONGEST_MESSAGE, Engine
from bot.answering.reply import Outcome, Reply
from bot.knowledge.model import Knowledge
from bot.knowledge.numerals import find_amounts


def _ask(engine: Engine, question: str, asker: Asker = Asker()) -> Reply:  # noqa: B008 - frozen, and a value
    return engine.ask(question, asker).reply


def _entries(reply: Reply) -> list[str]:
    return [answer.citation.entry for answer in reply.answers]


def _offered(reply: Reply) -> list[str]:
    return [choice.citation.entry for choice in reply.choices]


@pytest.mark.parametrize(
    ("question", "entries"),
    [
        pytest.param("How many tonnes of plums do the orchards produce?", ["plum-harvest"], id="in full"),
        pytest.param("plums amount", ["plum-harvest"], id="keywords"),
        pytest.param("PLUMS HARVESTED EACH YEAR!!", ["plum-harvest"], id="shouted"),
        pytest.param("how much is the plmu harvest", ["plum-harvest"], id="a slip"),
        pytest.param("How much is the pear harvest?", ["pear-harvest"], id="a known question"),
        pytest.param("  how much is the pear harvest ", ["pear-harvest"], id="a known question in other spaces"),
        pytest.param("How many tonnes of pears do they hope to gather by 2030?", ["pear-goal"], id="a goal"),
        pytest.param("How many dollars were put into the press in 2019?", ["press-cost"], id="the second unit"),
        pytest.param("Where is the oldest tree?", ["oldest-tree"], id="a place"),
        pytest.param("trees grafted during the renewal plan 2012-2016", ["grafted-share"], id="a span"),
        pytest.param("梨的产量是多少吨", ["pear-harvest"], id="Chinese"),
        pytest.param("梨的產量是多少噸", ["pear-harvest"], id="traditional Chinese"),
        pytest.param("梨的木标是多少", ["pear-goal"], id="a Chinese homophone"),
        pytest.param("Hello, how much is the plum harvest? Thank you!", ["plum-harvest"], id="a greeting around"),
        pytest.param("Norway is nice. How many tonnes of plums do they gather?", ["plum-harvest"], id="a remark"),
        pytest.param("How much is the harvest of plums and pears?", ["plum-harvest", "pear-harvest"], id="two at once"),
        pytest.param("When was the first tree planted? How many beehives?", ["first-tree", "bee-houses"], id="two"),
    ],
)
def test_a_question_gets_its_answer(orchard: Engine, question: str, entries: list[str]) -> None:
    """Another knowledge folder makes it another bot: its questions find its entries."""
    reply = _ask(orchard, question)
    assert (reply.outcome, sorted(_entries(reply))) == (Outcome.ANSWER, sorted(entries))


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("How many tonnes of cherries do they gather?", id="another fruit"),
        pytest.param("How many tonnes of cherreis do they gather?", id="another fruit, misspelt"),
        pytest.param("How many tonnes of pears do they hope to gather by 2035?", id="another year"),
        pytest.param("How many tonnes of plums did they gather in 2019?", id="a year that the entry does not have"),
        pytest.param("How many tonnes of plums did they gather? I mean in 2019.", id="a year in its own sentence"),
        pytest.param("How many pounds of plums do they gather?", id="another unit"),
        pytest.param("How many dollars of plums do they gather?", id="a unit of another entry"),
        pytest.param("How many tonnes of plums do they gather in Norway?", id="another place"),
        pytest.param("What rank do the pears have in the country?", id="another scope"),
        pytest.param("What rank do the plums have in the world?", id="another fruit's rank"),
        pytest.param("Who gathers the plums?", id="another aspect"),
        pytest.param("Where are the plums gathered?", id="yet another aspect"),
        pytest.param("When was the press put there?", id="an aspect of its period, without its subject"),
        pytest.param("What is the goal for plums?", id="a goal that nobody set"),
        pytest.param("Was the goal for pears reached?", id="whether a goal was reached"),
        pytest.param("What is the price of plums?", id="a price"),
        pytest.param("How many workers gather plums?", id="people"),
        pytest.param("trees grafted in 2012", id="the beginning of a span"),
        pytest.param("Did they gather 333 tonnes?", id="a number of nobody"),
        pytest.param("李子在挪威的产量是多少吨", id="another place in Chinese"),
        pytest.param("2019年李子的产量是多少吨", id="another year in Chinese"),
        pytest.param("苹果的产量是多少吨", id="another fruit in Chinese"),
        pytest.param("李子的价格是多少", id="a price in Chinese"),
        pytest.param("What is the weather like?", id="nothing to do with it"),
    ],
)
def test_one_wrong_telling_word_forbids_the_answer(orchard: Engine, question: str) -> None:
    """A year, number, unit, place, aspect or thing that no entry has together gets no answer."""
    assert _entries(_ask(orchard, question)) == []


@pytest.mark.parametrize(
    ("question", "may_answer"),
    [
        pytest.param("the harvest of plums and the goal for pears", {"plum-harvest", "pear-goal"}, id="as asked"),
        pytest.param("the harvest of pears and the goal for plums", {"pear-harvest"}, id="crosswise"),
        pytest.param("the harvest of pears in 2030 and of plums in 2030", {"pear-goal"}, id="a year of both"),
        pytest.param("pears rank in the world and plums rank in the country", {"pear-rank"}, id="a scope of one"),
        pytest.param("not the pear goal, the pear harvest", {"pear-harvest"}, id="two words denied"),
        pytest.param("not the goal but the harvest of pears", {"pear-harvest"}, id="one word denied"),
        pytest.param("the pear harvest, not the goal", {"pear-harvest"}, id="denied behind"),
        pytest.param("How many tonnes of pears? In crowns, please.", set(), id="another unit behind"),
    ],
)
def test_words_are_not_read_across(orchard: Engine, question: str, may_answer: set[str]) -> None:
    """Of two things asked, each keeps its own stage, year and scope; what is denied or in another unit is not shown."""
    assert set(_entries(_ask(orchard, question))) <= may_answer


@pytest.mark.parametrize(
    ("question", "line"),
    [
        pytest.param("How many tonnes of cherries?", "The articles are about pears and plums only.", id="a thing"),
        pytest.param("How many tonnes of plums in Norway?", "The articles are about Marl only.", id="a place"),
        pytest.param("What is the price of plums?", "The articles name no prices.", id="a price"),
        pytest.param(
            "Was the goal for pears reached?", "Whether the goal was reached, the articles do not tell.", id="reached"
        ),
        pytest.param("How many pounds of plums?", "The articles do not use that unit.", id="a unit"),
        pytest.param("How many tonnes of plums in 2019?", "The articles give no figure for that year.", id="a year"),
        pytest.param("The harvest of plums, 333 tonnes", "That number is not in the articles.", id="a number"),
        pytest.param("李子的价格", "文章没有写价格。", id="in Chinese"),
        pytest.param("Who gathers the plums?", "The articles do not tell this.", id="no sentence of its own"),
        pytest.param("What is the weather like?", "The articles do not tell this.", id="nothing near"),
    ],
)
def test_what_is_not_told_is_said(orchard: Engine, question: str, line: str) -> None:
    """A known unknown gets its own sentence, any other the general one, then the topics."""
    reply = _ask(orchard, question)
    assert reply.outcome is Outcome.UNKNOWN
    assert reply.text.splitlines()[0] == line
    assert any(topic in reply.text for topic in ("the harvest", "收成"))


def test_the_nearest_topic_comes_first(orchard: Engine) -> None:
    """The topics under an unknown begin with that of the nearest entry."""
    assert "I can tell about: money, " in _ask(orchard, "Who put crowns into the press?").text


@pytest.mark.parametrize(
    ("question", "entry", "line"),
    [
        pytest.param(
            "Is it true that they gather 950 tonnes of plums?", "plum-harvest", "Yes, so the article says.", id="agrees"
        ),
        pytest.param(
            "Is it true that they gather 960 tonnes of plums?",
            "plum-harvest",
            "The article gives a different figure.",
            id="differs",
        ),
        pytest.param(
            "About 70,000 dollars were put into the press, right?",
            "press-cost",
            "Yes, so the article says.",
            id="the second amount",
        ),
        pytest.param(
            "I heard that 2 million crowns were put into the press",
            "press-cost",
            "The article gives a different figure.",
            id="a magnitude",
        ),
        pytest.param(
            "Is it true that there are twelve bee houses?",
            "bee-houses",
            "Yes, so the article says.",
            id="a number word",
        ),
        pytest.param(
            "Is it true that there are 48 bee houses?",
            "bee-houses",
            "The article gives a different figure.",
            id="a lone subject",
        ),
        pytest.param(
            "Was the first tree planted in 1874?",
            "first-tree",
            "Yes, so the article says.",
            id="a year that is the fact",
        ),
        pytest.param("听说李子的产量是960吨", "plum-harvest", "文章给出的数字不同。", id="in Chinese"),
    ],
)
def test_an_asserted_figure_is_answered_with_the_cited_one(
    orchard: Engine, question: str, entry: str, line: str
) -> None:
    """A question that asserts a figure gets the article's, and is told whether they agree."""
    reply = _ask(orchard, question)
    assert (reply.outcome, _entries(reply)) == (Outcome.ANSWER, [entry])
    assert reply.text.splitlines()[0] == line


def test_no_line_on_agreement_without_an_assertion(orchard: Engine) -> None:
    """A question that asserts nothing gets its answer alone."""
    assert _ask(orchard, "How many tonnes of plums do they gather?").heading == ()


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        pytest.param("pears", ["pear-goal", "pear-harvest", "pear-rank"], id="a subject alone"),
        pytest.param("harvest", ["pear-harvest", "plum-harvest"], id="an act alone"),
        pytest.param("What about the trees?", ["first-tree", "oldest-tree"], id="with an aspect missing"),
        pytest.param("What do they turn out of pears?", ["pear-goal", "pear-harvest"], id="a word of two meanings"),
        pytest.param("梨", ["pear-goal", "pear-harvest", "pear-rank"], id="Chinese"),
    ],
)
def test_an_open_question_gets_choices(orchard: Engine, question: str, offered: list[str]) -> None:
    """A question that may be about several facts is offered them, by their labels."""
    reply = _ask(orchard, question)
    assert (reply.outcome, sorted(_offered(reply))) == (Outcome.CHOICES, offered)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        pytest.param("Hello!", "Hello! Ask me about the orchards of Marl.", id="a greeting"),
        pytest.param("Thank you!", "You are welcome.", id="thanks"),
        pytest.param("goodbye", "Goodbye!", id="a farewell"),
        pytest.param("hello and thanks", "Hello! Ask me about the orchards of Marl.", id="a greeting before thanks"),
        pytest.param("hello orchard", "Hello! Ask me about the orchards of Marl.", id="with a name"),
        pytest.param("你好", "您好！请问我关于马尔果园的问题。", id="in Chinese"),
    ],
)
def test_greetings_and_thanks_are_returned(orchard: Engine, question: str, line: str) -> None:
    """A message that only greets, thanks or takes leave is answered in kind."""
    reply = _ask(orchard, question)
    assert (reply.outcome, reply.text) == (Outcome.SOCIAL, line)


@pytest.mark.parametrize(
    "question", ["hello 12", "hello 2030", "hello zeppelins", "thanks, and the price?", "hello pears"]
)
def test_a_greeting_with_more_is_no_greeting(orchard: Engine, question: str) -> None:
    """A message that holds a figure, a subject or an unknown word beside a greeting is a question."""
    assert _ask(orchard, question).outcome is not Outcome.SOCIAL


@pytest.mark.parametrize(
    ("question", "key"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param("   \n\t ", "empty", id="white space"),
        pytest.param("🙂🙃🇨🇳👩‍👩‍👧", "empty", id="emoji"),
        pytest.param("?!… — “”", "empty", id="punctuation"),
        pytest.param("\x00\x01\x1b\x7f\x85", "empty", id="control characters"),
        pytest.param("\u200e\u200f\u202e\u2066\u200b\ufeff", "empty", id="direction and zero-width characters"),
        pytest.param("\ue000\uf8ff", "empty", id="private characters"),
        pytest.param("\u0301\u064b", "empty", id="marks without letters"),
        pytest.param("pears " * 1_667, "too_long", id="ten thousand characters"),
        pytest.param("梨" * 10_000, "too_long", id="ten thousand Chinese characters"),
        pytest.param("🙂" * 10_000, None, id="ten thousand emoji"),
    ],
)
def test_odd_messages_get_a_plain_reply(orchard: Engine, question: str, key: str | None) -> None:
    """A message without words, or a far too long one, is told so."""
    reply = _ask(orchard, question)
    messages = orchard.knowledge.messages["en" if "梨" not in question else "zh"]
    assert reply.outcome is Outcome.UNKNOWN
    assert reply.text in ([getattr(messages, key)] if key else [messages.empty, messages.too_long])


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("1.5 000", id="a decimal point before a group"),
        pytest.param("1,1 000", id="a decimal comma before a group"),
        pytest.param("1.234 567", id="two kinds of groups"),
        pytest.param("1,234.5 678", id="three kinds of separators"),
        pytest.param("٣٫٢٠٠٬٠٠٠", id="Arabic separators the wrong way round"),
        pytest.param("1.2.3.4", id="a version"),
        pytest.param("12/31/2019", id="a date"),
        pytest.param("1" * 500, id="five hundred digits"),
        pytest.param("2019-" * 50, id="many spans"),
    ],
)
def test_numbers_of_any_shape_harm_nothing(orchard: Engine, number: str) -> None:
    """A message with an odd number in it gets a reply as any other does."""
    assert _ask(orchard, number).text
    assert _entries(_ask(orchard, f"Is it true that they gather {number} tonnes of cherries?")) == []


@pytest.mark.parametrize(
    ("length", "is_read"),
    [
        pytest.param(LONGEST_MESSAGE, True, id="the limit itself"),
        pytest.param(LONGEST_MESSAGE + 1, False, id="one more"),
    ],
)
def test_the_longest_message(orchard: Engine, length: int, is_read: bool) -> None:  # noqa: FBT001 - a column of the table
    """A message is read up to the longest length."""
    question = "How many tonnes of plums?"
    reply = _ask(orchard, question + " " * (length - len(question)))
    assert _entries(reply) == (["plum-harvest"] if is_read else [])
    assert (reply.text == "Please shorten your question.") == (not is_read)


# -- conversation ----------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "entries"),
    [
        pytest.param("How much is the pear harvest?", "and the plums?", ["plum-harvest"], id="another thing"),
        pytest.param("How much is the pear harvest?", "what about the goal?", ["pear-goal"], id="another stage"),
        pytest.param("What is the goal for pears?", "and the harvest?", ["pear-harvest"], id="and back"),
        pytest.param("What is the goal for pears?", "and plums?", [], id="what the other thing does not have"),
        pytest.param("How much is the pear harvest?", "and in Norway?", [], id="another place"),
        pytest.param("How much is the pear harvest?", "and cherries?", [], id="another fruit"),
        pytest.param("How much is the pear harvest?", "and in 2019?", [], id="another year"),
        pytest.param("How much is the pear harvest?", "what about the price?", [], id="a known unknown"),
        pytest.param("梨的收成是多少吨？", "那李子呢？", ["plum-harvest"], id="in Chinese"),
        pytest.param("How much is the pear harvest?", "那李子呢？", ["plum-harvest"], id="across languages"),
        pytest.param("pears", "the goal", ["pear-goal"], id="after choices"),
    ],
)
def test_a_follow_up_completes_the_last_question(orchard: Engine, first: str, second: str, entries: list[str]) -> None:
    """A short message takes what it lacks from the question before it."""
    turn = orchard.ask(first, Asker(now=100.0))
    assert _entries(_ask(orchard, second, Asker(now=160.0, context=turn.context))) == entries


@pytest.mark.parametrize(
    ("later", "entries"),
    [
        pytest.param(0.0, ["plum-harvest"], id="at once"),
        pytest.param(FOLLOW_UP_FOR.total_seconds(), ["plum-harvest"], id="ten minutes later"),
        pytest.param(FOLLOW_UP_FOR.total_seconds() + 0.001, [], id="a moment after that"),
        pytest.param(86_400.0, [], id="the next day"),
    ],
)
def test_a_follow_up_has_ten_minutes(orchard: Engine, later: float, entries: list[str]) -> None:
    """Ten minutes after the last question, and not later, a message may complete it."""
    assert FOLLOW_UP_FOR.total_seconds() == 600
    turn = orchard.ask("How much is the pear harvest?", Asker(now=1_000.0))
    assert _entries(_ask(orchard, "and the plums?", Asker(now=1_000.0 + later, context=turn.context))) == entries


@pytest.mark.parametrize(
    ("between", "entries"),
    [
        pytest.param("thanks", ["plum-harvest"], id="thanks"),
        pytest.param("what is the weather like", ["plum-harvest"], id="a question that nobody answers"),
        pytest.param("🙂", ["plum-harvest"], id="an emoji"),
        pytest.param("How many beehives are there?", [], id="another answer"),
    ],
)
def test_only_an_answer_or_choices_end_what_can_be_followed(orchard: Engine, between: str, entries: list[str]) -> None:
    """What gets no answer leaves the conversation where it was."""
    context = orchard.ask("How much is the pear harvest?", Asker(now=0.0)).context
    context = orchard.ask(between, Asker(now=1.0, context=context)).context
    assert _entries(_ask(orchard, "and the plums?", Asker(now=2.0, context=context))) == entries


def test_a_shown_entry_is_an_answer_that_can_be_followed(orchard: Engine) -> None:
    """An entry shown for a pressed button is answered in the asker's language, and can be followed up."""
    asker = Asker(now=5.0, context=Context(language="zh"))
    turn = orchard.show("pear-goal", asker)
    assert turn is not None
    assert (turn.reply.outcome, turn.reply.language, _entries(turn.reply)) == (Outcome.ANSWER, "zh", ["pear-goal"])
    assert turn.context == Context(language="zh", entries=("pear-goal",), asked_at=5.0)


def test_an_entry_that_is_gone_is_not_shown(orchard: Engine) -> None:
    """A button of an entry that this knowledge does not have gives nothing."""
    assert orchard.show("gone", Asker()) is None


def test_a_context_of_other_knowledge_harms_nothing(orchard: Engine) -> None:
    """Entries and languages that the knowledge no longer has are passed over."""
    context = Context(language="sw", entries=("gone", "pear-harvest"), asked_at=0.0)
    assert _entries(_ask(orchard, "and the plums?", Asker(now=1.0, context=context))) == ["plum-harvest"]


# -- properties ------------------------------------------------------------

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzáéíñçœ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءًٌٍَُِّْپچژگکیٹڈںے",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "梨李子收成产量目标的是多少吨年在哪里果园蜂房鎳產",
    "ひらがなカタカナ",
    "한국어질문",
    "कखगघचछजझािीुूेैोौं्",
    "தமிழ்ஔ",
    "αβγδεάέ",
    "אבגדהו",
    "กขคงจำ่",
    "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲०१२٫٬,.%$€",
    " \t\n.,?!؟؛。、—-–/'\"()",
    "\u200e\u200f\u202a\u202e\u2066\u2069\u200b\u200d\ufeff\x00\x1f\x7f\u0301\ue000\ue123\uf8ff",
    "🙂🇨🇳👩\u200d🚀①½ⅣﬁＡ㎏²",
)
_WORDS = (
    "pears",
    "plums",
    "paers",
    "how much",
    "how many",
    "harvest",
    "goal",
    "and",
    "what about",
    "not",
    "is it true",
    "tonnes",
    "pounds",
    "2019",
    "2030",
    "2012-16",
    "4,200",
    "1.5 million",
    "twelve",
    "press",
    "tree",
    "where",
    "who",
    "world",
    "norway",
    "cherries",
    "price",
    "hello",
    "thanks",
    "梨",
    "李子",
    "产量",
    "木标",
    "那",
    "多少吨",
    "2019年",
)
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.one_of([st.text(alphabet=alphabet, max_size=40) for alphabet in _ALPHABETS]),
    st.text(alphabet="".join(_ALPHABETS), max_size=60),
    st.lists(st.sampled_from(_WORDS), max_size=10).map(" ".join),
    st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=6)), max_size=10).map("".join),
)
_ASKERS = st.builds(
    Asker,
    now=st.floats(0, 2_000),
    language_code=st.sampled_from([None, "", "en", "zh-Hans", "fr", "x" * 50, "_-"]),
    chosen_language=st.sampled_from([None, "en", "zh", "sw"]),
    context=st.builds(
        Context,
        language=st.sampled_from([None, "en", "zh", "sw"]),
        entries=st.lists(st.sampled_from(["pear-harvest", "pear-goal", "oldest-tree", "gone"]), max_size=3).map(tuple),
        asked_at=st.floats(0, 2_000),
    ),
)


@dataclass(frozen=True, slots=True, repr=False)
class Bot:
    """An engine and its whole knowledge; a failing example is not to print either."""

    engine: Engine
    knowledge: Knowledge

    def check(self, question: str, asker: Asker) -> None:
        """Assert what holds for every reply."""
        turn = self.engine.ask(question, asker)
        reply = turn.reply
        assert reply.language in self.knowledge.languages
        assert 0 <= reply.confidence <= 1
        assert (reply.outcome is Outcome.ANSWER) == bool(reply.answers)
        assert (reply.outcome is Outcome.CHOICES) == bool(reply.choices)
        assert len(reply.answers) <= MOST_ANSWERS
        assert len(reply.choices) <= MOST_CHOICES
        assert reply.text.strip()
        assert not any(letter in reply.text for letter in "\u2066\u2067\u2068\u2069\u200e\u200f")
        composer = Composer(self.knowledge)
        for answer in reply.answers:
            assert answer == composer.answer(answer.citation.entry, reply.language)
        if not reply.answers:
            numerals = self.knowledge.lexicons[reply.language].numerals
            assert not list(find_amounts(reply.text, numerals)), reply.text
            figures = (entry.printed for entry in self.knowledge.entries.values() if entry.value is not None)
            assert not any(figure in reply.text for figure in figures)
        assert self.engine.ask(question, asker) == turn


@pytest.fixture(scope="module")
def orchard_bot(orchard: Engine, orchard_knowledge: Knowledge) -> Bot:
    """Return the orchard's engine and knowledge."""
    return Bot(orchard, orchard_knowledge)


@pytest.fixture(scope="module")
def shipped_bot(engine: Engine, knowledge: Knowledge) -> Bot:
    """Return the shipped engine and knowledge."""
    return Bot(engine, knowledge)


@given(question=_TEXTS, asker=_ASKERS)
def test_every_text_gets_a_reply(orchard_bot: Bot, question: str, asker: Asker) -> None:
    """Whatever is written in whatever script: a reply, the same twice, its figures from typed fields or none at all."""
    orchard_bot.check(question, asker)


@given(question=_TEXTS)
def test_every_text_gets_a_reply_from_the_shipped_knowledge(shipped_bot: Bot, question: str) -> None:
    """The same holds for the knowledge that is shipped."""
    shipped_bot.check(question, Asker())


@given(
    question=st.integers(0, 10_000).flatmap(
        lambda seed: st.just("".join(random.Random(seed).choices("".join(_ALPHABETS), k=1 + seed)))  # noqa: S311 - a test's noise
    )
)
def test_every_length_gets_a_reply(orchard: Engine, question: str) -> None:
    """Messages of up to ten thousand characters of all scripts get a reply."""
    assert _ask(orchard, question).text


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_knowledge_gives_the_same_replies(orchard: Engine, orchard_knowledge: Knowledge, seed: int) -> None:
    """The order of entries, concepts and words in the files changes no reply."""
    noise = random.Random(seed)  # noqa: S311 - a test's noise

    def shuffled(mapping: object) -> dict[str, object]:
        assert hasattr(mapping, "items")
        items = list(mapping.items())
        noise.shuffle(items)
        return dict(items)

    lexicons = {
        tag: lexicon.model_copy(
            update={
                "forms": {
                    concept: tuple(noise.sample(forms, len(forms)))
                    for concept, forms in shuffled(lexicon.forms).items()
                    if isinstance(forms, tuple)
                }
            }
        )
        for tag, lexicon in orchard_knowledge.lexicons.items()
    }
    other = Engine(
        orchard_knowledge.model_copy(
            update={
                "entries": shuffled(orchard_knowledge.entries),
                "concepts": shuffled(orchard_knowledge.concepts),
                "lexicons": lexicons,
            }
        )
    )
    questions = [" ".join(noise.choices(_WORDS, k=noise.randint(1, 5))) for _ in range(150)]
    for question in questions:
        assert _ask(other, question) == _ask(orchard, question), question


def test_an_answer_follows_the_value(orchard_knowledge: Knowledge) -> None:
    """A changed value changes the answer's text, and nothing else does."""
    entries = dict(orchard_knowledge.entries)
    entries["plum-harvest"] = entries["plum-harvest"].model_copy(update={"value": Decimal(951)})
    changed = Engine(orchard_knowledge.model_copy(update={"entries": entries}))
    before = _ask(Engine(orchard_knowledge), "plums amount")
    after = _ask(changed, "plums amount")
    assert after.text == before.text.replace("950 tonnes of plums a year", "951 tonnes of plums a year")


def test_every_known_question_finds_its_entry(orchard: Engine, orchard_knowledge: Knowledge) -> None:
    """Every known question is given its own entry in its own language by the matcher alone."""
    for entry in orchard_knowledge.entries.values():
        for language, wording in entry.wordings.items():
            for question in wording.questions:
                decision, read_as = orchard.rehearse(question, language)
                assert (decision.answers, read_as) == ((entry.id,), language), question


def test_the_reply_reads_as_blocks(orchard: Engine) -> None:
    """A reply's text is its heading, its answers with notes and source, or its choices, an empty line between them."""
    assert _ask(orchard, "Is it true that the pear harvest is 4200 tonnes?").text == (
        "Yes, so the article says.\n"
        "\n"
        "The orchards of Marl bring in 4,200 tonnes of pears a year.\n"
        "There is a goal for this as well.\n"
        "Source: The Orchards of Marl, The Marl Courier, June 4, 2021, paragraph 1;"
        " printed there: “4,200 tonnes of pears”"
    )
    assert _ask(orchard, "harvest").text == ("Which of these do you mean?\n\n• Harvest of pears\n• Harvest of plums")


def test_an_explanation_is_the_reply_with_its_steps(orchard: Engine) -> None:
    """Explaining a question gives the very turn that asking gives."""
    asker = Asker(now=3.0, language_code="zh")
    explanation = orchard.explain("how many plums", asker)
    assert explanation.turn == orchard.ask("how many plums", asker)
    assert explanation.folded == "how many plums"
    assert replace(explanation, turn=explanation.turn) == explanation
