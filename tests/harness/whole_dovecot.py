# SPDX-License-Identifier: Apache-2.0
"""A whole private Dovecot (master, login, auth, imap) on 127.0.0.1, from packages that are only unpacked.

PrivateDovecot (dovecot.py) bridges to imap processes; this one is the server itself, so that it can be killed
and started again, does TLS and SASL on its own, and takes thousands of mails a second. Runs as root (all its
processes then as nobody) and as plain user.

Dovecot's paths are compiled in. All but one can be set or are found by LD_LIBRARY_PATH; the place of the module
for TLS is a string in libdovecot.so.0, so that library is copied and the string replaced by a link of ours.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import time
import unittest

import harness

UNPACKED = pathlib.Path(os.environ.get("LAFAYETTE_SERVERS", harness.ROOT / "build" / "servers")) / "root"
NOBODY = 65534
COMPILED_IN = b"/usr/lib/dovecot/modules\0"
CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
libexec_dir = {lib}
login_plugin_dir = {lib}/modules/login
mail_plugin_dir = {lib}/modules
import_environment = LD_LIBRARY_PATH={path} TZ
log_path = {dir}/log
protocols = imap
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
mail_location = maildir:{dir}/mail/%u
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{extra}
"""


class WholeDovecot:
    """`with WholeDovecot() as imap:` then imap.port (plain and STARTTLS), imap.tls_port, imap.ca_file.

    Any user name is an account of its own; deliver() and mails() look into its Maildir. extra: more lines for
    dovecot.conf, as "imap_capability = IMAP4rev1 UIDPLUS". kill() is kill -9 of all its processes, start()
    brings it back on the same ports. SkipTest where Dovecot is not unpacked.
    """
    user = "reports@example.com"
    password = "secret"

    def __init__(self, extra=""):
        self.extra, self.delivered, self.master = extra, 0, None

    def __enter__(self):
        if not (UNPACKED / "usr/sbin/dovecot").exists() or shutil.which("openssl") is None:
            raise unittest.SkipTest("Dovecot (build/servers, made by make check) or openssl is not there")
        # Short: the link's name must fit where the compiled-in one stood.
        self.temp = harness.TempFolder("/tmp")
        self.folder = self.temp.__enter__()
        self.folder.chmod(0o755)
        self.uid, self.gid = (os.getuid(), os.getgid()) if os.getuid() else (NOBODY, NOBODY)
        self.unpack()
        self.ca_file = self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                        self.folder / "key.pem", "-out", self.ca_file], check=True, capture_output=True, timeout=60)
        for part in ("run", "state", "mail"):
            (self.folder / part).mkdir()
        for path in (self.folder, *self.folder.glob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        try:
            self.start_somewhere()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_somewhere(self):
        """Ports that were free may be taken when Dovecot wants them."""
        for turn in range(5):
            self.port, self.tls_port = free_ports(2)
            self.write_config()
            try:
                return self.start()
            except RuntimeError:
                self.kill()
                if turn == 4:
                    raise

    def __exit__(self, *exc):
        self.kill()
        self.temp.__exit__()

    def unpack(self):
        """Our copy of the programs: nobody may have no way into a folder of root's."""
        self.library = self.folder / "lib"
        shutil.copytree(UNPACKED / "usr/lib/dovecot", self.library, symlinks=True)
        for program in ("bin/doveconf", "sbin/dovecot"):
            shutil.copy2(UNPACKED / "usr" / program, self.library)
        link = self.folder / "m"
        link.symlink_to(self.library / "modules")
        ours = str(link).encode().ljust(len(COMPILED_IN), b"\0")
        library = (self.library / "libdovecot.so.0").resolve()
        octets = library.read_bytes()
        if len(ours) != len(COMPILED_IN) or octets.count(COMPILED_IN) != 1:
            raise unittest.SkipTest("this Dovecot is built otherwise: its module folder cannot be set")
        library.write_bytes(octets.replace(COMPILED_IN, ours))
        self.path = f"{self.library}:{self.library}/modules/old-stats"

    def write_config(self):
        import grp
        import pwd
        (self.folder / "dovecot.conf").write_text(CONFIG.format(
            dir=self.folder, lib=self.library, path=self.path, user=pwd.getpwuid(self.uid).pw_name,
            group=grp.getgrgid(self.gid).gr_name, password=self.password, port=self.port,
            tls_port=self.tls_port, extra=self.extra), encoding="utf-8")

    def start(self):
        env = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": self.path, "TZ": "UTC"}
        config = str(self.folder / "dovecot.conf")
        command = [str(self.library / "doveconf"), "-f", "service=master", "-c", config, "-m", "master", "-p",
                   "-e", str(self.library / "dovecot"), "-F", "-c", config]
        account = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.getuid() == 0 else {}
        with open(self.folder / "out", "ab") as out:
            self.master = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env,
                                           cwd=self.folder, start_new_session=True, **account)
        harness.wait_for(self.answers, "Dovecot's greeting")

    def answers(self):
        if self.master.poll() is not None:
            raise RuntimeError((self.folder / "out").read_text() + self.log())
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as client:
                return client.recv(4) == b"* OK"
        except OSError:
            return False

    def kill(self):
        if self.master is not None:
            harness.end_session(self.master)
        self.master = None

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    # ---- mails, through the files ----

    def place(self, folder, user):
        path = self.folder / "mail" / (user or self.user)
        return path if folder == "INBOX" else path / f".{folder}"

    def deliver(self, octets, folder="INBOX", when=None, user=None):
        """Put one mail in; when: its time of arrival, seconds since 1970."""
        path = self.place(folder, user)
        for part in (path.parent, path, path / "tmp", path / "new", path / "cur"):
            if not part.exists():
                part.mkdir()
                os.chown(part, self.uid, self.gid)
        self.delivered += 1
        mail = path / "tmp" / f"{int(time.time())}.M{self.delivered:06d}.test"
        mail.write_bytes(octets)
        os.chown(mail, self.uid, self.gid)
        if when is not None:
            os.utime(mail, (when, when))
        mail.rename(path / "new" / mail.name)

    def mails(self, folder="INBOX", user=None):
        """(flags, octets) of all mails of a folder, in order of delivery; flags as the file name has them."""
        path = self.place(folder, user)
        files = [file for part in ("new", "cur") if (path / part).is_dir() for file in (path / part).iterdir()]
        files.sort(key=lambda file: file.name)
        return [(file.name.partition(":2,")[2], file.read_bytes()) for file in files]


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
