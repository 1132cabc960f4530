"""Answer templates are parsed, checked and filled."""

import pytest

from bot.knowledge.wording import Part, TemplateError, fill, parse_template, placeholders


def test_a_template_falls_into_text_placeholders_and_emphasis() -> None:
    """A template's parts keep their order, and what stands in brackets is emphasised."""
    parts = parse_template("It made [{value} tonnes] in {period.in}.")
    assert parts == (
        Part(text="It made "),
        Part(placeholder="value", emphasised=True),
        Part(text=" tonnes", emphasised=True),
        Part(text=" in "),
        Part(placeholder="period.in"),
        Part(text="."),
    )
    assert placeholders(parts) == {"value", "period.in"}


@pytest.mark.parametrize(
    ("template", "expected_error"),
    [
        pytest.param("a } b", "stray '}'", id="a lone closing brace"),
        pytest.param("a { b", "stray '{'", id="a lone opening brace"),
        pytest.param("a [b", "never closed", id="an open bracket"),
        pytest.param("a ]b", "unbalanced ']'", id="a closing bracket alone"),
        pytest.param("[a [b] c]", "unbalanced '['", id="nested brackets"),
    ],
)
def test_a_broken_template_is_refused(template: str, expected_error: str) -> None:
    """Stray and nested brackets are refused with their place."""
    with pytest.raises(TemplateError, match=expected_error.replace("[", r"\[")):
        parse_template(template)


def test_filling_puts_values_in_place() -> None:
    """Filling replaces each placeholder and leaves the rest."""
    parts = fill(parse_template("[{value} t] by {period.by}"), {"value": "330,000", "period.by": "2025"})
    assert "".join(part.text for part in parts) == "330,000 t by 2025"
