"""The language of a question is told by its script, the knowledge's own words, and a detector for the rest."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.conversation import Asker, Context
from bot.answering.engine import Engine
from bot.answering.language import LanguageJudge, Verdict
from bot.answering.reply import Outcome
from bot.curation import start
from tests.answering.lexica import vocabulary
from tests.answering.orchard import ARTICLES, KNOWLEDGE

JUDGE = LanguageJudge(
    {
        language: vocabulary(
            {"kite": [kite], "red": ["radio", "extra"] if language in ("en", "fr") else [language]},
            language=language,
            questions={"kites": [question]},
        )
        for language, kite, question in (
            ("en", "kites", "How many kites?"),
            ("ar", "طائرة", "كم طائرة"),
            ("zh", "风筝", "多少风筝"),
            ("fr", "cerfs-volants", "Combien de cerfs-volants ?"),
            ("ru", "змеев", "Сколько змеев"),
            ("es", "cometas", "¿Cuántos cometas?"),
        )
    }
)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("How many kites?", "en", id="English"),
        pytest.param("كم طائرة؟", "ar", id="Arabic"),
        pytest.param("有多少风筝？", "zh", id="Chinese"),
        pytest.param("風箏有多少？", "zh", id="traditional Chinese"),
        pytest.param("Combien de cerfs volants ?", "fr", id="French"),
        pytest.param("Сколько змеев?", "ru", id="Russian"),
        pytest.param("¿Cuántos cometas?", "es", id="Spanish"),
        pytest.param("COMBIEN", "fr", id="one own word in capitals"),
        pytest.param("كم Jinchuan Group Nickel", "ar", id="Latin names beside another script"),
        pytest.param("Jinchuan Group 有多少", "zh", id="more Latin letters than Chinese ones"),
        pytest.param("Какая погода сегодня вечером будет", "ru", id="unknown words in a script with one language"),
        pytest.param("Je voudrais savoir quand la boutique ouvrira", "fr", id="unknown words that the detector knows"),
        pytest.param("I would like to know when the store opens", "en", id="and in English"),
        pytest.param("Quisiera saber cuándo abrirá la tienda mañana", "es", id="and in Spanish"),
    ],
)
def test_a_question_in_a_language_of_the_folder_is_sure(question: str, language: str) -> None:
    """Script and own words decide surely, and the detector where the words are unknown."""
    verdict = JUDGE.judge(question)
    assert (verdict.language, verdict.other) == (language, None)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        pytest.param("چند بادبادک فروخته شد؟", "fa", id="Persian is not Arabic"),
        pytest.param("کتنی پتنگیں فروخت ہوئیں؟", "ur", id="Urdu is not Arabic, nor Persian"),
        pytest.param("Скільки повітряних зміїв було продано цієї весни?", "uk", id="Ukrainian is not Russian"),
        pytest.param("凧はいくつ売れましたか", "ja", id="Japanese is not Chinese"),
        pytest.param("연을 몇 개 팔았나요", "ko", id="Korean"),
        pytest.param("Quantas pipas foram vendidas na primavera passada?", "pt", id="Portuguese is not Spanish"),
        pytest.param("Quanti aquiloni sono stati venduti la scorsa primavera?", "it", id="Italian is not Spanish"),
        pytest.param("Wie viele Drachen wurden im letzten Frühling verkauft?", "de", id="German"),
        pytest.param("कितनी पतंगें बिकीं?", "hi", id="Hindi"),
        pytest.param("Πόσοι χαρταετοί πουλήθηκαν;", "el", id="Greek"),
        pytest.param("כמה עפיפונים נמכרו?", "he", id="Hebrew"),
        pytest.param("ขายว่าวได้กี่ตัว", "th", id="Thai"),
        pytest.param("რამდენი ფრანი გაიყიდა?", "ka", id="Georgian"),
        pytest.param("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "und", id="a script that nobody listed"),
    ],
)
def test_a_question_in_another_language_is_told(question: str, other: str) -> None:
    """A language that the folder does not speak is named by its script, its letters, or the detector."""
    verdict = JUDGE.judge(question)
    assert (verdict.language, verdict.other) == (None, other)


@pytest.mark.parametrize(
    ("question", "guesses"),
    [
        pytest.param("extra", {"en", "fr"}, id="a word that two know"),
        pytest.param("radio", {"en", "fr"}, id="a word that two know, and that looks Polish"),
        pytest.param("2025", set(), id="figures only"),
        pytest.param("", set(), id="nothing"),
        pytest.param("🙂 ?!", set(), id="signs only"),
    ],
)
def test_what_several_languages_share_is_no_decision(question: str, guesses: set[str]) -> None:
    """A question of shared words gives guesses, one without letters not even those."""
    verdict = JUDGE.judge(question)
    assert (verdict.language, verdict.other, set(verdict.guesses)) == (None, None, guesses)


@given(st.text(max_size=60))
def test_every_text_gets_a_verdict(text: str) -> None:
    """Whatever the text, the verdict names a language of the folder, another one, or neither; always the same."""
    verdict = JUDGE.judge(text)
    assert verdict.language is None or (verdict.language in {"en", "ar", "zh", "fr", "ru", "es"} and not verdict.other)
    assert verdict.other not in ("en", "ar", "zh", "fr", "ru", "es")
    assert verdict == JUDGE.judge(text)


def test_a_folder_of_one_language_knows_others() -> None:
    """With a single language its script is not enough: another language of that script is still told."""
    judge = LanguageJudge({"en": vocabulary({"kite": ["kite"]})})
    assert judge.judge("Wie viele Drachen wurden im letzten Frühling verkauft?") == Verdict(language=None, other="de")
    assert judge.judge("how big is that kite").language == "en"


# -- the language of the reply ---------------------------------------------


@pytest.fixture(scope="module")
def trilingual(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine on the orchard's folder with a third language, so that two of its languages share a script."""
    folder = Path(shutil.copytree(KNOWLEDGE, tmp_path_factory.mktemp("trilingual") / "knowledge"))
    (folder / "lexicon/fr.toml").write_text(
        '[forms]\npear = ["poire", "poires"]\nplum = ["prune"]\namount = ["combien"]\n[ignore]\nwords = ["extra"]\n',
        encoding="utf-8",
    )
    shutil.copy(folder / "messages/en.toml", folder / "messages/fr.toml")
    for path in folder.glob("entries/*/*.toml"):
        english = path.read_text(encoding="utf-8").split("[en]", 1)[1].split("[zh]", 1)[0]
        lines = [
            f'questions = ["xyz {path.stem}"]' if line.startswith("questions") else line
            for line in english.splitlines()
        ]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n[fr]" + "\n".join(lines) + "\n")
    for path in folder.glob("articles/*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^en = ", 'fr = "Les vergers"\nen = ', text), encoding="utf-8")
    settings = folder / "knowledge.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('["en", "zh"]', '["en", "zh", "fr"]'), encoding="utf-8")
    return start(folder, ARTICLES)


