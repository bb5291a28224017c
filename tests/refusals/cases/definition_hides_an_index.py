"""A definition without parameters whose body speaks of i."""

from theory.notation.language import Language, total

REASON = "hides ['i']"


def build(honest):
    def attempt():
        own = Language()
        members = own.index_set("M", own.integer("m"))
        y = own.numbers("y", members, random=False)
        i = members.index("i")
        own.abbreviation("hidden", total(i, y[i]) if honest else y[i])

    return attempt
