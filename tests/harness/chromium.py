# SPDX-License-Identifier: Apache-2.0
"""Chromium through its DevTools protocol, over a pipe: Debian's browser and the standard library, nothing else.

What a page must not do is noted in Page.troubles: an error on the console, a violated content security policy,
an exception nobody caught, a request to another host."""
import base64
import json
import os
import select
import shutil
import subprocess
import time
import urllib.parse

import harness

FLAGS = """--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync --disable-extensions --mute-audio
--force-color-profile=srgb --hide-scrollbars --remote-debugging-pipe --no-startup-window
--host-resolver-rules=MAP*~NOTFOUND,EXCLUDE127.0.0.1""".split()
SECONDS = 60
KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, ""), "End": ("End", 35, ""),
        "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowRight": ("ArrowRight", 39, ""), "Home": ("Home", 36, "")}
SHIFT = 8
AXE = harness.ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
WATCH = ("document.addEventListener('securitypolicyviolation', (event) => console.error('policy violated: ' + "
         "event.violatedDirective + ' ' + event.blockedURI));")


def program():
    """The browser's path, or None."""
    return shutil.which("chromium")


class Chromium:
    """`with Chromium() as browser: page = browser.page()`"""

    def __enter__(self):
        self.temp = harness.TempFolder()
        folder = self.temp.__enter__()
        down, self.out = os.pipe()
        self.inlet, up = os.pipe()
        # The protocol's pipe is at descriptors 3 and 4.
        script = f'exec 3<&{down} 4>&{up}; exec "$0" "$@"'
        flags = [flag.replace("MAP*~NOTFOUND,EXCLUDE", "MAP * ~NOTFOUND, EXCLUDE ") for flag in FLAGS]
        self.log = open(f"{folder}/log", "wb")
        self.child = subprocess.Popen(["bash", "-c", script, program(), *flags, f"--user-data-dir={folder}/profile"],
                                      pass_fds=(down, up), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                      env={**os.environ, "HOME": str(folder)})
        os.close(down)
        os.close(up)
        self.buffer, self.number, self.pages = b"", 0, {}
        return self

    def __exit__(self, *exc):
        try:
            self.call("Browser.close")
            self.child.wait(SECONDS)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self.child.kill()
            self.child.wait()
        os.close(self.out)
        os.close(self.inlet)
        self.log.close()
        self.temp.__exit__(*exc)

    def read(self, end):
        """The next message."""
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.inlet], [], [], left)[0]:
                raise AssertionError("the browser did not answer in time")
            piece = os.read(self.inlet, 1 << 20)
            if not piece:
                raise AssertionError("the browser ended")
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(line)

    def step(self, end):
        """Takes one message; an event goes to its page."""
        message = self.read(end)
        if "method" in message and message.get("sessionId") in self.pages:
            self.pages[message["sessionId"]].event(message["method"], message["params"])
        return message

    def call(self, method, session=None, **params):
        self.number += 1
        ask = {"id": self.number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self.out, json.dumps(ask).encode() + b"\0")
        end = time.monotonic() + SECONDS * harness.PATIENCE
        while (message := self.step(end)).get("id") != ask["id"]:
            pass
        if "error" in message:
            raise AssertionError(f"{method}: {message['error']}")
        return message["result"]

    def page(self, base, **how):
        """A page with cookies of its own; `base` is the only site that it may ask."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.pages[session] = Page(self, session, base, **how)
        return self.pages[session].begin()


class Page:
    def __init__(self, browser, session, base, width=1440, height=900, scheme="light", scripts=True):
        self.browser, self.session, self.base = browser, session, base
        self.width, self.height, self.scheme, self.scripts = width, height, scheme, scripts
        self.troubles, self.loaded, self.status, self.url = [], False, 0, ""

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def begin(self):
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self.look(self.width, self.height, self.scheme)
        if not self.scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        return self

    def look(self, width, height, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        return self

    def event(self, method, told):
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if not url.startswith((self.base + "/", "about:", "blob:" + self.base)):
                self.troubles.append(f"asks {url}")
        elif method == "Network.responseReceived" and told["type"] == "Document":
            self.status, self.url = told["response"]["status"], told["response"]["url"]
        elif method == "Runtime.exceptionThrown":
            self.troubles.append(f"exception: {told['exceptionDetails']}")
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.troubles.append(f"console: {[value.get('value', value) for value in told['args']]}")
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            # That a page answers 404 is for the test to judge.
            if "the server responded with a status of" not in told["entry"]["text"]:
                self.troubles.append(f"log: {told['entry']['text']} {told['entry'].get('url', '')}")

    def going(self, action):
        """Does something that leads to another page, and waits until that is loaded."""
        self.loaded = False
        action()
        end = time.monotonic() + SECONDS * harness.PATIENCE
        while not self.loaded:
            self.browser.step(end)
        return self

    def goto(self, path):
        return self.going(lambda: self.call("Page.navigate", url=self.base + path))

    def evaluate(self, expression):
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise AssertionError(f"{expression[:200]}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait(self, expression, what=None):
        return harness.wait_for(lambda: self.evaluate(expression), what or expression)

    def text(self, selector):
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText")

    def count(self, selector):
        return self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length")

    def place(self):
        """Path and query of the page."""
        parts = urllib.parse.urlsplit(self.evaluate("location.href"))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def press(self, keys):
        """One key, or several separated by blanks; a capital letter is typed with Shift."""
        for key in keys.split():
            name, code, text = KEYS.get(key, (key, ord(key.upper()) if len(key) == 1 else 0, key))
            shift = SHIFT if len(key) == 1 and key.isupper() else 0
            how = {"key": name, "windowsVirtualKeyCode": code, "modifiers": shift}
            self.call("Input.dispatchKeyEvent", type="keyDown", **how, **({"text": text} if text else {}))
            self.call("Input.dispatchKeyEvent", type="keyUp", **how)
        return self

    def click(self, selector, shift=False):
        spot = self.evaluate(f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
                             "if (!it) return null; it.scrollIntoView({block: 'center'});"
                             "const box = it.getBoundingClientRect();"
                             "return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        if spot is None:
            raise AssertionError(f"nothing to click: {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left", clickCount=1,
                      modifiers=SHIFT if shift else 0)
        return self

    def fill(self, selector, text):
        self.evaluate(f"(() => {{ const it = document.querySelector({json.dumps(selector)}); it.focus(); it.value = ''; }})()")
        self.call("Input.insertText", text=text)
        return self

    def choose_file(self, selector, path):
        """As a person does in the dialog that the file field opens."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])
        return self

    def log_in(self, name, password):
        self.goto("/login").fill("#name", name).fill("#password", password)
        self.going(lambda: self.click("form button"))
        if self.evaluate("document.querySelector('nav.rail') === null"):
            raise AssertionError(f"log-in of {name}: {self.text('body')}")
        return self

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))

    def overflow(self):
        """What makes the page wider than its window: [] when it is not."""
        if self.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            return []
        # What sticks out of a part that scrolls is named only when nothing else does.
        return self.evaluate("""[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 &&
                !one.closest('nav ul, .chips, .scroll, .list'))
            .slice(0, 8).map((one) => one.outerHTML.slice(0, 120))""") or ["something in a part that scrolls"]

    def axe(self):
        """Violations that axe-core finds: ["rule: element", ...]."""
        self.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found = self.evaluate("axe.run(document, {resultTypes: ['violations']}).then((done) => done.violations.flatMap("
                              "(one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`)))")
        return found
