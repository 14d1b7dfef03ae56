-- Texts with places for what only one reply has, as staff write them; and what became of the replies that began with them.
CREATE TABLE templates (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Whose it is; NULL is everybody's.
  account_id TEXT,
  -- NULL fits every topic.
  topic_id TEXT,
  locale TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  retired_at BIGINT,
  PRIMARY KEY (district_id, id)
);

-- Every version, the one in force included.
CREATE TABLE template_versions (
  district_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, template_id, version)
);

-- A reply that left and began with it.
CREATE TABLE template_uses (
  district_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, template_id, message_id)
);

-- Which templates stand in what is written and what is about to leave: ids, parted by spaces.
ALTER TABLE drafts ADD COLUMN templates TEXT NOT NULL DEFAULT '';
ALTER TABLE held_replies ADD COLUMN templates TEXT NOT NULL DEFAULT '';
