"""Runs the tables of tests/cases on wye.wasm: what tests/conformance/runner.mjs does for the hosts in JavaScript.

Texts of the cases are strings, and their spans count UTF-16 units; here texts are bytes, and spans count bytes.
"""

import json
from pathlib import Path

from wye_host import NONE, STATUSES, WyeError

FOLDER = Path(__file__).parent.parent / "cases"
HOST = "wasmtime"

# What a row may say. One that says more is not half understood, but an error.
KNOWN = {"title", "without", "add", "error", "id", "remove", "removed", "build", "to", "list", "method", "path",
         "pathHex", "url", "outcome", "allow", "location", "params", "raw", "spans", "pattern", "name", "all"}


def tables():
    """(file, table of cases) of all files."""
    files = sorted(FOLDER.glob("*.json"))
    return [(file.stem, table) for file in files for table in json.loads(file.read_text("utf-8"))["tables"]]


# ---------------------------------------------------------------- texts


def expand(text):
    """A string, or a list of strings and {"repeat": [text, count]}, where `#` is the count so far."""
    if text is None or isinstance(text, str):
        return text
    return "".join(piece if isinstance(piece, str) else expand_piece(*piece["repeat"]) for piece in text)


def expand_piece(text, count):
    if "#" not in text:
        return text * count
    return "".join(text.replace("#", str(index)) for index in range(count))


def well_formed(text):
    """With the surrogates that have no partner replaced, as every encoder to UTF-8 does it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def to_bytes(text):
    return None if text is None else well_formed(text).encode("utf-8")


def status_of(name):
    return next(number for number, other in STATUSES.items() if other == name)


def to_text(data):
    return None if data is None else data.decode("utf-8", "replace")


def byte_offset(text, units):
    """Where a place in a string, in UTF-16 units, lies in its UTF-8."""
    before = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(before.decode("utf-16-le", "replace").encode("utf-8"))


def expand_route(route):
    """"METHOD [host]/pattern" as a text, or an object."""
    if isinstance(route, dict):
        return {"method": expand(route.get("method", "GET")), "id": route.get("id"),
                **{key: expand(route.get(key)) for key in ("pattern", "host", "name")}}
    method, field = expand(route).split(" ", 1)
    slash = max(field.find("/"), 0)
    return {"method": method, "pattern": field[slash:], "host": field[:slash] or None, "name": None, "id": None}


def expand_value(value):
    """A parameter's value: a text, or a number, which is written in decimal digits."""
    return str(value) if isinstance(value, int) else expand(value)


def expand_pair(pair):
    if not isinstance(pair, dict):
        return [[expand(text) for text in pair]]
    (name, value), count = pair["repeat"]
    return [[name.replace("#", str(index)), value] for index in range(count)]


def expand_params(params):
    pairs = params.items() if isinstance(params, dict) else params
    return [[name, well_formed(value)] for pair in pairs for name, value in expand_pair(pair)]


# ---------------------------------------------------------------- the table of a host that can add and look up


