"""Random edits of a text of JSON, as an enemy makes them: of its values, or of its bytes.

An edit of values puts anything anywhere: another type, a number too large, a word of elsewhere, a
list too deep. An edit of bytes makes of it what may be no JSON at all. Both are drawn from a
`random.Random`, so the same seed gives the same edits.
"""

import json
from random import Random

DEPTH = 100_000
STAND_INS = {
    "@deep list@": "[" * DEPTH + "]" * DEPTH,
    "@deep object@": '{"a":' * DEPTH + "1" + "}" * DEPTH,
    "@deep value@": '["tuple",' * DEPTH + '"s"' + "]" * DEPTH,
    "@deep term@": '["Root",' * 80 + '["Number",["q","1"]]' + "]" * 80,
    "@as deep as is read@": '["Root",' * 50 + '["Number",["q","1"]]' + "]" * 50,
    "@long integer@": "9" * 10_000,
    "@infinite@": "1e999",
    "@not a number@": "NaN",
    "@minus infinity@": "-Infinity",
    "@key twice@": '{"id":1,"id":2}',
}
"""What `json` itself would not write: a word stands for it until the text is made."""
CODE = ['__import__("os").abort()', "{0.__class__.__mro__}", "%s%n", "<script>alert(1)</script>"]
JUNK = [
    None, True, False, 0, -1, 1, 2**63, 10**300, 0.5, -0.0, "", " ", "\x00", "\ud800", "\u202e",
    "x" * 100_000, "9" * 10_000, "1/0", "-", [], {}, [[]], [None], ["tuple"], ["map"], ["q"],
    ["map", [["map"], "x"]], ["map", [["tuple", ["map"]], 1]], ["line", 0], ["line", -1],
    ["line", True], ["q", "1/0"], ["q", 1], ["Index", "i", "I"], ["Number", ["q", "1"]],
    ["Atom", "s", ["tuple"]], ["Power", ["Number", ["q", "2"]], 10**9], {"": ""}, {"a": [1]},
    [0] * 10_000, ["tuple", *["s"] * 10_000], *STAND_INS, *CODE,
]  # fmt: skip


def edited(random, text):
    """The JSON with one to three values changed; the kinds of edits, and the text as bytes."""
    data = json.loads(text)
    kinds = [EDITS[random.randrange(len(EDITS))] for _ in range(random.choice((1, 1, 2, 3)))]
    for edit in kinds:
        data = edit(random, data)
    written = json.dumps(data)
    for word, meant in STAND_INS.items():
        written = written.replace(json.dumps(word), meant)
    return " and ".join(edit.__name__[1:] for edit in kinds), written.encode()


def damaged(random, text):
    """The text with its bytes changed: what was done to it, and the bytes."""
    whole = text.encode()
    at = random.randrange(len(whole) + 1)
    kind = random.choice(sorted(DAMAGES))
    return kind, DAMAGES[kind](whole, at, random)


def hostile(random, text):
    """Either kind of edit, the first more often."""
    return (edited if random.random() < 0.8 else damaged)(random, text)


def _place(random, data):
    """A container and the key of an entry in it; any of them, and the outer ones more often."""
    if random.random() < 0.7:
        everywhere = list(_places(data))
        return random.choice(everywhere) if everywhere else None
    box, found = data, None
    while isinstance(box, (dict, list)) and box:
        key = random.choice(list(box)) if isinstance(box, dict) else random.randrange(len(box))
        found, box = (box, key), box[key]
        if random.random() < 0.2:
            break
    return found


def _places(data):
    """Every container with every key of it."""
    open_ = [data] if isinstance(data, (dict, list)) else []
    while open_:
        box = open_.pop()
        for key, value in list(box.items() if isinstance(box, dict) else enumerate(box)):
            yield box, key
            if isinstance(value, (dict, list)):
                open_.append(value)


def _value_replaced(random, data):
    place = _place(random, data)
    if place is None:
        return random.choice(JUNK)
    place[0][place[1]] = random.choice(JUNK)
    return data


def _value_left_out(random, data):
    place = _place(random, data)
    if place is not None:
        del place[0][place[1]]
    return data


def _value_twice(random, data):
    place = _place(random, data)
    if place is not None and isinstance(place[0], list):
        place[0].insert(place[1], place[0][place[1]])
    return data


def _value_many_times(random, data):
    place = _place(random, data)
    if place is not None and isinstance(place[0], list):
        place[0][place[1] : place[1]] = [place[0][place[1]]] * random.choice((10, 300))
    return data


def _value_of_elsewhere(random, data):
    one, other = _place(random, data), _place(random, data)
    if one is not None and other is not None:
        one[0][one[1]] = json.loads(json.dumps(other[0][other[1]]))
    return data


def _values_swapped(random, data):
    one, other = _place(random, data), _place(random, data)
    if one is not None and other is not None and one[0] is other[0]:
        box, (a, b) = one[0], (one[1], other[1])
        box[a], box[b] = box[b], box[a]
    return data


def _value_wrapped(random, data):
    place = _place(random, data)
    if place is not None:
        box, key = place
        box[key] = random.choice(([box[key]], {"value": box[key]}, ["tuple", box[key]]))
    return data


def _key_renamed(random, data):
    place = _place(random, data)
    if place is not None and isinstance(place[0], dict):
        place[0][random.choice(("", "id", "x", "statement"))] = place[0].pop(place[1])
    return data


def _text_changed(random, data):
    place = _place(random, data)
    if place is not None and isinstance(place[0][place[1]], str):
        box, key = place
        at = random.randrange(len(box[key]) + 1)
        sign = random.choice(("\x00", "\ud800", "'", '"', "<", "\u202e", "é", "0", "{0}", "\n"))
        box[key] = box[key][:at] + sign + box[key][at:]
    return data


def _number_changed(random, data):
    place = _place(random, data)
    if place is not None and type(place[0][place[1]]) is int:
        place[0][place[1]] += random.choice((-1, 1, 10**9, -(10**9)))
    return data


EDITS = (
    _value_replaced, _value_replaced, _value_replaced, _value_left_out, _value_twice,
    _value_many_times, _value_of_elsewhere, _value_of_elsewhere, _values_swapped, _value_wrapped,
    _key_renamed, _text_changed, _number_changed,
)  # fmt: skip
DAMAGES = {
    "cut off": lambda whole, at, random: whole[:at],
    "begun late": lambda whole, at, random: whole[at:],
    "a byte changed": lambda whole, at, random: (
        whole[:at] + bytes([random.randrange(256)]) + whole[at + 1 :]
    ),
    "a byte more": lambda whole, at, random: (
        whole[:at] + bytes([random.randrange(256)]) + whole[at:]
    ),
    "not UTF-8": lambda whole, at, random: whole[:at] + b"\xff\xfe\xc0" + whole[at:],
    "UTF-16": lambda whole, at, random: whole.decode().encode("utf-16"),
    "with a byte order mark": lambda whole, at, random: b"\xef\xbb\xbf" + whole,
    "zero bytes": lambda whole, at, random: b"\x00" * at,
    "twice": lambda whole, at, random: whole + whole,
    "empty": lambda whole, at, random: b"",
    "blank": lambda whole, at, random: b" " * at,
    "random bytes": lambda whole, at, random: random.randbytes(random.randrange(400)),
    "a number with a million digits": lambda whole, at, random: b"9" * 1_000_000,
    "brackets": lambda whole, at, random: b"[" * DEPTH,
}


def seeded(name, number):
    """The source of the number-th edit of a kind; each has its own, so that any can be repeated."""
    return Random(f"{name} {number}")
