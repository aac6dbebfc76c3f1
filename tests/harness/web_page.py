# SPDX-License-Identifier: Apache-2.0
"""A page of ours as a program reads it: sound, with nothing in it that runs, and its rows."""
import html.parser

VOID = {"meta", "link", "input", "br", "img", "hr", "col", "wbr"}
# Elements that our templates and pictures are made of; any other came out of a mail.
OURS = VOID - {"img"} | set("""html head title script noscript body a header form label button kbd nav ul li div p main h1 h2
h3 span b bdi svg path g rect line text circle details summary table caption thead tbody tr th td time section dl dt dd code
pre select option textarea aside footer desc polyline polygon defs clippath use i em strong ol small figure figcaption
fieldset legend tspan""".split())


class WebPage(html.parser.HTMLParser):
    """Raises ValueError for what is not sound or not ours."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.title, self.texts, self.inputs = [], [], [], "", [], {}
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"never closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        if tag not in OURS:
            raise ValueError(f"<{tag}> {attrs} at {self.getpos()}")
        names = [name for name, _ in attrs]
        told = dict(attrs)
        if len(set(names)) < len(names) or any(name.startswith("on") or name == "style" for name in names):
            raise ValueError(f"<{tag}> {attrs} at {self.getpos()}")
        for name in ("href", "src", "action"):
            if name in told and not told[name].startswith(("/", "#", "?")) or told.get(name, "").startswith("//"):
                raise ValueError(f"<{tag}> leads to {told[name]!r}")
        if tag == "script" and not told.get("src", "").startswith("/static/"):
            raise ValueError(f"a script of its own: {attrs}")
        if "data-id" in told:
            self.ids.append(int(told["data-id"]))
        if tag == "a":
            self.links.append((told.get("rel"), told.get("href")))
        if tag == "input" and "name" in told:
            self.inputs[told["name"]] = told.get("value", "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> out of order at {self.getpos()}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data
        self.texts.append(data)

    def handle_comment(self, data):
        raise ValueError(f"a comment: {data!r}")

    def handle_decl(self, decl):
        if decl.lower() != "doctype html":
            raise ValueError(decl)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def next(self):
        return next((href for rel, href in self.links if rel == "next"), None)