class Cases:
    """A builder whose table is made anew before the next lookup when routes have come or gone."""

    def __init__(self, module, options):
        slash, clean = options.get("trailingSlash", "strict"), options.get("cleanPath") == "redirect"
        case_insensitive = not options.get("caseSensitive", True)
        self.module = module
        tells_405, longest = options.get("methodNotAllowed", True), options.get("maxPath", 0)
        self.builder = module.builder(slash, clean, case_insensitive, tells_405, longest)
        self.table = self.context = None

    def add(self, route):
        """The handler id; a WyeError for what is refused."""
        texts = [to_bytes(route[key]) or b"" for key in ("method", "pattern", "name", "host")]
        id = self.builder.add(*texts, *([] if route["id"] is None else [route["id"]]))
        self.drop_table()
        return id

    def remove(self, route):
        """Whether there was such a route."""
        removed = self.builder.remove(*(to_bytes(route[key]) or b"" for key in ("method", "pattern", "host")))
        self.drop_table()
        return removed

    def url(self, name, params):
        """The URL of the first route of that name."""
        routes = [index for index, route in enumerate(self.made().routes()) if to_text(route.name) == name]
        if not routes:
            raise WyeError(status_of("NOT_FOUND"), 0, NONE, f"no route has the name {name}")
        count = self.table.route(routes[0]).params
        names = [to_text(self.table.param_name(routes[0], param)) for param in range(count)]
        unknown = [param for param in params if param not in names]
        if unknown:
            raise WyeError(status_of("BAD_VALUE"), 0, NONE, f"the route has no parameter {unknown[0]}")
        return to_text(self.context.url(routes[0], [to_bytes(params.get(param)) for param in names]))

    def drop_table(self):
        if self.table:
            self.context.free()
            self.table.free()
        self.table = self.context = None

    def made(self):
        if not self.table:
            self.table = self.builder.build()
            self.context = self.table.context()
        return self.table

    def free(self):
        self.drop_table()
        self.builder.free()

    def routes(self):
        return [
            {"id": route.id, **{key: to_text(getattr(route, key)) for key in ("method", "pattern", "host", "name")}}
            for route in self.made().routes()
        ]

    def ask(self, row, text):
        method = self.made().method(to_bytes(expand(row.get("method", "GET"))))
        look_up = self.context.match_url if "url" in row else self.context.match
        return self.answer(look_up(method, text), text)

    def ask_all(self, row, text):
        method = self.made().method(to_bytes(expand(row.get("method", "GET"))))
        find = self.context.match_all_url if "url" in row else self.context.match_all
        return [self.match(*hit, text) for hit in find(method, text)]

    def match(self, index, id, spans, text):
        route, decode = self.table.route(index), self.module.decode
        given = [(i, span) for i, span in enumerate(spans) if span]
        values = [(i, decode(text[slice(*span)], self.table.offset, index, i)) for i, span in given]
        params = [[to_text(self.table.param_name(index, i)), to_text(value)] for i, value in values]
        match = {"id": id, "spans": [span for _, span in given], "params": params}
        return match | {"pattern": to_text(route.pattern), "name": to_text(route.name)}

    def answer(self, outcome, text):
        context, index = self.context, self.context.route
        answer = {"outcome": STATUSES.get(outcome, outcome), "pattern": None, "name": None, "params": []}
        spans = [span for span in context.spans if span]
        answer |= {"spans": spans, "raw": [to_text(text[slice(*span)]) for span in spans]}
        answer |= {"allow": to_text(context.allow()), "location": to_text(context.location(text))}
        if index is None:
            return answer
        route = self.table.route(index)
        answer |= {"pattern": to_text(route.pattern), "name": to_text(route.name)}
        for param, value in enumerate(context.values(text)):
            if value is not None:
                answer["params"].append([to_text(self.table.param_name(index, param)), to_text(value)])
        return answer


# ---------------------------------------------------------------- rows


