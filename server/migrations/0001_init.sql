-- One text for SQLite and PostgreSQL: TEXT, BIGINT (milliseconds UTC, counts, 0/1), BYTEA only.
-- district_id leads every key, except in the global tables: accounts, sessions, jobs.

CREATE TABLE districts (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  -- The whole public definition and the calendar, as JSON.
  definition TEXT NOT NULL,
  fallback_owner_id TEXT,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Every version of every topic's form, for ever: an inquiry is shown with the labels that it answered.
CREATE TABLE forms (
  district_id TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, topic_id, version)
);

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  -- 1: made by the demo, may log in from loopback only.
  demo BIGINT NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
  disabled_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE members (
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'observer', 'staff', 'recorder')),
  title TEXT NOT NULL,
  PRIMARY KEY (district_id, account_id)
);

CREATE TABLE topic_members (
  district_id TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  relation TEXT NOT NULL CHECK (relation IN ('owner', 'member')),
  PRIMARY KEY (district_id, topic_id, account_id)
);

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account_id);

-- What came in, as it came in, with the channel's own key: the reason that nothing is doubled.
CREATE TABLE raw_messages (
  district_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  channel_key TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  body TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  -- What the sender was told, without the code.
  receipt TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, channel, channel_key)
);

CREATE TABLE inquiries (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  reference TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  form_version BIGINT NOT NULL,
  school_id TEXT,
  relationship TEXT NOT NULL CHECK (relationship IN ('parent', 'student', 'employee', 'community')),
  kind TEXT NOT NULL CHECK (kind IN ('question', 'comment', 'concern', 'suggestion', 'compliment')),
  channel TEXT NOT NULL CHECK (channel IN ('widget', 'landing', 'email', 'phone', 'walk_in', 'sms', 'social', 'api')),
  locale TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new', 'open', 'waiting', 'closed')),
  priority TEXT NOT NULL CHECK (priority IN ('critical', 'high', 'normal', 'low')),
  confidential BIGINT NOT NULL CHECK (confidential IN (0, 1)),
  -- 1 when the sender took it back.
  withdrawn BIGINT NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
  summary TEXT NOT NULL,
  -- Answers by field id, in the wire form.
  answers TEXT NOT NULL,
  sender_name TEXT,
  sender_email TEXT,
  sender_phone TEXT,
  page TEXT,
  owner_id TEXT,
  entered_by TEXT,
  received_at BIGINT NOT NULL,
  -- The first promise, never changed.
  promised_at BIGINT NOT NULL,
  -- When the oldest unanswered message of the sender must be answered; NULL when none waits.
  due_at BIGINT,
  first_reply_at BIGINT,
  closed_at BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE UNIQUE INDEX inquiries_by_reference ON inquiries (district_id, reference);
CREATE UNIQUE INDEX inquiries_by_code ON inquiries (district_id, code_hash);
CREATE INDEX inquiries_by_arrival ON inquiries (district_id, received_at, id);
CREATE INDEX inquiries_by_status ON inquiries (district_id, status, received_at, id);
CREATE INDEX inquiries_by_topic ON inquiries (district_id, topic_id, received_at, id);

CREATE TABLE messages (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sender', 'reply', 'note')),
  account_id TEXT,
  body TEXT NOT NULL,
  -- The writer's own key, so that sending again adds nothing.
  client_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE UNIQUE INDEX messages_by_key ON messages (district_id, inquiry_id, client_key);
CREATE INDEX messages_of_inquiry ON messages (district_id, inquiry_id, created_at, id);

CREATE TABLE files (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  inquiry_id TEXT,
  message_id TEXT,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  -- What came in, before it was rewritten: a form's rules are about this.
  sent_type TEXT NOT NULL,
  sent_size BIGINT NOT NULL,
  width BIGINT,
  height BIGINT,
  created_at BIGINT NOT NULL,
  claimed_at BIGINT,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX files_of_inquiry ON files (district_id, inquiry_id);
CREATE INDEX files_of_token ON files (district_id, token_hash);

CREATE TABLE audit (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inquiry_id TEXT,
  account_id TEXT,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX audit_of_inquiry ON audit (district_id, inquiry_id, at);

CREATE TABLE events (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  claimed_until BIGINT,
  last_error TEXT,
  -- Given up: kept and shown until somebody looks.
  failed_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX jobs_to_run ON jobs (failed_at, run_at);
