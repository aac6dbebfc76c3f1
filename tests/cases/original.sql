-- SPDX-License-Identifier: Apache-2.0
-- The tables of a database of the original (2014), written anew from their names and types.
CREATE TABLE emailLocal (
  emailLocalId INT NOT NULL AUTO_INCREMENT,
  emailLocal VARCHAR(255) UNIQUE,
  PRIMARY KEY (emailLocalId),
  INDEX (emailLocal)
) ENGINE=InnoDB;
CREATE TABLE domain (
  domainId INT NOT NULL AUTO_INCREMENT,
  domain VARCHAR(255) UNIQUE,
  PRIMARY KEY (domainId),
  INDEX (domain)
) ENGINE=InnoDB;
CREATE TABLE arfEmail (
  emailId INT NOT NULL AUTO_INCREMENT,
  feedbackType ENUM('auth-failure','abuse'),
  emailType ENUM('normal','bounce','auto-replied'),
  reported INT DEFAULT 0,
  originalMailFromLocalId INT,
  originalMailFromDomainId INT,
  originalRcptToLocalId INT,
  originalRcptToDomainId INT,
  arrivalDate DATETIME,
  messageId VARCHAR(255),
  authenticationResults VARCHAR(255),
  sourceIp VARBINARY(16),
  sourceDomainId INT,
  sourceAsn BIGINT,
  countryCode CHAR(2),
  deliveryResult ENUM('none','quarantine','reject'),
  authFailure ENUM('dmarc'),
  reportedDomainID INT,
  originalFromLocalId INT,
  originalFromDomainId INT,
  subject VARCHAR(255),
  content MEDIUMTEXT,
  PRIMARY KEY (emailId),
  INDEX (feedbackType), INDEX (emailType), INDEX (reported), INDEX (arrivalDate), INDEX (sourceIp),
  INDEX (sourceDomainId), INDEX (sourceAsn), INDEX (countryCode), INDEX (deliveryResult),
  INDEX (reportedDomainID), INDEX (subject)
) ENGINE=InnoDB;
CREATE TABLE url (
  urlId INT NOT NULL AUTO_INCREMENT,
  firstSeen DATETIME NULL,
  lastSeen DATETIME NULL,
  urlIp VARBINARY(16),
  urlDomainId INT,
  urlAsn BIGINT,
  urlCountryCode CHAR(2),
  url VARCHAR(1000),
  PRIMARY KEY (urlId),
  INDEX url (url(255)), INDEX (lastSeen)
) ENGINE=InnoDB;
CREATE TABLE emailUrl (
  emailUrlId INT NOT NULL AUTO_INCREMENT,
  emailId INT,
  urlId INT,
  PRIMARY KEY (emailUrlId),
  INDEX (emailId), INDEX (urlId)
) ENGINE=InnoDB;
CREATE TABLE file (
  fileId INT NOT NULL AUTO_INCREMENT,
  firstSeen DATETIME NULL,
  lastSeen DATETIME NULL,
  hash VARCHAR(255) UNIQUE,
  filename VARCHAR(255),
  PRIMARY KEY (fileId)
) ENGINE=InnoDB;
CREATE TABLE emailFile (
  emailFileId INT NOT NULL AUTO_INCREMENT,
  emailId INT,
  fileId INT,
  PRIMARY KEY (emailFileId),
  INDEX (emailId), INDEX (fileId)
) ENGINE=InnoDB;
CREATE TABLE asn (
  asn BIGINT NOT NULL,
  email VARCHAR(255),
  PRIMARY KEY (asn)
) ENGINE=InnoDB;
