-- Answers that stand before the question is asked.
CREATE TABLE published_answers (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- The word in its address, the same for every language of one answer.
  slug TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  -- NULL fits every school.
  school_id TEXT,
  locale TEXT NOT NULL,
  question TEXT NOT NULL,
  body TEXT NOT NULL,
  -- Further words under which people look for it.
  keywords TEXT NOT NULL,
  -- The inquiry from whose reply it was made: its people's names must not stand in it.
  source_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
  -- Who looks after it, and the day (YYYY-MM-DD) on which they look again whether it still holds.
  owner_id TEXT NOT NULL,
  check_by TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE UNIQUE INDEX published_answers_by_address ON published_answers (district_id, slug, locale);

-- How often somebody said that it answers their question, by day (YYYY-MM-DD); nothing about who.
CREATE TABLE answer_days (
  district_id TEXT NOT NULL,
  answer_id TEXT NOT NULL,
  day TEXT NOT NULL,
  settled BIGINT NOT NULL,
  PRIMARY KEY (district_id, answer_id, day)
);

-- Inquiries that were sent although their senders had read it.
CREATE TABLE answer_asks (
  district_id TEXT NOT NULL,
  answer_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, answer_id, inquiry_id)
);
