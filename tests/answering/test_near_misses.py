"""The shipped knowledge does not answer questions that differ from a fact in one thing."""

import pytest

from bot.answering.conversation import Asker
from bot.answering.engine import Engine

_QUESTIONS = {
    "en": {
        "year of an output": "How many tonnes of copper did Jinchuan turn out in 2017?",
        "year of a target": "What amount of cobalt does the group want to reach by 2035?",
        "year of a list": "Which place did Jinchuan hold in the Fortune Global 500 of 2019?",
        "metal of an output": "Roughly how much silver comes out of Jinchuan's works?",
        "metal of a target": "What is Jinchuan's 2025 target for aluminium?",
        "unit of an output": "How many ounces of nickel does the company produce?",
        "unit of an investment": "How many euros went into the joint foreign projects of 2021?",
        "place of a rank": "Where does Jinchuan's nickel rank in Europe?",
        "place of a city": "Where exactly is the city of Lanzhou situated?",
        "aspect of a strip": "How wide is the nickel strip that you can tear by hand?",
    },
    "ar": {
        "year of an output": "كم طنًا من النحاس أخرجت جينتشوان من أفرانها سنة 2017؟",
        "year of a target": "إلى أي كمية من الكوبالت تريد المجموعة أن تصل في 2035؟",
        "year of a list": "في أي مركز جاءت جينتشوان ضمن قائمة فورتشن العالمية لعام 2019؟",
        "metal of an output": "كم تنتج جينتشوان من الفضة تقريبًا؟",
        "metal of a target": "ما الهدف الذي وضعته جينتشوان للألومنيوم في 2025؟",
        "unit of an output": "كم أونصة من النيكل تنتج الشركة؟",
        "unit of an investment": "كم يورو بلغ الاستثمار في المشاريع الأجنبية المشتركة عام 2021؟",
        "place of a rank": "ما ترتيب جينتشوان في أوروبا في إنتاج النيكل؟",
        "aspect of a strip": "كم يبلغ عرض شريط النيكل الذي يُمزق باليد؟",
    },
    "zh": {
        "year of an output": "2017年金川一共炼出多少吨铜？",
        "year of a target": "金川想在2035年让钴达到多少吨？",
        "year of a list": "2019年金川在《财富》世界500强里排第几位？",
        "metal of an output": "金川大约能产出多少白银？",
        "metal of a target": "金川2025年的铝目标是多少？",
        "unit of an output": "金川一共产镍多少盎司？",
        "unit of an investment": "2021年的对外合作项目投了多少欧元？",
        "place of a rank": "金川的镍在欧洲排第几？",
        "aspect of a strip": "手撕镍带有多宽？",
    },
    "fr": {
        "year of an output": "Combien de tonnes de cuivre Jinchuan a-t-elle sorties de ses usines en 2017 ?",
        "year of a target": "Quelle quantité de cobalt le groupe veut-il atteindre en 2035 ?",
        "year of a list": "Quelle place Jinchuan occupait-elle au classement Fortune Global 500 de 2019 ?",
        "metal of an output": "Combien de zinc Jinchuan produit-elle, à peu près ?",
        "metal of a target": "Quel est l'objectif de Jinchuan pour l'aluminium en 2025 ?",
        "unit of an output": "Combien d'onces de nickel l'entreprise produit-elle ?",
        "unit of an investment": "Combien d'euros ont été investis dans les projets communs à l'étranger en 2021 ?",
        "place of a rank": "Quel est le rang de Jinchuan en Europe pour le nickel ?",
        "aspect of a strip": "Quelle est la largeur du ruban de nickel qui se déchire à la main ?",
    },
    "ru": {
        "year of an output": "Сколько тонн меди выпустила Jinchuan в 2017 году?",
        "year of a target": "Какого объёма кобальта группа хочет достичь к 2035 году?",
        "year of a list": "Какое место занимала Jinchuan в списке Fortune Global 500 за 2019 год?",
        "metal of an output": "Сколько примерно серебра даёт Jinchuan?",
        "metal of a target": "Какова цель Jinchuan по алюминию на 2025 год?",
        "unit of an output": "Сколько унций никеля производит компания?",
        "unit of an investment": "Сколько евро вложили в совместные зарубежные проекты 2021 года?",
        "place of a rank": "На каком месте в Европе Jinchuan по никелю?",
        "aspect of a strip": "Какова ширина никелевой ленты, которую можно порвать руками?",
    },
    "es": {
        "year of an output": "¿Cuántas toneladas de cobre sacó Jinchuan en 2017?",
        "year of a target": "¿A qué cantidad de cobalto quiere llegar el grupo en 2035?",
        "year of a list": "¿Qué puesto tenía Jinchuan en la lista Fortune Global 500 de 2019?",
        "metal of an output": "¿Cuánta plata produce Jinchuan, más o menos?",
        "metal of a target": "¿Cuál es la meta de Jinchuan para el aluminio en 2025?",
        "unit of an output": "¿Cuántas onzas de níquel produce la empresa?",
        "unit of an investment": "¿Cuántos euros se invirtieron en los proyectos conjuntos en el extranjero de 2021?",
        "place of a rank": "¿Qué puesto ocupa Jinchuan en Europa por su níquel?",
        "aspect of a strip": "¿Qué anchura tiene la cinta de níquel que se rasga con la mano?",
    },
}


