"""Mutants of Python source: one small change of the syntax tree each, in the order of the text.

Changed are comparisons, `and`/`or`, `not`, numbers, truth values, the signs of arithmetic and of
sets, relations written as text, what a function returns; removed are raised errors, bare calls
(guards), operands of `and`/`or`, and what a new line takes over from its premises.
Docstrings, annotations and the texts of errors are left alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import CodeType

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
}
RELATIONS = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": ">="}
CARRIED = ("context", "assumptions", "also")
"""What `_line` takes by name; each is left out once."""


@dataclass(frozen=True)
class Where:
    """Where a mutant is."""

    place: str
    """Module, and the names of the classes and functions around it."""
    lines: range
    """Of the statement, or of its head where it has a body: who reaches the mutant runs one."""
    around: tuple[ast.ClassDef | ast.FunctionDef, ...] = ()
    """The classes around it, and the outermost function."""

    @property
    def function(self) -> str | None:
        """The outermost function by its qualified name; None for what is done at the import."""
        if not self.around or isinstance(self.around[-1], ast.ClassDef):
            return None
        return ".".join(one.name for one in self.around)


@dataclass(frozen=True)
class Mutant:
    """One changed source: where, what is changed into what, and how to make it."""

    where: Where
    change: str
    tree: ast.Module
    site: _Site

    @property
    def id(self) -> str:
        """Place and change; stays the same when other lines of the file move."""
        return f"{self.where.place}: {self.change}"

    @property
    def text(self) -> str:
        """The new text of the file."""
        with self.site:
            return ast.unparse(ast.fix_missing_locations(self.tree)) + "\n"

    def code(self, filename: str) -> CodeType:
        """The new code of the function around it, at the old lines; not for `function` None."""
        *classes, inner = self.where.around
        module = ast.Module([_FUTURE, inner], [])
        for one in reversed(classes):
            assert isinstance(one, ast.ClassDef)
            empty = ast.ClassDef(one.name, [], [], [module.body[1]], [])
            module.body[1] = ast.copy_location(empty, one)
        with self.site:
            found = compile(ast.fix_missing_locations(module), filename, "exec")
        for one in self.where.around:
            found = next(
                code
                for code in found.co_consts
                if isinstance(code, CodeType) and code.co_name == one.name
            )
        return found


_FUTURE = ast.ImportFrom("__future__", [ast.alias("annotations")], 0, lineno=1, col_offset=0)


@dataclass
class _Site:
    """A possible change: as a context, it is made in the tree, and taken back."""

    where: Where
    change: str
    make: Callable[[], None]
    undo: Callable[[], None]

    def __enter__(self) -> None:
        self.make()

    def __exit__(self, *failure: object) -> None:
        self.undo()


def mutants(source: str, name: str) -> list[Mutant]:
    r"""All mutants of a file's source, each with another id.

    >>> for mutant in mutants("def f(x):\n    return x < 3\n", "toy"):
    ...     print(mutant.id)
    toy f: x < 3 => x <= 3
    toy f: x < 3 => x >= 3
    toy f: 3 => 4
    toy f: 3 => 2
    toy f: return x < 3 => return None
    """
    tree = ast.parse(source)
    sites: list[_Site] = []
    _visit_body(tree.body, Where(name, range(0)), sites)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for site in sites:
        key = (site.where.place, site.change)
        seen[key] += 1
        again = f" ({seen[key]})" if seen[key] > 1 else ""
        found.append(Mutant(site.where, site.change + again, tree, site))
    return found


def _visit_body(body: list[ast.stmt], where: Where, sites: list[_Site]) -> None:
    for position, statement in enumerate(body):
        here = replace(where, lines=_head(statement))
        match statement:
            case ast.FunctionDef() | ast.ClassDef():
                if statement.name in ("__repr__", "__bool__"):
                    continue
                dot = "." if " " in where.place else " "
                known = where.function is not None
                inner = replace(
                    where,
                    place=f"{where.place}{dot}{statement.name}",
                    around=where.around if known else (*where.around, statement),
                )
                _visit_body(statement.body, inner, sites)
            case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom():
                continue
            case ast.Raise() | ast.Expr(ast.Call()):
                sites.append(_removed(body, position, here))
                if isinstance(statement, ast.Expr):
                    _visit(statement, here, sites)
            case ast.AnnAssign(value=ast.expr() as value):
                _visit_child(statement, "value", value, here, sites)
            case ast.Return(value=ast.expr()):
                _visit(statement, here, sites)
                if not isinstance(statement.value, ast.Constant):
                    sites.append(_swapped(statement, "value", ast.Constant(None), here))
            case _:
                _visit(statement, here, sites)
        if isinstance(statement, ast.If):
            sites.append(
                _swapped(statement, "test", ast.UnaryOp(ast.Not(), statement.test), here, "test")
            )


def _head(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> range:
    """The lines of a statement, a handler or a case, without those of its body."""
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    body = node.cases if isinstance(node, ast.Match) else getattr(node, "body", [])
    if body:
        after = _head(body[0]).start
    else:
        after = (getattr(node, "end_lineno", None) or first) + 1
    return range(first, max(first + 1, after))


def _visit(node: ast.AST, where: Where, sites: list[_Site]) -> None:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "msg"):
            continue
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            _visit_body(value, where, sites)
        elif isinstance(value, list):
            for position, child in enumerate(value):
                if isinstance(child, (ast.ExceptHandler, ast.match_case)):
                    _visit(child, replace(where, lines=_head(child)), sites)
                elif isinstance(child, ast.AST):
                    _visit_entry(value, position, where, sites)
        elif isinstance(value, ast.AST):
            _visit_child(node, field, value, where, sites)


def _visit_child(
    node: ast.AST, field: str, value: ast.AST, where: Where, sites: list[_Site]
) -> None:
    sites.extend(_swapped(node, field, other, where) for other in _others(value))
    _within(value, where, sites)


def _visit_entry(values: list[ast.AST], position: int, where: Where, sites: list[_Site]) -> None:
    value = values[position]
    for other in _others(value):

        def put(new: ast.AST) -> None:
            values[position] = new

        sites.append(
            _Site(
                where,
                _said(value, other),
                lambda other=other, put=put: put(other),  # type: ignore[misc]
                lambda put=put: put(value),  # type: ignore[misc]
            )
        )
    _within(value, where, sites)


def _within(value: ast.AST, where: Where, sites: list[_Site]) -> None:
    if isinstance(value, ast.JoinedStr):
        return
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("._line"):
        sites.extend(_dropped_premises(value, where))
    _visit(value, where, sites)


def _dropped_premises(call: ast.Call, where: Where) -> Iterator[_Site]:
    """A new line that does not take over what one of its premises rests on."""
    args, keywords = list(call.args), list(call.keywords)
    for position in range(2, len(args)):
        rest = args[:position] + args[position + 1 :]
        yield _Site(
            where,
            f"without {ast.unparse(args[position])} in {ast.unparse(call)}",
            lambda rest=rest: setattr(call, "args", rest),  # type: ignore[misc]
            lambda: setattr(call, "args", args),
        )
    for position, keyword in enumerate(keywords):
        if keyword.arg in CARRIED:
            others = keywords[:position] + keywords[position + 1 :]
            yield _Site(
                where,
                f"without {keyword.arg} in {ast.unparse(call)}",
                lambda others=others: setattr(call, "keywords", others),  # type: ignore[misc]
                lambda: setattr(call, "keywords", keywords),
            )


def _others(node: ast.AST) -> Iterator[ast.expr]:
    """What is put for one expression."""
    match node:
        case ast.Compare(left, ops, comparators):
            for position, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    changed = [*ops[:position], other(), *ops[position + 1 :]]
                    yield ast.Compare(left, changed, comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for position in range(len(values)):
                rest = values[:position] + values[position + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.UnaryOp(ast.USub(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in OPERATORS and not _is_text(left):
            yield ast.BinOp(left, OPERATORS[type(op)](), right)
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(str() as value) if value in RELATIONS:
            yield ast.Constant(RELATIONS[value])
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _removed(body: list[ast.stmt], position: int, where: Where) -> _Site:
    statement = body[position]

    def put(new: ast.stmt) -> None:
        body[position] = new

    return _Site(
        where,
        f"without {ast.unparse(statement)}",
        lambda: put(ast.Pass()),
        lambda: put(statement),
    )


def _swapped(node: ast.AST, field: str, other: ast.AST, where: Where, what: str = "") -> _Site:
    value = getattr(node, field)
    said = f"{what} negated: {ast.unparse(value)}" if what else _said(value, other)
    if isinstance(node, ast.Return) and isinstance(other, ast.Constant) and other.value is None:
        said = f"return {ast.unparse(value)} => return None"
    return _Site(
        where,
        said,
        lambda: setattr(node, field, other),
        lambda: setattr(node, field, value),
    )


def _said(before: ast.AST, after: ast.AST) -> str:
    return f"{ast.unparse(before)} => {ast.unparse(after)}"
