-- SPDX-License-Identifier: Apache-2.0
--
-- The newest schema of Lafayette. Runs as often as you like: `mysql DATABASE < forensic.sql`, or
-- `lafayette-admin init`, which carries this file inside. It only creates what is missing; a
-- database of the original, or of an older Lafayette, is for `lafayette-admin upgrade`, and this
-- file stops at its first check there without having changed anything.
--
-- Times are UTC. Addresses are as INET6_ATON makes them (4 or 16 octets). NULL means "not known"
-- or "not said". Ids come from idBlock; gaps and order mean nothing. A dictionary row is
-- identified by keyHash, the SHA-256 of its octets; its text is there for reading and searching.
-- No semicolon but at the end of a statement.

CREATE TABLE IF NOT EXISTS arfEmail (
  emailId BIGINT NOT NULL,
  feedbackType ENUM('auth-failure','abuse','fraud','virus','not-spam','opt-out','other') NULL,
  emailType ENUM('normal','bounce','auto-replied') NOT NULL DEFAULT 'normal',
  reported TINYINT NOT NULL DEFAULT 0,
  originalMailFromLocalId BIGINT NULL,
  originalMailFromDomainId BIGINT NULL,
  originalRcptToLocalId BIGINT NULL,
  originalRcptToDomainId BIGINT NULL,
  arrivalDate DATETIME NOT NULL COMMENT 'as claimed within [receivedDate - 30 d, + 1 d], else receivedDate',
  messageId VARCHAR(998) NULL COMMENT 'of the reported mail',
  authenticationResults TEXT NULL COMMENT 'all fields, joined by line feeds',
  sourceIp VARBINARY(16) NULL,
  sourceDomainId BIGINT NULL COMMENT 'PTR name, confirmed or not',
  sourceAsn BIGINT NULL,
  countryCode CHAR(2) NULL,
  deliveryResult ENUM('none','quarantine','reject') NULL,
  authFailure VARCHAR(64) NULL,
  reportedDomainID BIGINT NULL,
  originalFromLocalId BIGINT NULL,
  originalFromDomainId BIGINT NULL,
  subject VARCHAR(766) NOT NULL DEFAULT '',
  emailRule VARCHAR(64) NOT NULL DEFAULT '' COMMENT 'the rule that decided emailType',
  emailTypeOverride ENUM('normal','bounce','auto-replied') NULL COMMENT 'said by an analyst: emailType then holds it, and reparse leaves it',
  feedbackTypeRaw VARCHAR(64) NULL COMMENT 'the word of the report',
  deliveryResultRaw VARCHAR(64) NULL COMMENT 'the word of the report',
  kind ENUM('arf','text','xarf','spamtrap') NOT NULL DEFAULT 'arf',
  part SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1, 2 ... when one message held several reports',
  feed VARCHAR(64) NOT NULL DEFAULT '',
  receivedDate DATETIME NOT NULL,
  reportMessageId VARCHAR(998) NULL,
  reportDate DATETIME NULL,
  reporterLocalId BIGINT NULL COMMENT 'From of the report',
  reporterDomainId BIGINT NULL,
  reportingMta VARCHAR(255) NULL,
  reportAuth ENUM('pass','fail','none') NOT NULL DEFAULT 'none',
  ipTrust ENUM('stated','trusted','unproven','none') NOT NULL DEFAULT 'none',
  userAgent VARCHAR(255) NULL,
  version VARCHAR(16) NULL,
  sourcePort INT UNSIGNED NULL,
  sourceSpecial TINYINT NOT NULL DEFAULT 0 COMMENT 'special-purpose address: nobody is asked or told about it',
  sourceDomainConfirmed TINYINT NULL COMMENT 'the PTR name has this address',
  incidents INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'as claimed, counts as 1000 at most',
  identityAlignment VARCHAR(64) NULL,
  dkimDomain VARCHAR(255) NULL,
  dkimSelector VARCHAR(255) NULL,
  dkimIdentity VARCHAR(320) NULL,
  reportedUri TEXT NULL COMMENT 'Reported-URI fields, joined by line feeds',
  originalEnvelopeId VARCHAR(255) NULL,
  fromHeader VARCHAR(766) NULL COMMENT 'From of the reported mail, decoded',
  headersOnly TINYINT NOT NULL DEFAULT 0,
  truncated TINYINT NOT NULL DEFAULT 0,
  likelyGenuine TINYINT NOT NULL DEFAULT 0,
  fingerprint BINARY(32) NOT NULL DEFAULT '' COMMENT 'the same for the same report sent again',
  derived TEXT NULL COMMENT 'JSON: field to where it came from when the report did not state it',
  octets BIGINT NOT NULL DEFAULT 0 COMMENT 'size of the message',
  rawId BIGINT NULL,
  digest BINARY(32) NOT NULL DEFAULT '' COMMENT 'of the message, see ledger',
  parserVersion INT NOT NULL DEFAULT 0 COMMENT '0, reparsed -N: came from the original, whose content was the reported mail only',
  PRIMARY KEY (emailId),
  KEY arrivalWords (arrivalDate, emailId, emailType, feedbackType, deliveryResult, countryCode, sourceAsn,
    likelyGenuine, incidents),
  KEY arrivalNames (arrivalDate, emailId, reportedDomainID, sourceDomainId, originalFromLocalId,
    originalFromDomainId, originalRcptToLocalId, originalRcptToDomainId, reporterDomainId),
  KEY arrivalSubject (arrivalDate, subject),
  KEY asnArrival (sourceAsn, arrivalDate),
  KEY ipArrival (sourceIp, arrivalDate),
  KEY reportedArrival (reported, arrivalDate, emailId, countryCode, sourceAsn),
  KEY reportedDomainArrival (reportedDomainID, arrivalDate),
  KEY received (receivedDate),
  KEY fingerprint (fingerprint(8))
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- "Unknown column 'parserVersion'": this is a database of the original. Run lafayette-admin upgrade.
DO (SELECT COUNT(parserVersion) FROM arfEmail WHERE emailId = 0);

CREATE TABLE IF NOT EXISTS schemaVersion (
  version INT NOT NULL,
  applied DATETIME NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS idBlock (
  name VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  next BIGINT NOT NULL COMMENT 'the first id that nobody has taken',
  PRIMARY KEY (name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What is stored for ever: a mail that is here is never stored again, even when it was purged.
CREATE TABLE IF NOT EXISTS ledger (
  digest BINARY(32) NOT NULL,
  seen DATETIME NOT NULL,
  PRIMARY KEY (digest)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailLocal (
  emailLocalId BIGINT NOT NULL,
  emailLocal VARCHAR(255) NOT NULL,
  keyHash BINARY(32) NOT NULL,
  PRIMARY KEY (emailLocalId),
  UNIQUE KEY keyHash (keyHash),
  KEY emailLocal (emailLocal)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS domain (
  domainId BIGINT NOT NULL,
  domain VARCHAR(255) NOT NULL,
  keyHash BINARY(32) NOT NULL,
  PRIMARY KEY (domainId),
  UNIQUE KEY keyHash (keyHash),
  KEY domain (domain)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS url (
  urlId BIGINT NOT NULL,
  firstSeen DATETIME NOT NULL COMMENT 'arrivalDate of the earliest mail',
  lastSeen DATETIME NOT NULL COMMENT 'arrivalDate of the latest mail',
  urlIp VARBINARY(16) NULL,
  urlDomainId BIGINT NULL COMMENT 'the host',
  urlAsn BIGINT NULL,
  urlCountryCode CHAR(2) NULL,
  url TEXT NOT NULL COMMENT 'as first written',
  tail VARCHAR(255) NOT NULL COMMENT 'what stands behind the last slash, its last 255 characters',
  keyHash BINARY(32) NOT NULL COMMENT 'of the normalised form',
  PRIMARY KEY (urlId),
  UNIQUE KEY keyHash (keyHash),
  KEY tailSeen (tail, lastSeen),
  KEY lastSeen (lastSeen)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailUrl (
  emailId BIGINT NOT NULL,
  urlId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1, 2 ... in order of appearance',
  flags INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'bits of enum link_flag, src/report/report.h',
  outerUrlId BIGINT NULL COMMENT 'the wrapper it was taken out of',
  PRIMARY KEY (emailId, urlId),
  KEY urlEmail (urlId, emailId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS file (
  fileId BIGINT NOT NULL,
  firstSeen DATETIME NOT NULL,
  lastSeen DATETIME NOT NULL,
  hash CHAR(32) NOT NULL COMMENT 'MD5 in hex',
  filename VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'as first seen',
  size BIGINT NULL,
  sha256 CHAR(64) NULL COMMENT 'in hex',
  keyHash BINARY(32) NOT NULL COMMENT 'the SHA-256, of a file of the original that of md5: and its hash',
  PRIMARY KEY (fileId),
  UNIQUE KEY keyHash (keyHash),
  KEY hash (hash)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailFile (
  emailId BIGINT NOT NULL,
  fileId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '1, 2 ... a mail may hold a file twice',
  filename VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'in this mail',
  PRIMARY KEY (emailId, position),
  KEY fileEmail (fileId, emailId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS pattern (
  patternId BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  pattern VARCHAR(766) NOT NULL,
  keyHash BINARY(32) NOT NULL COMMENT 'of kind, NUL, pattern',
  PRIMARY KEY (patternId),
  UNIQUE KEY keyHash (keyHash)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailPattern (
  emailId BIGINT NOT NULL,
  patternId BIGINT NOT NULL,
  PRIMARY KEY (emailId, patternId),
  KEY patternEmail (patternId, emailId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Subjects of mails and texts of URLs, some hundred a row: a search for a part of a text looks
-- through these rows, and then asks the few mails or URLs whose line has it. Printable ASCII is in
-- `plain`, in lower case, any other text in `other`, a line each. All texts have a line; a line may
-- be of a text that has changed or gone meanwhile.
CREATE TABLE IF NOT EXISTS searchBlock (
  blockId BIGINT NOT NULL,
  kind ENUM('subject','url') NOT NULL,
  firstDate DATETIME NULL COMMENT 'arrivalDate of the earliest mail; of URLs NULL',
  lastDate DATETIME NULL COMMENT 'of the latest',
  plainIds TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'whose lines: 7,8,12',
  plain BLOB NOT NULL,
  otherIds TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  other TEXT NOT NULL,
  PRIMARY KEY (blockId),
  KEY kindDate (kind, lastDate)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Recipients and reported domains behind the first, which stands in arfEmail.
CREATE TABLE IF NOT EXISTS emailRcptTo (
  emailId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NOT NULL COMMENT '2, 3 ...',
  emailLocalId BIGINT NOT NULL,
  domainId BIGINT NOT NULL,
  PRIMARY KEY (emailId, position),
  KEY emailLocal (emailLocalId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailReportedDomain (
  emailId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NOT NULL COMMENT '2, 3 ...',
  domainId BIGINT NOT NULL,
  PRIMARY KEY (emailId, position)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Messages as they came: the bodies of seq 1, 2 ... joined are one zstd frame.
CREATE TABLE IF NOT EXISTS rawMessage (
  rawId BIGINT NOT NULL,
  seq SMALLINT UNSIGNED NOT NULL,
  dictionaryId INT NOT NULL DEFAULT 0 COMMENT '0: zstd without a dictionary',
  body MEDIUMBLOB NOT NULL COMMENT 'at most 1,000,000 octets',
  PRIMARY KEY (rawId, seq)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Messages that gave no mail: unreadable, unstorable, aggregate, tlsrpt, crash ...
CREATE TABLE IF NOT EXISTS heldMessage (
  heldId BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  reason TEXT NOT NULL,
  feed VARCHAR(64) NOT NULL DEFAULT '',
  place TEXT NULL COMMENT 'where it was found',
  receivedDate DATETIME NOT NULL,
  octets BIGINT NOT NULL DEFAULT 0,
  digest BINARY(32) NOT NULL,
  rawId BIGINT NULL,
  parserVersion INT NOT NULL DEFAULT 0,
  PRIMARY KEY (heldId),
  KEY kindReceived (kind, receivedDate)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Messages that stay in their mailbox after they were stored.
CREATE TABLE IF NOT EXISTS feedState (
  feed VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  mailbox VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  uidValidity INT UNSIGNED NOT NULL,
  uid INT UNSIGNED NOT NULL,
  PRIMARY KEY (feed, mailbox, uidValidity, uid)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS feedRun (
  runId BIGINT NOT NULL,
  feed VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  started DATETIME NOT NULL,
  ended DATETIME NOT NULL,
  ingested BIGINT NOT NULL DEFAULT 0,
  duplicate BIGINT NOT NULL DEFAULT 0,
  quarantined BIGINT NOT NULL DEFAULT 0,
  failed BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (runId),
  KEY feedEnded (feed, ended)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Whom to tell about a network: addresses, comma separated, may be written by hand.
CREATE TABLE IF NOT EXISTS asn (
  asn BIGINT NOT NULL,
  email VARCHAR(1000) NOT NULL,
  PRIMARY KEY (asn)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What is known of addresses that sent mail, each row until its times are over. NULL times: nobody
-- has answered yet; a name or network that is NULL beside a time: the answer was "none".
CREATE TABLE IF NOT EXISTS ipFact (
  ip VARBINARY(16) NOT NULL,
  domainId BIGINT NULL COMMENT 'PTR name, confirmed or not',
  domainConfirmed TINYINT NULL COMMENT 'that name has this address',
  domainChecked DATETIME NULL,
  domainExpires DATETIME NULL,
  asn BIGINT NULL,
  countryCode CHAR(2) NULL,
  networkFrom ENUM('file','mmdb','dns') NULL,
  networkChecked DATETIME NULL,
  networkExpires DATETIME NULL,
  PRIMARY KEY (ip)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The same of hosts in URLs.
CREATE TABLE IF NOT EXISTS hostFact (
  domainId BIGINT NOT NULL,
  registrableId BIGINT NULL COMMENT 'row of domain',
  ip VARBINARY(16) NULL,
  asn BIGINT NULL,
  countryCode CHAR(2) NULL,
  checked DATETIME NULL,
  expires DATETIME NULL,
  PRIMARY KEY (domainId),
  KEY registrable (registrableId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Routed prefixes as DNS told them, so that one question serves a whole prefix.
CREATE TABLE IF NOT EXISTS network (
  base VARBINARY(16) NOT NULL,
  prefix TINYINT UNSIGNED NOT NULL COMMENT 'bits',
  asn BIGINT NULL,
  asns VARCHAR(255) NULL COMMENT 'all origins, when there are several',
  countryCode CHAR(2) NULL COMMENT 'of the registry',
  checked DATETIME NOT NULL,
  expires DATETIME NOT NULL,
  PRIMARY KEY (base, prefix)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS asName (
  asn BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL DEFAULT '',
  countryCode CHAR(2) NULL,
  checked DATETIME NOT NULL,
  expires DATETIME NOT NULL,
  PRIMARY KEY (asn)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What blocklists said, and when: a listing is true for that moment only.
CREATE TABLE IF NOT EXISTS ipListing (
  ip VARBINARY(16) NOT NULL,
  list VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'zen ...',
  state ENUM('clean','policy','listed') NOT NULL,
  codes VARCHAR(255) NOT NULL DEFAULT '',
  meaning VARCHAR(255) NOT NULL DEFAULT '',
  checked DATETIME NOT NULL,
  expires DATETIME NOT NULL,
  listed DATETIME NULL COMMENT 'when it was last seen listed',
  PRIMARY KEY (ip, list),
  KEY listState (list, state)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS hostListing (
  domainId BIGINT NOT NULL,
  list VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'dbl, surbl ...',
  state ENUM('clean','policy','listed') NOT NULL,
  codes VARCHAR(255) NOT NULL DEFAULT '',
  meaning VARCHAR(255) NOT NULL DEFAULT '',
  checked DATETIME NOT NULL,
  expires DATETIME NOT NULL,
  listed DATETIME NULL COMMENT 'when it was last seen listed',
  PRIMARY KEY (domainId, list)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Mails of which something is not known yet; written with the mail, gone when all is filled in or
-- the mail is too old to be told today's facts.
CREATE TABLE IF NOT EXISTS lookup (
  emailId BIGINT NOT NULL,
  arrivalDate DATETIME NOT NULL COMMENT 'of the mail: facts are about the source as it was then',
  PRIMARY KEY (emailId),
  KEY arrival (arrivalDate)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Abuse addresses as they were found, and networks and addresses that want no mail from us. What a
-- person wrote for a whole AS stands in asn.
CREATE TABLE IF NOT EXISTS contact (
  base VARBINARY(16) NOT NULL,
  prefix TINYINT UNSIGNED NOT NULL COMMENT 'bits',
  origin ENUM('person','file','rdap','abusix') NOT NULL,
  email VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'comma separated; empty: there is none',
  checked DATETIME NOT NULL,
  expires DATETIME NULL COMMENT 'NULL: never',
  PRIMARY KEY (base, prefix, origin)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS contactOptOut (
  kind ENUM('address','domain','asn') NOT NULL,
  subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'in lower case',
  reason VARCHAR(255) NOT NULL DEFAULT '',
  since DATETIME NOT NULL,
  PRIMARY KEY (kind, subject)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- In which form a contact wants complaints; NULL: as [reports] says. An address' own word goes before its domain's.
CREATE TABLE IF NOT EXISTS contactWish (
  kind ENUM('address','domain') NOT NULL,
  subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'in lower case; of a domain without names below it',
  zip ENUM('no','redacted','whole') NULL COMMENT 'whole: the mail as it came, personal data and all',
  mail ENUM('rfc822','headers') NULL,
  xarf ENUM('no','yes') NULL,
  since DATETIME NOT NULL,
  PRIMARY KEY (kind, subject)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- People who may look, and what they may do. A password is kept as crypt(5) makes it; without one the
-- person comes through a proxy only.
CREATE TABLE IF NOT EXISTS user (
  userId BIGINT NOT NULL,
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  role ENUM('viewer','analyst','admin') NOT NULL,
  password VARCHAR(255) NULL,
  disabled TINYINT NOT NULL DEFAULT 0,
  created DATETIME NOT NULL,
  lastLogin DATETIME NULL,
  PRIMARY KEY (userId),
  UNIQUE KEY name (name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Log-ins that hold; the cookie's value is kept as its SHA-256 only.
CREATE TABLE IF NOT EXISTS session (
  valueHash BINARY(32) NOT NULL,
  userId BIGINT NOT NULL,
  created DATETIME NOT NULL,
  lastSeen DATETIME NOT NULL,
  expires DATETIME NOT NULL,
  ip VARBINARY(16) NULL,
  agent VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (valueHash),
  KEY userExpires (userId, expires),
  KEY expires (expires)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS apiToken (
  tokenId BIGINT NOT NULL,
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  valueHash BINARY(32) NOT NULL,
  role ENUM('viewer','analyst','admin') NOT NULL,
  scope ENUM('read','write') NOT NULL DEFAULT 'read',
  created DATETIME NOT NULL,
  expires DATETIME NULL,
  lastUsed DATETIME NULL,
  revoked DATETIME NULL,
  PRIMARY KEY (tokenId),
  UNIQUE KEY valueHash (valueHash),
  KEY name (name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who looked at, changed or sent what. Never the text of a mail.
CREATE TABLE IF NOT EXISTS audit (
  auditId BIGINT NOT NULL,
  at DATETIME NOT NULL,
  who VARCHAR(64) NOT NULL COMMENT 'name of a user or, behind token:, of an API token',
  ip VARBINARY(16) NULL,
  action VARCHAR(32) NOT NULL COMMENT 'login, view, export, note, send ...',
  subject VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'email 17, selection ...',
  detail VARCHAR(1000) NOT NULL DEFAULT '',
  PRIMARY KEY (auditId),
  KEY at (at, auditId),
  KEY whoAt (who, at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS savedSelection (
  selectionId BIGINT NOT NULL,
  userId BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  query VARCHAR(4000) NOT NULL COMMENT 'as select/selection.h writes it',
  shared TINYINT NOT NULL DEFAULT 0,
  created DATETIME NOT NULL,
  PRIMARY KEY (selectionId),
  KEY userName (userId, name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS emailNote (
  noteId BIGINT NOT NULL,
  emailId BIGINT NOT NULL,
  who VARCHAR(64) NOT NULL,
  at DATETIME NOT NULL,
  note VARCHAR(4000) NOT NULL,
  PRIMARY KEY (noteId),
  KEY email (emailId, noteId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Complaints as they were made; they outlive the mails that they are about.
CREATE TABLE IF NOT EXISTS complaint (
  complaintId BIGINT NOT NULL,
  reference VARCHAR(64) NOT NULL,
  created DATETIME NOT NULL,
  who VARCHAR(64) NOT NULL,
  feedbackType ENUM('fraud','abuse','virus') NOT NULL,
  sourceIp VARBINARY(16) NOT NULL,
  asn BIGINT NULL,
  host VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'of the first reportable URL',
  incidents INT UNSIGNED NOT NULL DEFAULT 1,
  subject VARCHAR(766) NOT NULL DEFAULT '' COMMENT 'of its messages, from when the first is written',
  forced TINYINT NOT NULL DEFAULT 0 COMMENT '1: in spite of the quiet period, and about answers of machines; 2: in spite of the quiet period',
  PRIMARY KEY (complaintId),
  UNIQUE KEY reference (reference),
  KEY created (created),
  KEY sourceCreated (sourceIp, created)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS complaintEmail (
  complaintId BIGINT NOT NULL,
  emailId BIGINT NOT NULL,
  PRIMARY KEY (complaintId, emailId),
  KEY email (emailId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What goes, or went, out: written when the first recipient of its form has its turn, committed before anything is
-- sent, never changed.
CREATE TABLE IF NOT EXISTS complaintMessage (
  complaintId BIGINT NOT NULL,
  form VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  written DATETIME NOT NULL,
  messageId VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  rawId BIGINT NOT NULL COMMENT 'all of it but To, in rawMessage',
  PRIMARY KEY (complaintId, form),
  KEY messageId (messageId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS complaintRecipient (
  complaintId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NOT NULL,
  address VARCHAR(254) NOT NULL COMMENT 'domain in lower case',
  role ENUM('contact','copy') NOT NULL,
  origin ENUM('person','file','rdap','abusix','asn','typed','config') NOT NULL,
  form VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'what the contact wanted when it was queued, otherwise than [reports]: "zip=whole mail=rfc822 xarf=yes"',
  state ENUM('queued','deferred','writing','sending','sent','failed','unknown','refused','cancelled','bounced') NOT NULL,
  attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  nextTry DATETIME NOT NULL,
  claim BINARY(16) NULL,
  leaseUntil DATETIME NULL,
  settled DATETIME NULL COMMENT 'when the state was last changed by an answer',
  smtpCode SMALLINT UNSIGNED NULL,
  smtpText VARCHAR(512) NULL,
  PRIMARY KEY (complaintId, position),
  UNIQUE KEY claim (claim),
  KEY stateNext (state, nextTry),
  KEY stateSettled (state, settled),
  KEY addressSettled (address, settled)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What came back.
CREATE TABLE IF NOT EXISTS complaintReply (
  replyId BIGINT NOT NULL,
  complaintId BIGINT NOT NULL,
  position SMALLINT UNSIGNED NULL COMMENT 'of the recipient, when it is known',
  received DATETIME NOT NULL,
  kind ENUM('bounce','delay','auto','ticket','human') NOT NULL,
  fromAddress VARCHAR(320) NOT NULL DEFAULT '',
  subject VARCHAR(766) NOT NULL DEFAULT '',
  status VARCHAR(32) NOT NULL DEFAULT '' COMMENT 'of a bounce: 5.1.1',
  ticket VARCHAR(64) NOT NULL DEFAULT '',
  keyed TINYINT NOT NULL DEFAULT 0 COMMENT 'came to the address that only this recipient was told',
  applied TINYINT NOT NULL DEFAULT 0 COMMENT 'the recipient knows of it',
  digest BINARY(32) NOT NULL,
  rawId BIGINT NULL,
  PRIMARY KEY (replyId),
  UNIQUE KEY digest (digest),
  KEY applied (applied, replyId),
  KEY complaint (complaintId, replyId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What a person has chosen and not sent yet: the mails are frozen, later ones do not come in.
CREATE TABLE IF NOT EXISTS complaintDraft (
  draftId BIGINT NOT NULL,
  userId BIGINT NOT NULL,
  created DATETIME NOT NULL,
  query VARCHAR(4000) NOT NULL DEFAULT '' COMMENT 'that they were chosen by',
  PRIMARY KEY (draftId),
  KEY userCreated (userId, created)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS complaintDraftEmail (
  draftId BIGINT NOT NULL,
  emailId BIGINT NOT NULL,
  PRIMARY KEY (draftId, emailId)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Runs of lafayette-study --save.
CREATE TABLE IF NOT EXISTS studyRun (
  runId BIGINT NOT NULL,
  saved DATETIME NOT NULL,
  title VARCHAR(255) NOT NULL DEFAULT '',
  semantics ENUM('paper','correct') NOT NULL DEFAULT 'correct' COMMENT 'the one to show first',
  providers INT UNSIGNED NOT NULL,
  queryLines BIGINT NOT NULL,
  mails BIGINT NOT NULL,
  reports BIGINT NOT NULL,
  leftOut BIGINT NOT NULL COMMENT 'rows, mails, reports and ends of logs that could not be read',
  content LONGBLOB NOT NULL COMMENT 'JSON as --format json has it, without evidence; a zstd frame',
  PRIMARY KEY (runId),
  KEY saved (saved)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS studyCell (
  runId BIGINT NOT NULL,
  label VARCHAR(63) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  feature TINYINT UNSIGNED NOT NULL COMMENT '1 to 8',
  provider VARCHAR(255) NOT NULL COMMENT 'name for the table',
  paper TINYINT NULL COMMENT '1 yes, 0 no, NULL cannot be said',
  correct TINYINT NULL,
  evidence MEDIUMTEXT NOT NULL COMMENT 'JSON: paper, correct {verdict, reason}, evidence [{where, text, counts}]',
  PRIMARY KEY (runId, label, feature)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO idBlock (name, next) VALUES
  ('arfEmail', 1), ('domain', 1), ('emailLocal', 1), ('url', 1), ('file', 1), ('pattern', 1),
  ('rawMessage', 1), ('heldMessage', 1), ('feedRun', 1), ('user', 1), ('apiToken', 1), ('audit', 1),
  ('savedSelection', 1), ('emailNote', 1), ('complaint', 1), ('complaintReply', 1), ('complaintDraft', 1),
  ('outbox', 1), ('studyRun', 1), ('searchBlock', 1);

-- The version of this file, unless the database has an older one: that is for the upgrade to say.
INSERT IGNORE INTO schemaVersion (version, applied)
  SELECT 1, UTC_TIMESTAMP() FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM schemaVersion);