ASKER = Asker(language_code="fr", context=Context(language="zh"))


@pytest.mark.parametrize(
    ("question", "asker", "language"),
    [
        pytest.param(
            "How much is the harvest?", replace(ASKER, chosen_language="zh"), "zh", id="the chosen language beats all"
        ),
        pytest.param("How much is the harvest?", ASKER, "en", id="a sure language beats the last one and the app's"),
        pytest.param("2030?", ASKER, "zh", id="without letters the last one beats the app's"),
        pytest.param("2030?", Asker(language_code="fr"), "fr", id="without a last one the app's"),
        pytest.param("2030?", Asker(language_code="fr-CA"), "fr", id="the app's base language"),
        pytest.param("2030?", Asker(language_code="zh_Hant_TW"), "zh", id="the app's base language with underscores"),
        pytest.param("2030?", Asker(language_code="FR"), "fr", id="in capitals"),
        pytest.param("2030?", Asker(language_code="sw"), "en", id="the folder's own, where the app's is not spoken"),
        pytest.param("2030?", Asker(language_code=""), "en", id="the folder's own, where the app says nothing"),
        pytest.param("2030?", Asker(), "en", id="the folder's own, where nothing is known"),
        pytest.param("2030?", Asker(chosen_language="sw"), "en", id="a choice that is gone counts no more"),
        pytest.param("2030?", Asker(context=Context(language="sw")), "en", id="nor does a last language"),
        pytest.param(
            "extra", Asker(context=Context(language="fr")), "fr", id="shared words: the last one, if it shares"
        ),
        pytest.param("extra", Asker(language_code="fr"), "fr", id="shared words: the app's, if it shares"),
        pytest.param(
            "extra",
            Asker(language_code="fr", context=Context(language="en")),
            "en",
            id="shared words: the last one first",
        ),
        pytest.param("extra", Asker(language_code="zh"), "en", id="shared words: a guess, if neither shares"),
    ],
)
def test_the_reply_follows_one_order(trilingual: Engine, question: str, asker: Asker, language: str) -> None:
    """The reply's language is the chosen, the sure, the last, the app's, a guess, or the folder's own."""
    assert trilingual.ask(question, asker).reply.language == language


