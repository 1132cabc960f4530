"""Which part of the program may use which: read from the imports and calls, without running anything."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KNOWLEDGE, ANSWERING = "bot.knowledge", "bot.answering"
_MAY_IMPORT = {KNOWLEDGE: (KNOWLEDGE,), ANSWERING: (ANSWERING, KNOWLEDGE)}
"""What of the bot's own the two inner layers may import; the shell around them may import all."""


def _name(path: Path) -> str:
    """Return the module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("bot/**/*.py"))}


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _imports(module: str) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it that happens."""
    for node in ast.walk(MODULES[module]):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                assert node.level == 0, f"{module} imports relatively"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module")):
                pytest.fail(f"{module} imports what can't be read from it")


def _calls(module: str) -> Iterator[str]:
    """Yield the name of everything that a module calls, such as `open` or `now`."""
    for node in ast.walk(MODULES[module]):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name


def _users(package: str) -> set[str]:
    """Return the modules that import the package or something of it."""
    return {module for module in MODULES if any(_within(name, package) for name in _imports(module))}


def _layer(package: str) -> set[str]:
    return {module for module in MODULES if _within(module, package)}


def test_the_layers_are_there() -> None:
    """Both inner layers are found, so that the other tests look at something."""
    assert {f"{KNOWLEDGE}.loading", f"{KNOWLEDGE}.proof"} <= _layer(KNOWLEDGE)
    assert {f"{ANSWERING}.engine", f"{ANSWERING}.spelling"} <= _layer(ANSWERING)
    assert {"bot.cli", "bot.app", "bot.telegram.handlers"} <= MODULES.keys()


@pytest.mark.parametrize("layer", [KNOWLEDGE, ANSWERING])
def test_imports_never_point_back(layer: str) -> None:
    """The shell imports the answering, the answering the knowledge, and never the other way round."""
    back = {
        (module, name)
        for module in _layer(layer)
        for name in _imports(module)
        if _within(name, "bot") and not any(_within(name, allowed) for allowed in _MAY_IMPORT[layer])
    }
    assert back == set()


def test_telegram_is_known_to_its_shell_only() -> None:
    """The Telegram library is imported in bot/telegram and where the parts are put together."""
    assert {module for module in _users("telegram") if not _within(module, "bot.telegram")} <= {"bot.app", "bot.doctor"}


def test_the_parts_are_put_together_in_one_place() -> None:
    """Nothing but the command line imports bot.app, and nothing imports the command line but the program's start."""
    assert _users("bot.app") <= {"bot.cli"}
    assert _users("bot.cli") == {"bot.__main__"}


@pytest.mark.parametrize(
    ("library", "users"),
    [
        pytest.param("rapidfuzz", {f"{ANSWERING}.spelling"}, id="fuzzy comparison"),
        pytest.param("lingua", {f"{ANSWERING}.language"}, id="language detection"),
        pytest.param("opencc", {f"{ANSWERING}.folding"}, id="traditional characters"),
        pytest.param("babel", {f"{ANSWERING}.figures"}, id="numbers and dates"),
        pytest.param("Stemmer", {f"{ANSWERING}.vocabulary"}, id="stems"),
    ],
)
def test_a_library_of_the_core_has_one_user(library: str, users: set[str]) -> None:
    """Each library that the core rests on is imported in one module."""
    assert _users(library) == users


_READING = {"open", "read_text", "read_bytes", "read", "readlines", "glob", "rglob", "iterdir", "walk", "scandir"}
_WRITING = {"write_text", "write_bytes", "replace_file", "unlink", "mkdir", "touch", "rename"}


def test_files_are_read_in_one_place_of_the_inner_layers() -> None:
    """Of the inner layers only the loading and the proof read files, and only the proof writes one."""
    inner = _layer(KNOWLEDGE) | _layer(ANSWERING)
    readers = {module for module in inner if _READING & set(_calls(module))}
    writers = {module for module in inner if _WRITING & set(_calls(module))}
    assert readers <= {f"{KNOWLEDGE}.loading", f"{KNOWLEDGE}.proof"}
    assert writers <= {f"{KNOWLEDGE}.proof"}


_OUTSIDE = (
    "time", "random", "secrets", "os", "sys", "socket", "ssl", "http", "urllib", "asyncio", "threading", "subprocess",
    "multiprocessing", "concurrent", "pathlib", "io", "tempfile", "shutil", "logging", "structlog", "aiohttp", "httpx",
    "sqlalchemy", "sqlite3", "uuid", "locale", "zoneinfo", "importlib", "click",
)  # fmt: skip
"""Modules that look outside: clock, chance, environment, files, network, threads, logs."""


@pytest.mark.parametrize("module", sorted(_layer(ANSWERING)))
def test_the_core_looks_at_nothing_outside(module: str) -> None:
    """The answering core has no network, clock, file, environment, randomness or async."""
    assert {name for name in _imports(module) if any(_within(name, outside) for outside in _OUTSIDE)} == set()
    assert {"now", "today", "utcnow", "getenv", "input", "print", "exec", "eval", "hash", "id"} & set(
        _calls(module)
    ) == set()
    assert not any(
        isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Global)
        for node in ast.walk(MODULES[module])
    )


@pytest.mark.parametrize("module", sorted(_layer(KNOWLEDGE)))
def test_the_knowledge_has_no_async_and_no_network(module: str) -> None:
    """Reading knowledge needs files and nothing else of the world."""
    outside = set(_OUTSIDE) - {"pathlib"}
    assert {name for name in _imports(module) if any(_within(name, other) for other in outside)} == set()
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(MODULES[module]))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_importing_a_module_builds_nothing(module: str) -> None:
    """A module's own level defines and names things; it opens, loads and starts nothing."""
    started = {"open", "read_text", "read_bytes", "load_knowledge", "start", "Engine", "Settings", "connect", "run"}
    calls = {
        name
        for node in MODULES[module].body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        for name in ([call.func.id] if isinstance(call.func, ast.Name) else [getattr(call.func, "attr", "")])
    }
    assert calls & started == set()


_SUBJECT = re.compile(r"\b(nickel|copper|cobalt|jinch\w*|gansu|fortune|tonnes)\b", re.IGNORECASE)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_program_knows_no_subject(module: str) -> None:
    """No string that the program works with names a metal, a company or a place; the documentation may."""
    documentation = {
        id(node.value)
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    named = [
        node.value
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
        and _SUBJECT.search(node.value)
        and node.value != "nickel-capital-bot"
    ]
    assert named == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("bot/**/*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_is_a_drawer(path: Path) -> None:
    """A module is named for the thing it holds."""
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "const", "constants", "misc", "base"}