class Row:
    """One row under way: it collects what differs."""

    def __init__(self, cases, row):
        self.cases = cases
        self.row = row
        self.differences = []

    def differ(self, what, expected, actual):
        if expected != actual:
            self.differences.append(f"{what}: expected {show(expected)}, got {show(actual)}")

    def run(self):
        assert self.row.keys() <= KNOWN, self.row.keys() - KNOWN
        if "add" in self.row:
            self.run_add()
        elif "remove" in self.row:
            self.run_remove()
        elif "build" in self.row:
            self.run_build()
        elif "list" in self.row:
            self.run_list()
        elif "all" in self.row:
            self.run_all()
        else:
            self.run_lookup()
        return self.differences

    # A refused route must leave the others as they were.
    def run_add(self):
        before, wanted = self.cases.routes(), self.row.get("error")
        try:
            id = self.cases.add(expand_route(self.row["add"]))
        except WyeError as error:
            self.differ("routes after a refused add", before, self.cases.routes())
            if wanted:
                self.compare_error(wanted, error)
            else:
                self.differences.append(f"expected no error, got {error.code} {error}")
        else:
            self.differ("error", wanted, None)
            self.differ("id", self.row.get("id"), id)

    def compare_error(self, wanted, error):
        self.differ("error", wanted["code"], error.code)
        if "offset" in wanted:
            self.differ("error offset", wanted["offset"], error.offset)
        for text in wanted.get("contains", []):
            if well_formed(expand(text)) not in str(error):
                self.differences.append(f"error text: expected {show(expand(text))} in {show(str(error))}")

    def run_remove(self):
        before, wanted = self.cases.routes(), self.row["removed"]
        self.differ("removed", wanted, self.cases.remove(expand_route(self.row["remove"])))
        after = self.cases.routes()
        self.differ("number of routes after a removal", len(before) - wanted, len(after))
        if not wanted:
            self.differ("routes after a removal of nothing", before, after)

    def run_build(self):
        asked, wanted = self.row["build"], self.row.get("error")
        params = {name: expand_value(value) for name, value in asked.get("params", {}).items()}
        try:
            url = self.cases.url(expand(asked["name"]), params)
        except WyeError as error:
            if wanted:
                self.compare_error(wanted, error)
            else:
                self.differences.append(f"expected no error, got {error.code} {error}")
        else:
            self.differ("error", wanted, None)
            self.differ("to", expand(self.row.get("to")), url)

    def run_list(self):
        keys = ("id", "method", "pattern", "host", "name")
        wanted = [{**expand_route(route), "id": route["id"]} for route in self.row["list"]]
        self.differ("routes", [{key: route[key] for key in keys} for route in wanted], self.cases.routes())

    def text(self):
        """The text of the lookup, as bytes."""
        if "pathHex" in self.row:
            return bytes.fromhex(self.row["pathHex"])
        return to_bytes(expand(self.row.get("url", self.row.get("path"))))

    def spans(self, row):
        """Those of the row, or of one of its matches, in bytes."""
        if "pathHex" in self.row:
            return [tuple(span) for span in row["spans"]]
        text = expand(self.row.get("url", self.row.get("path")))
        return [tuple(byte_offset(text, place) for place in span) for span in row["spans"]]

    def run_all(self):
        wanted, matches = self.row["all"], self.cases.ask_all(self.row, self.text())
        self.differ("all", [match["id"] for match in wanted], [match["id"] for match in matches])
        for one, match in zip(wanted, matches):
            if "pathHex" not in self.row:
                self.differ("params", expand_params(one.get("params", [])), match["params"])
            if "spans" in one:
                self.differ("spans", self.spans(one), match["spans"])
            for key in {"pattern", "name"} & one.keys():
                self.differ(key, expand(one[key]), match[key])

    def run_lookup(self):
        row, answer = self.row, self.cases.ask(self.row, self.text())
        self.differ("outcome", row.get("id", row.get("outcome")), answer["outcome"])
        if "id" not in row:
            self.differ("params of a miss", [], answer["params"])
            self.differ("route of a miss", None, answer["pattern"])
            self.differ("allow", row.get("allow", ""), answer["allow"])
            self.differ("location", well_formed(expand(row.get("location", ""))), answer["location"])
        elif row["id"] == answer["outcome"]:
            self.compare_hit(answer)

    def compare_hit(self, answer):
        row = self.row
        if "pathHex" not in row:
            self.differ("params", expand_params(row.get("params", [])), answer["params"])
        if "raw" in row:
            self.differ("raw", [well_formed(expand(text)) for text in row["raw"]], answer["raw"])
        if "spans" in row:
            self.differ("spans", self.spans(row), answer["spans"])
        if "name" in row:
            self.differ("name", row["name"], answer["name"])
        patterns = [expand(row["pattern"])] if "pattern" in row else [
            route["pattern"] for route in self.cases.routes() if route["id"] == row["id"]]
        if answer["pattern"] not in [well_formed(pattern) for pattern in patterns]:
            self.differ("pattern", " or ".join(patterns), answer["pattern"])


def show(value):
    text = json.dumps(value)
    return text if len(text) <= 300 else f"{text[:200]}...({len(text)} characters)"


def again(rows):
    """What a refused add must not have touched: the lookups after the last change of the table, once more."""
    if not any("error" in row for row in rows):
        return []
    changes = [index for index, row in enumerate(rows) if ("add" in row and "error" not in row) or row.get("removed")]
    return [row for row in rows[changes[-1] + 1 if changes else 0 :] if not row.keys() & {"add", "remove"}]


def run_table(module, table):
    """The number of rows that were run, and what was wrong with them."""
    rows = [row for row in table["rows"] if HOST not in row.get("without", [])]
    cases, failures = Cases(module, table.get("options", {})), []
    for route in table.get("routes", []):
        cases.add(expand_route(route))
    for note, some in (("", rows), (" (again, after the refused ones)", again(rows))):
        for row in some:
            failures += [f"{row['title']}{note}: {text}" for text in Row(cases, row).run()]
    cases.free()
    return len(rows), failures
