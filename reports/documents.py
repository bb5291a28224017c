"""Which document is meant: a paper of the package, or a file or folder of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reports.errors import WrongUsage
from theory import papers
from theory.judge import load_certificates
from theory.notation.document import Document


@dataclass(frozen=True)
class Opened:
    """A document, the certificates that are known for it, and where they are stored."""

    document: Document
    certificates: Mapping[str, Any] = field(default_factory=dict)
    store: Path | None = None


def open_document(
    name_or_path: str,
    *,
    fresh: bool = False,
    limits: Any = None,
    progress: Callable[[str], None] = lambda what: None,
) -> Opened:
    """The paper of that name, or the document at that path.

    A document of the user's own is a Python file, or a folder with a `document.py`; it runs in a
    process of its own (`reports.sandbox`), which also searches for proofs and counterexamples.
    fresh: use no stored certificates. limits: a `sandbox.Limits`. progress is called with the name
    of each claim that is worked on. Raises WrongUsage with what is wrong, where, and what to do.

    >>> open_document("krum").document.name
    'krum'
    """
    if name_or_path in papers.names():
        store = papers.certificate_folder(name_or_path)
        return Opened(papers.load(name_or_path), load_certificates(store), store)
    from reports import sandbox

    path = _python_file(name_or_path)
    own_store = path.parent / "certificates" if path.name == "document.py" else None
    stored = _stored(own_store) if own_store is not None and not fresh else {}
    received = sandbox.run(path, name_or_path, stored, limits, progress)
    return Opened(received.document, received.certificates, own_store)


def _python_file(name: str) -> Path:
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            if (path / "document.py").is_file():
                return path / "document.py"
            raise WrongUsage(
                f"the folder {name!r} has no document.py; a document of your own is a Python file, "
                "or a folder with a document.py"
            )
        if path.is_file():
            if path.suffix == ".py":
                with path.open("rb"):  # so that a file that may not be read is found out here
                    return path
            raise WrongUsage(f"{name!r} is no Python file; the name of a document ends in .py")
    except (OSError, ValueError, RuntimeError) as wrong:  # RuntimeError: ~ of an unknown user
        raise WrongUsage(f"{name[:200]!r} cannot be read: {str(wrong)[:200]}") from None
    known = ", ".join(papers.names())
    raise WrongUsage(
        f"there is no paper and no file {name[:200]!r}; the papers are {known}. For a proof of "
        "your own give the path of a Python file, or of a folder with a document.py"
    )


def _stored(folder: Path) -> Mapping[str, Any]:
    pipes = [path for path in folder.glob("*.json") if not path.is_file()]
    if pipes:
        raise WrongUsage(f"{pipes[0]} is no file; remove it")
    try:
        return load_certificates(folder)
    except (OSError, ValueError, TypeError, RecursionError) as wrong:
        raise WrongUsage(
            f"the certificates in {folder} cannot be read ({wrong}); delete them or use --fresh"
        ) from None


def module_of(package: str, document: Document) -> Any:
    """The module of a package that is named after a paper; None where there is none.

    A document of the user's own has none, whatever its name.
    """
    if document.name not in papers.names() or papers.load(document.name) is not document:
        return None
    name = f"{package}.{document.name}"
    return import_module(name) if find_spec(name) is not None else None
