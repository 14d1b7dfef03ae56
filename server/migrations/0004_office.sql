-- The office: who may do what, who stands in for whom, what belongs together, what people were told.

ALTER TABLE members ADD COLUMN disabled_at BIGINT;
-- How somebody wants to be told, as JSON; NULL is the usual way.
ALTER TABLE members ADD COLUMN notify TEXT;
ALTER TABLE districts ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1));

-- The second factor (RFC 6238), sealed with the server's secret; in force once it was confirmed.
ALTER TABLE accounts ADD COLUMN totp_sealed TEXT;
ALTER TABLE accounts ADD COLUMN totp_confirmed_at BIGINT;
-- The last time step that was used: no code counts twice.
ALTER TABLE accounts ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
CREATE TABLE recovery_codes (
  account_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account_id, code_hash)
);

-- What a session is called where it is listed; its key is stored hashed and shown to nobody.
ALTER TABLE sessions ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';

CREATE TABLE invitations (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'observer', 'staff', 'recorder')),
  invited_by TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  accepted_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (district_id, id)
);

CREATE TABLE password_resets (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE department_owners (
  district_id TEXT NOT NULL,
  department_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (district_id, department_id)
);

-- Out of office, from one instant to the other.
CREATE TABLE absences (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  stand_in_id TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX absences_of_account ON absences (district_id, account_id, ends_at);

-- Every version of a district's routing rules; the newest is in force.
CREATE TABLE routings (
  district_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  rules TEXT NOT NULL,
  account_id TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, version)
);

-- Who helps with one inquiry, by name.
CREATE TABLE inquiry_members (
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, inquiry_id, account_id)
);
CREATE INDEX inquiry_members_by_account ON inquiry_members (district_id, account_id, inquiry_id);

-- An administrator opened a confidential inquiry, and why.
CREATE TABLE unsealings (
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (district_id, inquiry_id, account_id)
);

CREATE TABLE inquiry_tags (
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (district_id, inquiry_id, tag)
);
CREATE INDEX inquiry_tags_by_tag ON inquiry_tags (district_id, tag, inquiry_id);

-- What somebody is writing, until it is sent.
CREATE TABLE drafts (
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reply', 'note')),
  body TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, inquiry_id, account_id, kind)
);

-- Until when somebody has read a thread.
CREATE TABLE reads (
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, inquiry_id, account_id)
);

-- Replies in their ten seconds of grace; a job lets them go.
CREATE TABLE held_replies (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  body TEXT NOT NULL,
  -- Ids, parted by spaces.
  files TEXT NOT NULL,
  client_key TEXT NOT NULL,
  release_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE UNIQUE INDEX held_replies_by_key ON held_replies (district_id, inquiry_id, client_key);

CREATE TABLE notifications (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  by_id TEXT,
  message_id TEXT,
  at BIGINT NOT NULL,
  read_at BIGINT,
  -- When it left in a mail, or that it needs none.
  mailed_at BIGINT,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX notifications_of_account ON notifications (district_id, account_id, id);
CREATE INDEX notifications_to_mail ON notifications (district_id, account_id, at) WHERE mailed_at IS NULL;

-- Filters that somebody keeps, or shares with everybody.
CREATE TABLE views (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,
  shared BIGINT NOT NULL CHECK (shared IN (0, 1)),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);

-- Which inquiry was merged into which, and how it was before, so that it can be undone.
CREATE TABLE merges (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  child_id TEXT NOT NULL,
  parent_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  before TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX merges_by_parent ON merges (district_id, parent_id);
CREATE INDEX merges_by_child ON merges (district_id, child_id);

-- Which messages were split off into which inquiry.
CREATE TABLE splits (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  from_id TEXT NOT NULL,
  to_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX splits_by_from ON splits (district_id, from_id);
CREATE INDEX splits_by_to ON splits (district_id, to_id);

ALTER TABLE inquiries ADD COLUMN merged_into TEXT;

-- Lists. What is not closed is little beside what is, so its indexes hold nothing else.
DROP INDEX inquiries_by_due;
CREATE INDEX inquiries_live ON inquiries (district_id, (COALESCE(due_at, 9223372036854775807)), id) WHERE status <> 'closed';
CREATE INDEX inquiries_live_by_topic ON inquiries (district_id, topic_id, (COALESCE(due_at, 9223372036854775807)), id)
  WHERE status <> 'closed';
CREATE INDEX inquiries_live_by_owner ON inquiries (district_id, owner_id, (COALESCE(due_at, 9223372036854775807)), id)
  WHERE status <> 'closed';
CREATE INDEX inquiries_critical ON inquiries (district_id, (COALESCE(due_at, 9223372036854775807)), id)
  WHERE status <> 'closed' AND priority = 'critical';
CREATE INDEX inquiries_by_owner ON inquiries (district_id, owner_id, received_at, id);
CREATE INDEX inquiries_by_recorder ON inquiries (district_id, entered_by, received_at, id) WHERE entered_by IS NOT NULL;
CREATE INDEX inquiries_by_sender ON inquiries (district_id, sender_email, received_at) WHERE sender_email IS NOT NULL;
CREATE INDEX inquiries_by_phone ON inquiries (district_id, sender_phone, received_at) WHERE sender_phone IS NOT NULL;
CREATE INDEX inquiries_merged ON inquiries (district_id, merged_into) WHERE merged_into IS NOT NULL;

-- What somebody did a moment ago and may take back, with how things were.
CREATE TABLE undos (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  items TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
