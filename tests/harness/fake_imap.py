# SPDX-License-Identifier: Apache-2.0
"""An IMAP server in memory that lacks what one wants it to lack, and lies as one wants it to.

`with FakeImap(capability="IMAP4rev1 UIDPLUS") as imap:` then imap.port. Folders are dicts of UID to Mail.
body[uid]: what is sent for the FETCH of that body instead of the right thing; a function of the server's
response (octets) that returns other octets, or None to break the line before it. answers[verb]: text of the
tagged answer to be given instead of carrying the command out ("NO [OVERQUOTA] full"), verb as "UID MOVE";
None breaks the line there, once.
commands: all that clients sent, without tags.
"""
import base64
import dataclasses
import re
import socket
import threading


@dataclasses.dataclass
class Mail:
    octets: bytes
    flags: set = dataclasses.field(default_factory=set)
    size: object = None  # as announced, when not the real one


class FakeImap:
    def __init__(self, capability="IMAP4rev1 SASL-IR AUTH=PLAIN MOVE UIDPLUS ESEARCH", keywords=True):
        self.capability, self.keywords = capability, keywords
        self.folders, self.validity, self.next_uid = {"INBOX": {}}, 7, 1
        self.user, self.password, self.token = "reports", "secret", None
        self.body, self.answers, self.commands, self.logins = {}, {}, [], 0
        self.read_only, self.after_login, self.lock = False, b"", threading.RLock()
        self.open = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *exc):
        for one in [self.listener, *self.open]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def deliver(self, octets, folder="INBOX", **more):
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.folders[folder][uid] = Mail(octets, **more)
        return uid

    def octets(self, folder="INBOX"):
        return [mail.octets for _, mail in sorted(self.folders.get(folder, {}).items())]

    def flags(self, folder="INBOX"):
        return {uid: mail.flags for uid, mail in sorted(self.folders[folder].items())}

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            Session(self, connection).run()
        except (OSError, EOFError):
            pass
        finally:
            connection.close()


