"""Describe: a sentence, or a document to enrich, becomes expectations by a language model.

Needs the extra `ai`. What is sent is redacted before; what comes back passes the linter, or the model is told
what is wrong and asked again, at most twice. Keys come from the environment only.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.redaction import redact

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model

    from automock_tui.operations.described_mock import DescribedMock
    from automock_tui.settings import Settings

RETRIES = 2
TIMEOUT_SECONDS = 180.0
"""How long all calls together may take."""
MAX_CHARACTERS = 200_000
"""Of what is sent: about 50,000 tokens."""
DEFAULTS = {
    "ANTHROPIC_API_KEY": "anthropic:claude-sonnet-5-5",
    "OPENAI_API_KEY": "openai:gpt-6.1-terra",
    "OLLAMA_BASE_URL": "ollama:llama3.3",
}
"""The model that is asked where the settings name none, by the variable that is set; the first one counts."""
INSTALL = "Install it: pip install 'automock-tui[ai]'"
_PROVIDERS = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY", "ollama": ""}
_OLLAMA = "http://127.0.0.1:11434/v1"
_SHOWN = 20
"""Problems that the model is told of at once."""
_LOOK_EVERY = 0.2
"""Seconds between two looks whether it is still wanted."""
_NO_MODEL = ("Invalid response from", "Failed to decode response", "larger than")
"""How the errors begin that an answer leads to which no model gives."""
_INSTRUCTIONS = """\
You write mocks of HTTP APIs as MockServer expectations. Answer with realistic, complete data: ids, names and
dates that fit together over all expectations. Cover what is asked for, and for each endpoint the errors that
its clients must handle (not found, invalid, unauthorized) where a request can tell them apart. Among those that
match the same request the expectation with the higher priority answers: give narrower ones a higher priority.
*** stands for a secret that was taken out: never guess it, match any value there."""


@dataclass(frozen=True)
class ModelChoice:
    """Which model to ask: `provider:name`, and where, if not at its own provider's."""

    name: str
    base_url: str = ""

    @property
    def where(self) -> str:
        """The host that is asked, or the provider."""
        return urlsplit(self.base_url).netloc if self.base_url else self.name.partition(":")[0]


@dataclass(frozen=True)
class Described:
    """What a model made. `cost` is US dollars; None where its price is not known."""

    text: str
    count: int
    model: str
    input_tokens: int
    output_tokens: int
    requests: int
    cost: Decimal | None = None

    @property
    def said(self) -> str:
        """Model, tokens and cost, on one line."""
        cost = f"${self.cost:.4f}" if self.cost is not None else "cost unknown"
        calls = f"{self.requests} call{'s' if self.requests != 1 else ''}"
        return f"{self.model}: {self.input_tokens:,} tokens in, {self.output_tokens:,} out, {calls}, {cost}"


def choose_model(settings: Settings, environ: Mapping[str, str] = os.environ) -> ModelChoice:
    """The model to ask, by the settings and the keys that are there.

    Raises:
        InvalidInput: the extra is not installed, there is no key, or the model is of no known provider; says
            what to do.
    """
    if find_spec("pydantic_ai") is None:
        raise InvalidInput("No model can be asked", "The extra ai is not installed.", INSTALL)
    name = settings.model or next((model for key, model in DEFAULTS.items() if environ.get(key)), "")
    if not name:
        raise InvalidInput(
            "No model can be asked",
            "There is no key, and no model is set.",
            "Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or for a model on this machine OLLAMA_BASE_URL; "
            "or start from a template.",
        )
    provider = name.partition(":")[0]
    if provider not in _PROVIDERS or not name.partition(":")[2]:
        raise InvalidInput(
            "Unknown model", f"model = {name!r}", "Use anthropic:NAME, openai:NAME or ollama:NAME."
        )
    base_url = settings.model_url or (environ.get("OLLAMA_BASE_URL", _OLLAMA) if provider == "ollama" else "")
    key = _PROVIDERS[provider]
    if key and not environ.get(key) and not base_url:
        raise InvalidInput("No model can be asked", f"{name} needs {key}.", f"Set {key} in the environment.")
    return ModelChoice(name, base_url)