@pytest.mark.parametrize(
    ("language", "question"),
    [
        pytest.param(language, question, id=f"{language}, {changed}")
        for language, questions in _QUESTIONS.items()
        for changed, question in questions.items()
    ],
)
def test_a_question_that_differs_in_one_thing_gets_no_answer(engine: Engine, language: str, question: str) -> None:
    """A year, metal, unit, place or aspect that no fact has gets no answer, in any language."""
    reply = engine.ask(question, Asker(language_code=language)).reply
    assert [answer.citation.entry for answer in reply.answers] == []


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What is Jinchuan's nickel output, and what is its copper target?", id="en"),
        pytest.param("ما إنتاج النيكل وما هدف النحاس؟", id="ar"),
        pytest.param("金川镍的产量和铜的目标分别是多少？", id="zh"),
        pytest.param("Combien de nickel Jinchuan produit-elle et quel est son objectif de cuivre ?", id="fr"),
        pytest.param("Сколько никеля производит Jinchuan и какова цель по меди?", id="ru"),
        pytest.param("¿Cuánto níquel produce Jinchuan y cuál es su meta de cobre?", id="es"),
    ],
)
def test_two_questions_keep_their_own_words(engine: Engine, question: str) -> None:
    """An output and a target of two metals are never read across."""
    reply = engine.ask(question, Asker()).reply
    assert {answer.citation.entry for answer in reply.answers} == {"nickel-output", "target-copper"}


@pytest.mark.parametrize(
    ("first", "second", "entries"),
    [
        pytest.param("How much nickel does Jinchuan make?", "and the target?", ["target-nickel"], id="to the target"),
        pytest.param("What is the nickel target for 2025?", "and the production?", ["nickel-output"], id="and back"),
        pytest.param("How much nickel does Jinchuan make?", "and zinc?", [], id="another metal"),
        pytest.param("What is the copper target?", "and for 2035?", [], id="another year"),
        pytest.param("ما هدف جينتشوان من النحاس لعام 2025؟", "والإنتاج الحالي؟", ["copper-output"], id="Arabic, back"),
        pytest.param("金川2025年镍的目标是多少吨？", "那产量呢？", ["nickel-output"], id="Chinese, back"),
    ],
)
def test_a_follow_up_never_lands_on_the_other_figure(
    engine: Engine, first: str, second: str, entries: list[str]
) -> None:
    """From an output to its target and back; another metal or year gets nothing."""
    context = engine.ask(first, Asker()).context
    reply = engine.ask(second, Asker(context=context)).reply
    assert [answer.citation.entry for answer in reply.answers] == entries