@pytest.mark.parametrize(
    ("asker", "language"),
    [
        pytest.param(Asker(), "en", id="the folder's own"),
        pytest.param(Asker(language_code="zh"), "zh", id="the app's"),
        pytest.param(ASKER, "zh", id="the last sure one"),
        pytest.param(replace(ASKER, chosen_language="fr"), "fr", id="the chosen one"),
    ],
)
def test_messages_that_answer_nothing_follow_the_same_order(trilingual: Engine, asker: Asker, language: str) -> None:
    """Help and the like come in the chosen, the last, the app's or the folder's own language."""
    assert trilingual.language(asker) == language


@pytest.mark.parametrize(
    ("question", "before", "after"),
    [
        pytest.param("How much is the harvest?", None, "en", id="a sure language is kept"),
        pytest.param("梨的收成", "en", "zh", id="a new one replaces it"),
        pytest.param("2030", "zh", "zh", id="figures change nothing"),
        pytest.param(
            "Wie viele Drachen wurden im letzten Frühling verkauft?", "zh", "zh", id="nor does another language"
        ),
    ],
)
def test_the_last_sure_language_is_kept(orchard: Engine, question: str, before: str | None, after: str) -> None:
    """What a question is surely written in becomes the last language of the conversation."""
    asker = Asker(context=Context(language=before))
    assert orchard.ask(question, asker).context.language == after


def test_a_chosen_language_is_read_in_the_questions_own(orchard: Engine) -> None:
    """A question is understood in its own language and answered in the chosen one."""
    reply = orchard.ask("How much is the pear harvest?", Asker(chosen_language="zh")).reply
    assert (reply.outcome, reply.language) == (Outcome.ANSWER, "zh")
    assert "吨梨" in reply.text


@pytest.mark.parametrize(
    ("question", "code", "language"),
    [
        pytest.param("Wie viele Tonnen Birnen werden im Jahr geerntet?", "de", "en", id="the folder's own language"),
        pytest.param("Wie viele Tonnen Birnen werden im Jahr geerntet?", "zh-TW", "zh", id="the app's"),
        pytest.param("梨はいくつ採れますか", None, "en", id="another language of a script"),
        pytest.param("كم طنًا من الكمثرى؟", None, "en", id="a script that the folder does not write"),
    ],
)
def test_another_language_gets_the_line_on_languages(
    orchard: Engine, question: str, code: str | None, language: str
) -> None:
    """A question in another language is replied to with one line that says which languages are spoken."""
    reply = orchard.ask(question, Asker(language_code=code)).reply
    line = {"en": "I answer in these languages: English, 中文.", "zh": "我用这些语言回答：English、中文。"}
    assert reply.language == language
    assert reply.text.endswith(line[language])


def test_a_language_of_the_folder_gets_no_such_line(orchard: Engine) -> None:
    """The line on languages stands under no other reply."""
    for question in ("How much is the pear harvest?", "梨的收成", "2030", "hello", "what is the weather"):
        assert orchard.ask(question, Asker()).reply.footing == (), question