def why_no_model(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """Why no model can be asked, in a line; empty where one can."""
    try:
        choose_model(settings, environ)
    except InvalidInput as error:
        return f"{error.message} {error.hint}"
    return ""


def prompt_of(sentence: str, document: str = "") -> str:
    """What is sent, without secrets.

    Raises:
        InvalidInput: nothing to send, or too much.
    """
    if not sentence.strip() and not document:
        raise InvalidInput(
            "Nothing to describe", "The description is empty.", "Say what the mock should answer."
        )
    asked = redact(sentence.strip()) or "Complete this mock: add what its clients will need, errors too."
    there = f"\n\nThese are there already; keep the ids of those that you improve:\n{redact(document)}"
    text = asked + (there if document else "")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(
            "Too much for a model",
            f"{len(text):,} characters; {MAX_CHARACTERS:,} are sent at most.",
            "Give less.",
        )
    return text


def describe(
    choice: ModelChoice,
    sentence: str,
    *,
    document: str = "",
    environ: Mapping[str, str] = os.environ,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Described:
    """Ask a model for expectations; blocks for as long as it takes, seconds to minutes.

    Args:
        choice: The model.
        sentence: What the mock should answer.
        document: Expectations to enrich.
        environ: Where the keys are.
        is_stopped: Asked again and again; once it says yes, the model is not waited for any more.

    Raises:
        InvalidInput: nothing or too much to send, or the model is not to be had with this key.
        AutomockError: it cannot be reached, refuses, was stopped, or what it writes stays wrong.
    """
    prompt = prompt_of(sentence, document)
    return asyncio.run(_unless_stopped(_asked(choice, prompt, environ), is_stopped))


async def _unless_stopped(work: Coroutine[Any, Any, Described], is_stopped: Callable[[], bool]) -> Described:
    task = asyncio.ensure_future(work)
    while not (await asyncio.wait([task], timeout=_LOOK_EVERY))[0]:
        if is_stopped():
            task.cancel()
            await asyncio.wait([task])
            raise AutomockError("Given up", "The model is not waited for any more.", "Nothing was changed.")
    return task.result()


async def _asked(choice: ModelChoice, prompt: str, environ: Mapping[str, str]) -> Described:
    from automock_tui.operations.bounded_http import bounded_client

    async with bounded_client(TIMEOUT_SECONDS) as client:
        return await _describe(_model(choice, environ, client), choice, prompt)


def _model(choice: ModelChoice, environ: Mapping[str, str], client: httpx2.AsyncClient) -> Model:
    provider, _, name = choice.name.partition(":")
    if provider == "anthropic":
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        key = environ.get("ANTHROPIC_API_KEY", "none")
        return AnthropicModel(
            name, provider=AnthropicProvider(api_key=key, base_url=choice.base_url or None, http_client=client)
        )
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    # Servers that speak OpenAI's protocol, such as Ollama, take any key.
    key = environ.get("OPENAI_API_KEY") or "none"
    return OpenAIChatModel(
        name, provider=OpenAIProvider(api_key=key, base_url=choice.base_url or None, http_client=client)
    )


async def _describe(model: Model, choice: ModelChoice, prompt: str) -> Described:
    from pydantic_ai import Agent, ModelRetry, UsageLimits
    from pydantic_ai.exceptions import AgentRunError, UserError

    from automock_tui.operations.described_mock import DescribedMock

    agent = Agent(model, output_type=DescribedMock, instructions=_INSTRUCTIONS, retries=RETRIES)

    @agent.output_validator
    def check(made: DescribedMock) -> DescribedMock:
        if wrong := problems_in(made):
            raise ModelRetry("The linter found problems; correct them and answer anew:\n" + "\n".join(wrong))
        return made

    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            run = await agent.run(prompt, usage_limits=UsageLimits(request_limit=RETRIES + 2))
    except TimeoutError as error:
        raise AutomockError(
            "The model did not answer", f"{choice.name} within {TIMEOUT_SECONDS:.0f} s.", "Ask for less."
        ) from error
    except (AgentRunError, UserError) as error:
        raise _failure(choice, error) from error
    usage = run.usage
    text = _text(run.output)
    return Described(
        text,
        len(run.output.expectations),
        choice.name,
        usage.input_tokens,
        usage.output_tokens,
        usage.requests,
        _cost(choice, usage.input_tokens, usage.output_tokens),
    )


def _cost(choice: ModelChoice, input_tokens: int, output_tokens: int) -> Decimal | None:
    """US dollars by genai-prices' table; None for a model or a server that is not in it."""
    from genai_prices import Usage, calc_price

    provider, _, name = choice.name.partition(":")
    if choice.base_url:
        return None
    try:
        found = calc_price(
            Usage(input_tokens=input_tokens, output_tokens=output_tokens), name, provider_id=provider
        )
    except LookupError:
        return None
    return found.total_price


def problems_in(made: DescribedMock) -> list[str]:
    """What the linter finds in what a model wrote, errors and warnings, a line each."""
    from automock_tui.domain.expectation import load_expectations
    from automock_tui.domain.problems import Severity
    from automock_tui.linting import lint

    try:
        text = _text(made)
    except ValueError as error:  # a number that JSON does not have
        return [f"It cannot be written as JSON: {error}"]
    found = [one for one in lint(load_expectations(text)) if one.severity is not Severity.INFO]
    return [f"{one.place.pointer} ({one.rule}): {one.message} {one.fix}".strip() for one in found[:_SHOWN]]


def _text(made: DescribedMock) -> str:
    from automock_tui.domain.expectation import Expectation, ExpectationSet

    return ExpectationSet.of([Expectation.of(one) for one in made.trees()]).save()


def _words(error: BaseException) -> str:
    """What an error says, without the whole answer that it is about, and what it comes from."""
    root = error
    while root.__cause__ is not None:
        root = root.__cause__
    said = str(error).partition(", body:\n")[0]
    return said if str(root) in str(error) else f"{said} ({root})"


def _failure(choice: ModelChoice, error: Exception) -> AutomockError:
    """What went wrong with a model, as an error of ours; without what a key may be part of."""
    from pydantic_ai import exceptions as kinds

    said = redact(_words(error))[:500]
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        key = _PROVIDERS[choice.name.partition(":")[0]] or "the key"
        return InvalidInput(f"{choice.where} refuses the key", said, f"Check {key} in the environment.")
    if status == 404:
        return InvalidInput(f"{choice.where} has no model {choice.name}", said, "Set another: model = ...")
    if status == 429:
        return AutomockError(
            f"{choice.where} takes no more requests now", said, "Wait a minute, or check your quota."
        )
    if status is not None and status >= 500:
        return AutomockError(f"{choice.where} has trouble of its own", said, "Try again in a minute.")
    if isinstance(error, kinds.ContentFilterError):
        return AutomockError("The model refuses to answer", said, "Say it in other words.")
    if any(words in said for words in _NO_MODEL):
        hint = "Check the address: model_url must lead to what speaks the protocol of its provider."
        return AutomockError(f"{choice.where} does not answer as a model does", said, hint)
    if isinstance(error, kinds.UnexpectedModelBehavior | kinds.UsageLimitExceeded):
        return AutomockError(
            "The model's expectations stay wrong", said, "Say it in other words, or start from a template."
        )
    return AutomockError(f"{choice.name} cannot be asked", said, "Check the network and the address.")


def usage_line(found: Described) -> dict[str, Any]:
    """Tokens and cost for `--json`."""
    return {
        "model": found.model,
        "input_tokens": found.input_tokens,
        "output_tokens": found.output_tokens,
        "requests": found.requests,
        "cost_usd": str(found.cost) if found.cost is not None else None,
    }