class Session:
    def __init__(self, server, connection):
        self.server, self.connection = server, connection
        self.lines = connection.makefile("rb")
        self.selected = None

    def say(self, text):
        self.connection.sendall((text if isinstance(text, bytes) else text.encode()) + b"\r\n")

    def run(self):
        server = self.server
        self.say(f"* OK [CAPABILITY {server.capability}] fake")
        while line := self.lines.readline().decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            with server.lock:
                server.commands.append(re.sub(r"^(LOGIN|AUTHENTICATE \S+) .*", r"\1", command))
                words = command.split(" ")
                verb = " ".join(words[:2] if words[0] == "UID" else words[:1]).upper()
                if verb in server.answers:
                    answer = server.answers[verb]
                    if answer is None:
                        del server.answers[verb]
                        raise EOFError
                else:
                    work = getattr(self, "do_" + verb.lower().replace(" ", "_"), None)
                    answer = work(command[len(verb):].strip()) if work else "BAD unknown command"
            self.say(f"{tag} {answer}")
            if verb in ("LOGIN", "AUTHENTICATE") and answer.startswith("OK"):
                server.logins += 1
            if verb == "LOGOUT":
                return

    # ---- before a folder is selected ----

    def do_capability(self, _):
        self.say(f"* CAPABILITY {self.server.capability}")
        return "OK done"

    def do_noop(self, _):
        return "OK done"

    def do_logout(self, _):
        self.say("* BYE")
        return "OK done"

    def do_login(self, arguments):
        given = re.findall(r'"([^"]*)"|(\S+)', arguments)
        right = [one or other for one, other in given] == [self.server.user, self.server.password]
        return "OK in" if right else "NO [AUTHENTICATIONFAILED] wrong"

    def do_authenticate(self, arguments):
        mechanism, _, initial = arguments.partition(" ")
        if not initial:
            self.say("+ ")
            initial = self.lines.readline().decode().strip()
        given = base64.b64decode(initial).decode()
        if mechanism == "PLAIN":
            right = given.split("\0")[1:] == [self.server.user, self.server.password]
        else:
            right = f"auth=Bearer {self.server.token}\1" in given and self.server.user in given
        if right:
            return "OK in"
        if mechanism != "PLAIN":  # RFC 7628, 3.2.2: a challenge tells why, and wants an answer
            self.say("+ " + base64.b64encode(b'{"status":"401"}').decode())
            self.lines.readline()
        return "NO [AUTHENTICATIONFAILED] wrong"

    def do_namespace(self, _):
        self.say('* NAMESPACE (("INBOX." ".")) NIL NIL')
        return "OK done"

    def name(self, quoted):
        return re.sub(r"\\(.)", r"\1", quoted.strip().removeprefix('"').removesuffix('"'))

    def do_status(self, arguments):
        name = self.name(arguments.rpartition(" (")[0])
        return "OK done" if name in self.server.folders else "NO [NONEXISTENT] none"

    def do_create(self, arguments):
        self.server.folders.setdefault(self.name(arguments), {})
        return "OK done"

    def do_select(self, arguments, examine=False):
        folder = self.server.folders.get(self.name(arguments))
        if folder is None:
            return "NO [NONEXISTENT] none"
        self.selected = folder
        self.say(f"* {len(folder)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
        star = r" \*" if self.server.keywords else ""
        self.say(rf"* OK [PERMANENTFLAGS (\Seen \Deleted{star})] kept")
        return "OK [READ-ONLY] done" if examine or self.server.read_only else "OK [READ-WRITE] done"

    def do_examine(self, arguments):
        return self.do_select(arguments, True)

    # ---- with one ----

    def uids(self, text):
        wanted = set()
        for part in text.split(","):
            first, _, last = part.partition(":")
            wanted.update(range(int(first), int(last or first) + 1))
        return [uid for uid in sorted(self.selected) if uid in wanted]

    def do_uid_search(self, arguments):
        found = []
        for uid, mail in sorted(self.selected.items()):
            flags = mail.flags
            keyword = re.search(r"UNKEYWORD (\S+)", arguments)
            if ("UNDELETED" in arguments and "\\Deleted" in flags or keyword and keyword[1] in flags
                    or re.search(r"(^| )DELETED", arguments) and "\\Deleted" not in flags):
                continue
            found.append(uid)
        if "RETURN" in arguments:
            self.say('* ESEARCH (TAG "x") UID' + (f" ALL {','.join(map(str, found))}" if found else ""))
        else:
            self.say("* SEARCH" + "".join(f" {uid}" for uid in found))
        return "OK done"

    def do_uid_fetch(self, arguments):
        which, _, what = arguments.partition(" ")
        for uid in self.uids(which):
            mail = self.selected[uid]
            number = sorted(self.selected).index(uid) + 1
            if "BODY.PEEK[]" not in what:
                size = len(mail.octets) if mail.size is None else mail.size
                self.say(f'* {number} FETCH (UID {uid} RFC822.SIZE {size} '
                         'INTERNALDATE "17-Jul-1996 02:44:25 -0700")')
                continue
            response = b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)" % (number, uid, len(mail.octets), mail.octets)
            if uid in self.server.body:
                response = self.server.body[uid](response)
            if response is None:
                raise EOFError
            if response:
                self.say(response)
        return self.server.answers.get("FETCHED", "OK done")

    def do_uid_store(self, arguments):
        which, _, rest = arguments.partition(" ")
        words = re.search(r"\((.*)\)", rest)[1].split()
        for uid in self.uids(which):
            self.selected[uid].flags.update(words)
        return "OK done"

    def do_uid_copy(self, arguments):
        which, _, name = arguments.partition(" ")
        folder = self.server.folders.get(self.name(name))
        if folder is None:
            return "NO [TRYCREATE] none"
        for uid in self.uids(which):
            folder[self.server.next_uid] = Mail(self.selected[uid].octets, set(self.selected[uid].flags))
            self.server.next_uid += 1
        return "OK done"

    def do_uid_move(self, arguments):
        if "MOVE" not in self.server.capability:
            return "BAD unknown command"
        answer = self.do_uid_copy(arguments)
        return self.expunge(self.uids(arguments.partition(" ")[0])) if answer.startswith("OK") else answer

    def do_uid_expunge(self, which):
        if "UIDPLUS" not in self.server.capability:
            return "BAD unknown command"
        return self.expunge([uid for uid in self.uids(which) if "\\Deleted" in self.selected[uid].flags])

    def do_expunge(self, _):
        return self.expunge([uid for uid, mail in self.selected.items() if "\\Deleted" in mail.flags])

    def expunge(self, uids):
        for uid in uids:
            self.say(f"* {sorted(self.selected).index(uid) + 1} EXPUNGE")
            del self.selected[uid]
        return "OK done"
